// SPDX-License-Identifier: Apache-2.0
/** The connection table with the real servers that its lines name by number. */
import { now } from '../kernel/clock.js';
import type { Maps } from '../kernel/maps.js';
import type { Pins } from '../kernel/pins.js';
import type { Connection } from '../observe/connections.js';
import { findCallWith } from '../observe/call_ids.js';
import { listConnections } from '../observe/connections.js';
import { findRealServerIn } from '../observe/find_real_server.js';
import { limitsOf } from './snapshot.js';

/** Low half of jiffies, as connections keep it. */
export function jiffiesNow(pins: Pins): number {
  return Number(now(pins).jiffies & 0xffffffffn);
}

export function connectionsOf(maps: Maps, pins: Pins): Iterable<Connection> {
  const clock = { jiffies: jiffiesNow(pins), hz: limitsOf(maps).hz };
  return listConnections(maps.memory('connections').buffer, clock, {
    server: findRealServerIn(maps.memory('real_servers').buffer, maps.memory('service_records').buffer),
    call: findCallWith((key) => maps.get('call_ids', key)),
  });
}
