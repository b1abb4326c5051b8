// SPDX-License-Identifier: Apache-2.0
/** What each option does to what was given before it. */
import { parseIpv6 } from '../../model/address.js';
import { parseIpv4 } from '../../model/ipv4.js';
import type { Address, ForwardingMethod, Protocol } from '../../model/types.js';
import { parseEndpoint, parseHost } from './endpoint.js';
import { UsageError } from './errors.js';
import type { Given, TunnelOption } from './given.js';
import { MAX_INT, MAX_TIMEOUT_S, leadingInteger, parseInteger } from './numbers.js';
import { CHECKED } from './options.js';
import type { CheckedName } from './options.js';
import type { Token } from './tokenize.js';

const DEFAULT_PERSISTENCE_S = 360;

/** Bytes that an IPv4 packet leaves to UDP's payload. */
const LONGEST_MESSAGE = 65507;

type Take = (given: Given, value: string) => void;

const TAKE: Readonly<Record<string, Take>> = {
  'tcp-service': serviceOver('tcp'),
  'udp-service': serviceOver('udp'),
  'sctp-service': serviceOver('sctp'),
  'fwmark-service': takeMark,
  ipv6: takeIpv6,
  sort: () => undefined,
  scheduler: once('scheduler', (given, value) => (given.scheduler = value)),
  'sched-flags': once('sched-flags', (given, value) => (given.schedulerFlags = value)),
  pe: once('pe', (given, value) => (given.persistenceEngine = value)),
  netmask: once('netmask', takeNetmask),
  'real-server': once('real-server', takeServer),
  gatewaying: forwardingBy('direct-route'),
  ipip: forwardingBy('tunnel'),
  masquerading: forwardingBy('masquerade'),
  'tun-type': once('tun-type', takeTunnelType),
  'tun-port': once('tun-port', (given, value) => (given.tunnelPort = integer(value, 1, 65535, 'tunnel port'))),
  weight: once('weight', (given, value) => (given.weight = integer(value, 0, MAX_INT, 'weight'))),
  'u-threshold': once('u-threshold', (given, value) => {
    given.upperThreshold = integer(value, 0, MAX_INT, 'u_threshold');
  }),
  'l-threshold': once('l-threshold', (given, value) => {
    given.lowerThreshold = integer(value, 0, MAX_INT, 'l_threshold');
  }),
  syncid: once('syncid', (given, value) => (given.syncId = integer(value, 0, 255, 'syncid'))),
  'sync-maxlen': once('sync-maxlen', (given, value) => {
    given.syncMaxLength = integer(value, 1, LONGEST_MESSAGE, 'sync-maxlen');
  }),
  'mcast-interface': once('mcast-interface', (given, value) => (given.multicastInterface = value)),
  'mcast-group': once('mcast-group', (given, value) => (given.multicastGroup = multicastGroup(value))),
  'mcast-port': once('mcast-port', (given, value) => (given.multicastPort = integer(value, 1, 65535, 'mcast-port'))),
  'mcast-ttl': once('mcast-ttl', (given, value) => (given.multicastTtl = integer(value, 1, 255, 'mcast-ttl'))),
};

export function takeOption(given: Given, { option, word, value }: Token): void {
  const take = TAKE[option.name];
  if (option.name === 'persistent') takePersistent(given, value);
  else if (take) take(given, value ?? '');
  else if (isChecked(option.name)) given.once(option.name);
  else throw new UsageError(`invalid option \`${word}'`);
}

function isChecked(name: string): name is CheckedName {
  return (CHECKED as readonly string[]).includes(name);
}

function once(name: CheckedName, take: Take): Take {
  return (given, value) => {
    given.once(name);
    take(given, value);
  };
}

function integer(text: string, smallest: number, largest: number, what: string): number {
  const value = parseInteger(text, smallest, largest);
  if (value === undefined) throw new UsageError(`illegal ${what} specified`);
  return value;
}

/** Seconds. */
export function timeout(text: string, smallest: number): number {
  const value = parseInteger(text, smallest, MAX_TIMEOUT_S);
  if (value === undefined) throw new UsageError(`invalid timeout value \`${text}' specified`);
  return value;
}

function serviceOver(protocol: Protocol): Take {
  return once('service-address', (given, value) => {
    const endpoint = parseEndpoint(value, protocol, given.names);
    if (!endpoint) throw new UsageError('illegal virtual server address[:port] specified');
    given.service = { kind: 'address', protocol, endpoint };
    if (endpoint.address.family === 6) given.netmask = undefined;
  });
}

function takeMark(given: Given, value: string): void {
  given.once('service-address');
  const mark = parseInteger(value, 1, 0xffffffff);
  if (mark === undefined) throw new UsageError(`invalid fwmark value \`${value}' specified`);
  given.service = { kind: 'mark', mark, ipv6: false };
}

function takeIpv6(given: Given): void {
  // The empty line is ipvsadm's.
  if (given.service?.kind !== 'mark') throw new UsageError('-6 used before -f\n');
  given.service.ipv6 = true;
  given.netmask = undefined;
}

function takePersistent(given: Given, value: string | undefined): void {
  given.once('persistent');
  given.persistent = value === undefined ? DEFAULT_PERSISTENCE_S : timeout(value, 1);
}

/** A mask is read for the family of the service before it; without one, for IPv4. */
function takeNetmask(given: Given, value: string): void {
  if (given.isIpv6()) {
    const length = leadingInteger(value);
    if (length < 1 || length > 128) throw new UsageError('illegal ipv6 netmask specified');
    given.netmask = length;
  } else {
    const mask = parseHost(value, given.names);
    if (!mask) throw new UsageError('illegal virtual server persistent mask specified');
    given.netmask = new DataView(mask.bytes.buffer, mask.bytes.byteOffset).getUint32(0);
  }
}

/** Without a port of its own, a real server has that of the service before it. */
function takeServer(given: Given, value: string): void {
  const { service } = given;
  const protocol = service?.kind === 'mark' ? 'tcp' : service?.protocol;
  const endpoint = parseEndpoint(value, protocol, given.names);
  if (!endpoint) throw new UsageError('illegal real server address[:port] specified');
  const virtualPort = service?.kind === 'address' ? service.endpoint.port : undefined;
  given.server = { address: endpoint.address, port: endpoint.port ?? virtualPort };
}

function forwardingBy(method: ForwardingMethod): Take {
  return once('forwarding-method', (given) => (given.method = method));
}

function takeTunnelType(given: Given, value: string): void {
  if (!isTunnelOption(value)) throw new UsageError('illegal tunnel type specified');
  given.tunnelType = value;
}

function isTunnelOption(value: string): value is TunnelOption {
  return ['ipip', 'gue', 'gre'].includes(value);
}

function multicastGroup(value: string): Address {
  const ipv6 = parseIpv6(value);
  if (ipv6?.[0] === 0xff) return { family: 6, bytes: ipv6 };
  const ipv4 = ipv6 ? undefined : parseIpv4(value);
  if (ipv4 && ipv4[0]! >> 4 === 0xe) return { family: 4, bytes: ipv4 };
  throw new UsageError(`invalid IPv${value.includes(':') ? 6 : 4} mcast-group \`${value}'`);
}
