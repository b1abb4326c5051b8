// SPDX-License-Identifier: Apache-2.0
/** How services and real servers are called in tables, and what of them programs are told. */
import { formatAddress } from '../../model/address.js';
import type { Endpoint } from '../../model/requests.js';
import { serviceId } from '../../model/service_id.js';
import type { ForwardingMethod, RealServer, ServiceKey, VirtualService } from '../../model/types.js';
import { formatSchedulerFlags } from '../ipvsadm/scheduler_flags.js';
import { maskText } from '../ipvsadm/mask.js';

export const METHOD_WORD: Readonly<Record<ForwardingMethod, string>> = {
  masquerade: 'NAT',
  'direct-route': 'DR',
  tunnel: 'TUN',
};

export function endpointWord({ address, port }: Endpoint): string {
  const host = formatAddress(address);
  return address.family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

export function methodWord({ method, tunnel }: RealServer): string {
  return method === 'tunnel' && tunnel.type !== 'ipip' ? `TUN ${tunnel.type}` : METHOD_WORD[method];
}

export function endpointJson({ address, port }: Endpoint) {
  return { address: formatAddress(address), port };
}

export function keyJson(key: ServiceKey) {
  if (key.kind === 'mark') return { service: serviceId(key), mark: key.mark, family: key.family };
  return { service: serviceId(key), protocol: key.protocol, ...endpointJson(key) };
}

export function flagNames({
  schedulerFlags,
  scheduler,
}: Pick<VirtualService, 'schedulerFlags' | 'scheduler'>): string[] {
  return (formatSchedulerFlags(schedulerFlags, scheduler) ?? '').split(',').filter((name) => name !== '');
}

export function serviceJson(service: VirtualService) {
  const { key, scheduler, persistence, persistenceEngine, onePacket } = service;
  return {
    ...keyJson(key),
    scheduler,
    schedulerFlags: flagNames(service),
    persistence: persistence && { timeoutS: persistence.timeoutS, mask: maskText(key, persistence) },
    persistenceEngine,
    onePacket,
  };
}

export function serverJson(server: RealServer) {
  const { method, tunnel, weight, upperThreshold, lowerThreshold } = server;
  return {
    ...endpointJson(server),
    method,
    tunnel: method === 'tunnel' ? tunnel : undefined,
    weight,
    upperThreshold,
    lowerThreshold,
  };
}
