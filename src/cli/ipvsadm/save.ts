// SPDX-License-Identifier: Apache-2.0
/** Commands that would make what is there, but for thresholds, which ipvsadm forgets. */
import type { ForwardingMethod, RealServer, ServiceKey, Tunnel, VirtualService } from '../../model/types.js';
import type { Backend } from './backend.js';
import type { Io } from './io.js';
import { chosenServices, orderedServers } from './list_services.js';
import { maskText } from './mask.js';
import { addressesOf, endpointText, markText, protocolOf } from './name_text.js';
import type { WrittenNames } from './name_text.js';
import { formatSchedulerFlags } from './scheduler_flags.js';

const METHOD: Readonly<Record<ForwardingMethod, string>> = { masquerade: '-m', 'direct-route': '-g', tunnel: '-i' };
const PROTOCOL = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;
const CHECKSUM: Readonly<Record<Tunnel['checksum'], string>> = {
  none: '--tun-nocsum',
  outer: '--tun-csum',
  remote: '--tun-remcsum',
};

export function save(numeric: boolean, backend: Backend, io: Io): void {
  const services = chosenServices(backend.read(), undefined, true);
  const names = numeric ? undefined : io.names;
  names?.prepare(addressesOf(services));
  io.out(services.map((service) => serviceLines(service, names)).join(''));
}

function serviceLines(service: VirtualService, names: WrittenNames): string {
  const key = keyWords(service.key, names);
  const lines = [
    addServiceWords(service, key),
    ...orderedServers(service, true).map((server) => addServerWords(service.key, server, key, names)),
  ];
  return lines.map((words) => `${words.join(' ')}\n`).join('');
}

export function addServiceWords(service: VirtualService, key: readonly string[]): string[] {
  const { scheduler, schedulerFlags, persistence, persistenceEngine, onePacket } = service;
  const mask = persistence && maskText(service.key, persistence);
  const flags = formatSchedulerFlags(schedulerFlags, scheduler);
  return [
    ['-A', ...key, '-s', scheduler],
    persistence ? ['-p', String(persistence.timeoutS)] : [],
    mask === undefined ? [] : ['-M', mask],
    persistenceEngine === undefined ? [] : ['--pe', persistenceEngine],
    onePacket ? ['-o'] : [],
    flags === undefined ? [] : ['-b', flags],
  ].flat();
}

export function addServerWords(
  key: ServiceKey,
  server: RealServer,
  keyWordsOfService: readonly string[],
  names: WrittenNames,
): string[] {
  const name = endpointText(server, protocolOf(key), names);
  const tunnel = server.method === 'tunnel' ? tunnelWords(server.tunnel) : [];
  return ['-a', ...keyWordsOfService, '-r', name, METHOD[server.method], '-w', String(server.weight), ...tunnel];
}

export function keyWords(key: ServiceKey, names: WrittenNames): string[] {
  if (key.kind === 'mark') return ['-f', markText(key.mark), ...(key.family === 6 ? ['-6'] : [])];
  return [PROTOCOL[key.protocol], endpointText(key, key.protocol, names)];
}

function tunnelWords({ type, port, checksum }: Tunnel): string[] {
  if (type === 'ipip') return ['--tun-type', type];
  return ['--tun-type', type, ...(type === 'gue' ? ['--tun-port', String(port)] : []), CHECKSUM[checksum]];
}
