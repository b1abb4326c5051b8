// SPDX-License-Identifier: Apache-2.0
/** An interface as rules name it. XDP sees a frame on the device that it came in by, before VLANs, bridges and bonds. */
import { addon } from '../../kernel/addon.js';
import { kindOf, readLinks } from '../../kernel/links.js';
import { UsageError } from '../usage_error.js';

const ABOVE: ReadonlySet<string> = new Set(['vlan', 'bridge', 'macvlan', 'ipvlan']);

/** Throws UsageError. */
export function interfaceIndex(name: string): number {
  const link = readLinks().find(({ ifname }) => ifname === name);
  if (!link) throw new UsageError(`-i ${name}: there is no such interface here`);
  const kind = kindOf(link);
  if (kind !== undefined && ABOVE.has(kind)) {
    throw new UsageError(`-i ${name}: packets are seen on the device below this ${kind}: name that one`);
  }
  return addon.ifNameToIndex(name);
}
