// SPDX-License-Identifier: Apache-2.0
/** Every rule, in the order in which a packet would meet its trouble. */
import type { Rule } from '../finding.js';
import { downInterfaces, genericMode, replyInterfaces, sendingInterfaces, virtualInterfaces } from './attachment.js';
import { forwarding } from './forwarding.js';
import { markedPackets } from './marks.js';
import { largeReceive, partialChecksums, peerWithoutNapi } from './offloads.js';
import { persistenceEngines } from './persistence_engines.js';
import { directServers, reachableServers, usableServers } from './real_servers.js';
import { reversePath } from './reverse_path.js';
import { syncDaemons } from './sync_daemons.js';
import { tunnelMtu } from './tunnel_mtu.js';
import { virtualAddressAnswered } from './virtual_addresses.js';

export const RULES: readonly Rule[] = [
  virtualAddressAnswered,
  virtualInterfaces,
  downInterfaces,
  markedPackets,
  persistenceEngines,
  usableServers,
  forwarding,
  reachableServers,
  directServers,
  replyInterfaces,
  sendingInterfaces,
  reversePath,
  largeReceive,
  partialChecksums,
  peerWithoutNapi,
  tunnelMtu,
  genericMode,
  syncDaemons,
];
