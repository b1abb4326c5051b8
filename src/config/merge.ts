// SPDX-License-Identifier: Apache-2.0
/**
 * The state that a file asks for, made of the one that is there. What stays keeps its place, since order is no part of
 * what a file says; what is new comes as `-A` and `-a` would add it.
 */
import { sameAddress } from '../model/address.js';
import type { Endpoint } from '../model/requests.js';
import { mergeSettings } from '../model/settings.js';
import type { RealServer, State, VirtualService } from '../model/types.js';

/** A timeout of 0 stays as it is, and so does a setting that is not named. */
export function merge(current: State, desired: State): State {
  const services = new Map<string, VirtualService>();
  for (const [id, service] of current.services) {
    const wanted = desired.services.get(id);
    if (wanted) services.set(id, { ...wanted, realServers: mergeServers(service.realServers, wanted.realServers) });
  }
  for (const [id, service] of desired.services) if (!services.has(id)) services.set(id, service);
  const marks = desired.marks ?? current.marks;
  const { tcp, tcpFin, udp } = desired.timeouts;
  const old = current.timeouts;
  const timeouts = { tcp: tcp || old.tcp, tcpFin: tcpFin || old.tcpFin, udp: udp || old.udp };
  const settings = desired.settings && { settings: mergeSettings(current.settings, desired.settings) };
  const { marks: _, ...rest } = current;
  return { ...rest, services, timeouts, ...settings, ...(marks && marks.length > 0 && { marks }) };
}

/** Both in IPVS's order, where the one added last comes first. */
function mergeServers(current: readonly RealServer[], desired: readonly RealServer[]): RealServer[] {
  const kept = current.flatMap((server) => findServer(desired, server) ?? []);
  const added = desired.filter((server) => !findServer(current, server));
  return [...added, ...kept];
}

export function findServer<Server extends Endpoint>(
  servers: readonly Server[],
  endpoint: Endpoint,
): Server | undefined {
  return servers.find((server) => server.port === endpoint.port && sameAddress(server.address, endpoint.address));
}
