// SPDX-License-Identifier: Apache-2.0
import type { Facts } from '../facts.js';
import { holders, isAttached } from '../facts.js';
import type { Finding, Rule } from '../finding.js';
import { virtualAddresses } from '../services.js';

function outside(facts: Facts): string {
  const nic = facts.interfaces.find(isAttached) ?? facts.interfaces.find(({ name }) => name !== 'lo');
  return nic?.name ?? 'eth0';
}

/** A client, or the router before it, must get an answer to "who has the virtual address?". */
export const virtualAddressAnswered: Rule = (facts, services) =>
  virtualAddresses(services).flatMap(({ address, family }): Finding[] => {
    const found = holders(facts, address);
    const device = outside(facts);
    const add = `ip addr add ${address}/${family === 4 ? 32 : 128} dev ${device}`;
    const unless = ' # unless a router sends it here by a route of its own';
    if (found.length === 0) {
      return [{ severity: 'fault', what: `no interface has ${address}, so nobody answers for it`, mend: add + unless }];
    }
    if (found.some(({ name }) => name !== 'lo')) return [];
    if (family === 6) {
      const what = `only lo has ${address}, and IPv6 neighbours are answered only where the address is`;
      return [{ severity: 'fault', what, mend: add + unless }];
    }
    const nic = facts.interfaces.find(({ name }) => name === device);
    if (!nic || nic.arpIgnore === 0) return [];
    const what = `only lo has ${address}, and arp_ignore keeps ${device} from answering for it`;
    return [{ severity: 'fault', what, mend: add + unless }];
  });
