// SPDX-License-Identifier: Apache-2.0
import type { Finding, Rule } from '../finding.js';
import { realAddresses } from '../services.js';

/** NUD states in which the kernel knows the neighbour's MAC. */
const RESOLVED = ['REACHABLE', 'STALE', 'DELAY', 'PROBE', 'PERMANENT', 'NOARP'];

/** A service that has nobody to send to. */
export const usableServers: Rule = (_facts, services) =>
  services.flatMap(({ name, servers }): Finding[] => {
    const option = name.startsWith('FWM') ? '-f' : name.startsWith('UDP') ? '-u' : '-t';
    const address = name.slice(name.indexOf(' ') + 1);
    if (servers.length === 0) {
      const mend = `xdpvsadm -a ${option} ${address} -r REAL-SERVER # with -m, -g or -i`;
      return [{ severity: 'fault', what: `${name} has no real server`, mend }];
    }
    if (servers.some(({ weight }) => weight > 0)) return [];
    const mend = `xdpvsadm -e ${option} ${address} -r ${servers[0]?.address} -w 1 # and its method: -m, -g or -i`;
    return [
      { severity: 'fault', what: `every real server of ${name} has weight 0, so no new connection is taken`, mend },
    ];
  });

/** A real server that the kernel knows no way to. */
export const reachableServers: Rule = (facts, services) =>
  realAddresses(services).flatMap(({ address, family }): Finding[] => {
    const destination = facts.destinations[address];
    if (!destination || destination.isLocal) return [];
    if (destination.device === undefined) {
      const mend = `ip${family === 6 ? ' -6' : ''} route add ${address} via GATEWAY`;
      return [{ severity: 'fault', what: `there is no route to the real server ${address}`, mend }];
    }
    if (RESOLVED.includes(destination.neighbour ?? '')) return [];
    const { nextHop, device } = destination;
    const who =
      nextHop === address ? `the real server ${address}` : `${nextHop}, the gateway to the real server ${address},`;
    const what = `${who} does not answer on ${device} (neighbour ${destination.neighbour ?? 'unknown'})`;
    return [
      { severity: 'fault', what, mend: `ip neigh show ${nextHop} # is it up, on that segment, with that address?` },
    ];
  });

/** Direct routing sends a frame with the virtual address inside, so nothing may route in between. */
export const directServers: Rule = (facts, services) =>
  services
    .flatMap(({ servers }) => servers)
    .filter(({ method }) => method === 'direct-route')
    .filter(({ address }) => {
      const destination = facts.destinations[address];
      return destination?.device !== undefined && destination.nextHop !== address;
    })
    .map(({ address }) => ({
      severity: 'fault' as const,
      what: `the real server ${address} is behind the gateway ${facts.destinations[address]?.nextHop}, which direct routing (-g) cannot pass`,
      mend: `xdpvsadm -e -t SERVICE -r ${address} -i # tunnelling passes routers; then on ${address}: xdpvs realserver start --tunnel VIP`,
    }));
