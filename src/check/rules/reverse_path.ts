// SPDX-License-Identifier: Apache-2.0
import { isAttached } from '../facts.js';
import type { Rule } from '../finding.js';

/**
 * What XDP forwards is never asked where it came from. What it leaves to the kernel is: the packets that wait until a
 * neighbour answers. Strict filtering drops them on an interface that is not the way back to the client. They carry the
 * client's address as their source, never one of ours, so accept_local plays no part.
 */
export const reversePath: Rule = (facts, services) => {
  if (!services.some(({ family }) => family === 4)) return [];
  const ways = facts.defaultRoutes[4];
  if (ways.length === 0) return []; // clients are on connected networks, whose way back is the way they came
  return facts.interfaces
    .filter((one) => isAttached(one) && one.rpFilter === 1 && !ways.includes(one.name))
    .filter((one) => services.some(({ vip }) => vip !== undefined && one.addresses.includes(vip)))
    .map(({ name }) => ({
      severity: 'caution' as const,
      what: `rp_filter is strict on ${name} and the default route leaves by ${ways.join(', ')}, so the first packets of clients are dropped`,
      mend: `sysctl -w net.ipv4.conf.${name}.rp_filter=2`,
    }));
};
