// SPDX-License-Identifier: Apache-2.0
/** Options that suit their command, into the command; looks at what several of them mean together. */
import type { ServiceRequest } from '../../model/requests.js';
import type { SyncDaemonRequest } from '../../model/sync_daemon.js';
import type { RealServer, SchedulerFlags, ServiceKey, Tunnel } from '../../model/types.js';
import type { Columns, Command, ListRequest } from './command.js';
import { checkTunnelOptions, hasTunnelOptions } from './compatibility.js';
import { UsageError } from './errors.js';
import type { Given } from './given.js';

const WHOLE_IPV4 = 0xffffffff;
const WHOLE_IPV6 = 128;

export function build(given: Given, flags: SchedulerFlags): Command {
  const { command } = given;
  switch (command) {
    case 'add-service':
    case 'edit-service':
      return { name: command, service: serviceOf(given, flags) };
    case 'delete-service':
      return { name: command, key: keyOf(given) };
    case 'add-server':
    case 'edit-server':
      return { name: command, key: keyOf(given), server: serverOf(given) };
    case 'delete-server':
      return { name: command, key: keyOf(given), endpoint: endpointOf(given) };
    case 'list':
      return { name: command, list: listOf(given) };
    case 'zero':
      return { name: command, key: given.service && keyOf(given) };
    case 'save':
      return { name: command, numeric: given.has('numeric') };
    case 'start-daemon':
      return { name: command, daemon: daemonOf(given) };
    case 'stop-daemon':
      return { name: command, role: given.role };
    case 'flush':
    case 'restore':
    case 'help':
    case 'version':
      return { name: command };
    case 'set':
      throw new Error('--set has no options to build from');
  }
}

function keyOf({ service }: Given): ServiceKey {
  if (!service) throw new Error('a command that needs a service has none');
  if (service.kind === 'mark') return { kind: 'mark', mark: service.mark, family: service.ipv6 ? 6 : 4 };
  const { address, port = 0 } = service.endpoint;
  return { kind: 'address', protocol: service.protocol, address, port };
}

function serviceOf(given: Given, schedulerFlags: SchedulerFlags): ServiceRequest {
  const key = keyOf(given);
  const onePacket = given.has('ops');
  if (key.kind === 'address' && key.port === 0 && given.persistent === undefined) {
    throw new UsageError('Zero port specified for non-persistent service');
  }
  if (onePacket && key.kind === 'address' && key.protocol !== 'udp') {
    throw new UsageError('One-Packet Scheduling is only for UDP virtual services');
  }
  const mask = given.netmask ?? (given.isIpv6() ? WHOLE_IPV6 : WHOLE_IPV4);
  return {
    key,
    scheduler: given.scheduler || 'wlc',
    schedulerFlags,
    onePacket,
    persistence: given.persistent === undefined ? undefined : { timeoutS: given.persistent, mask },
    ...(given.persistenceEngine === '' ? {} : { persistenceEngine: given.persistenceEngine }),
  };
}

function serverOf(given: Given): RealServer {
  const { address, port } = endpointOf(given);
  if (given.method !== 'tunnel' && (address.family === 6) !== given.isIpv6()) {
    throw new UsageError('Different address family is allowed only for tunneling servers');
  }
  return {
    address,
    port: given.method === 'masquerade' ? port : untranslatedPort(given, port),
    method: given.method,
    tunnel: tunnelOf(given),
    weight: given.weight,
    upperThreshold: given.upperThreshold,
    lowerThreshold: given.lowerThreshold,
  };
}

function endpointOf({ server }: Given): { address: RealServer['address']; port: number } {
  if (!server) throw new Error('a command that needs a real server has none');
  return { address: server.address, port: server.port ?? 0 };
}

/** Only masquerading can change the port; a firewall mark's service has none that could stand for it. */
function untranslatedPort({ service }: Given, port: number): number {
  return service?.kind === 'address' ? (service.endpoint.port ?? 0) : port;
}

function tunnelOf(given: Given): Tunnel {
  if (given.method === 'tunnel') checkTunnelOptions(given.tunnelType, given.checked);
  else if (hasTunnelOptions(given.checked)) throw new UsageError('Tunnel options conflict with forward method');
  const checksum = given.has('tun-remcsum') ? 'remote' : given.has('tun-csum') ? 'outer' : 'none';
  return { type: given.tunnelType, port: given.tunnelPort, checksum };
}

/** Of an interface's name the kernel takes no more. */
const LONGEST_INTERFACE = 15;

function daemonOf(given: Given): SyncDaemonRequest {
  return {
    role: given.role,
    interface: given.multicastInterface.slice(0, LONGEST_INTERFACE),
    syncId: given.syncId,
    maxLength: given.syncMaxLength,
    group: given.multicastGroup,
    port: given.multicastPort,
    ttl: given.multicastTtl,
  };
}

function listOf(given: Given): ListRequest {
  refuseMixedLists(given);
  const numeric = given.has('numeric');
  if (given.has('connection')) {
    return { kind: 'connections', numeric, persistenceEngine: given.has('persistent-conn') };
  }
  if (given.has('timeout')) return { kind: 'timeouts' };
  if (given.has('daemon')) return { kind: 'daemon' };

  const key = given.service && keyOf(given);
  const view = { columns: columnsOf(given), numeric, exact: given.has('exact') };
  return { kind: 'services', key, view, sorted: !given.has('nosort') };
}

function refuseMixedLists(given: Given): void {
  const ofServices = given.has('stats') || given.has('rate') || given.has('thresholds');
  const hasNoServices = given.has('connection') || given.has('timeout') || given.has('daemon');
  const hasNoEngines = given.has('timeout') || given.has('daemon');
  if ((ofServices && hasNoServices) || (given.has('persistent-conn') && hasNoEngines)) {
    throw new UsageError('options conflicts in the list command');
  }
}

/** Of several kinds of columns the first counts. */
const COLUMNS = ['stats', 'rate', 'thresholds', 'persistent-conn', 'tun-info'] as const;

function columnsOf(given: Given): Columns {
  return COLUMNS.find((columns) => given.has(columns)) ?? 'plain';
}
