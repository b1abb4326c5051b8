// SPDX-License-Identifier: Apache-2.0
import type { InterfaceFacts } from '../facts.js';
import { findInterface, holders, isAttached } from '../facts.js';
import type { Finding, Rule } from '../finding.js';
import { serversBy, virtualAddresses } from '../services.js';
import { ofEachAttached } from './by_interface.js';

function missing(one: InterfaceFacts, why: string): Finding {
  if (one.xdp === 'foreign') {
    return {
      severity: 'fault',
      what: `${one.name} has an XDP program that is not ours, and ${why}`,
      mend: `ip link set dev ${one.name} xdp off && xdpvs attach ${one.name} # if nothing else needs that program`,
    };
  }
  return { severity: 'fault', what: `${one.name} is not attached, and ${why}`, mend: `xdpvs attach ${one.name}` };
}

/** Clients' packets are only seen where the program is. */
export const virtualInterfaces: Rule = (facts, services) => {
  if (services.length === 0) return [];
  const attached = facts.interfaces.filter(isAttached);
  if (attached.length === 0) {
    const guess = facts.defaultRoutes[4][0] ?? facts.interfaces.find(({ name }) => name !== 'lo')?.name ?? 'eth0';
    return [
      { severity: 'fault', what: 'no interface is attached, so nothing is forwarded', mend: `xdpvs attach ${guess}` },
    ];
  }
  const findings = new Map<string, Finding>();
  for (const { address } of virtualAddresses(services)) {
    const nics = holders(facts, address).filter(({ name }) => name !== 'lo');
    if (nics.some(isAttached)) continue;
    for (const nic of nics) findings.set(nic.name, missing(nic, `clients reach ${address} there`));
  }
  return [...findings.values()];
};

/** Replies of masqueraded connections must be given the virtual address on their way back. */
export const replyInterfaces: Rule = (facts, services) => {
  if (!facts.interfaces.some(isAttached)) return [];
  const findings = new Map<string, Finding>();
  for (const { address } of serversBy(services, 'masquerade')) {
    const nic = findInterface(facts, facts.destinations[address]?.device);
    if (!nic || isAttached(nic) || nic.name === 'lo') continue;
    findings.set(nic.name, missing(nic, `replies of ${address}, a masqueraded real server, come in there`));
  }
  return [...findings.values()];
};

/** Many drivers give XDP a queue to send by only while they run a program themselves. */
export const sendingInterfaces: Rule = (facts, services) => {
  if (!facts.interfaces.some(({ xdp }) => xdp === 'native')) return [];
  const devices = serversBy(services, 'direct-route', 'tunnel').map(
    ({ address }) => facts.destinations[address]?.device,
  );
  return [...new Set(devices)]
    .map((device) => findInterface(facts, device))
    .filter((nic) => nic !== undefined)
    .filter((nic) => nic.kind === undefined && nic.xdp === 'none' && nic.name !== 'lo')
    .map(({ name }) => ({
      severity: 'caution' as const,
      what: `${name} leads to real servers and has no XDP program, without which many drivers do not send for XDP`,
      mend: `xdpvs attach ${name}`,
    }));
};

export const genericMode = ofEachAttached(({ name, xdp }) =>
  xdp === 'generic'
    ? {
        severity: 'caution',
        what: `${name} is attached in generic mode, which is several times slower than native`,
        mend: `xdpvs detach ${name} && xdpvs attach --mode native ${name} # says what the driver refuses`,
      }
    : undefined,
);

export const downInterfaces = ofEachAttached(({ name, up }) =>
  up ? undefined : { severity: 'fault', what: `${name} is attached and down`, mend: `ip link set dev ${name} up` },
);
