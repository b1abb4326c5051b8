// SPDX-License-Identifier: Apache-2.0
import { findInterface, holders, isAttached } from '../facts.js';
import type { Finding, Rule } from '../finding.js';

const OUTER_HEADER = { 4: 20, 6: 40 } as const;
const TCP_AND_IP = { 4: 40, 6: 60 } as const;

/**
 * The outer header takes room. Clients that are told (frag-needed, packet too big) send less; behind firewalls that
 * swallow such words, large requests hang. A smaller MSS, told by the real server in its SYN+ACK, avoids the question.
 */
export const tunnelMtu: Rule = (facts, services) => {
  const findings = new Map<string, Finding>();
  for (const { vip, family: inner, servers } of services) {
    const arrivals = facts.interfaces.filter(isAttached);
    const ownArrivals = vip === undefined ? [] : holders(facts, vip).filter(isAttached);
    const clientMtu = Math.max(0, ...(ownArrivals.length > 0 ? ownArrivals : arrivals).map(({ mtu }) => mtu));
    for (const { address, family: outer } of servers.filter(({ method }) => method === 'tunnel')) {
      const nic = findInterface(facts, facts.destinations[address]?.device);
      if (!nic || nic.name === 'lo') continue;
      const room = nic.mtu - OUTER_HEADER[outer];
      if (room >= clientMtu) continue;
      findings.set(`${address} ${inner}`, {
        severity: 'caution',
        what: `packets over ${room} bytes do not fit into the tunnel to ${address} (${nic.name} has MTU ${nic.mtu}), and clients may send ${clientMtu}`,
        mend:
          `ip link set dev ${nic.name} mtu ${clientMtu + OUTER_HEADER[outer]} # if all on the way can; ` +
          `else on ${address}: ip${inner === 6 ? ' -6' : ''} route change default via GATEWAY advmss ${room - TCP_AND_IP[inner]}`,
      });
    }
  }
  return [...findings.values()];
};
