// SPDX-License-Identifier: Apache-2.0
/** Every option of ipvsadm 1.31, by the name that its messages use. */

export type Argument = 'none' | 'required' | 'optional';

export interface Option {
  readonly name: string;
  readonly long: string;
  readonly short: string | undefined;
  readonly argument: Argument;
}

export const COMMANDS = [
  'add-service',
  'edit-service',
  'delete-service',
  'flush',
  'restore',
  'save',
  'add-server',
  'edit-server',
  'delete-server',
  'list',
  'zero',
  'set',
  'start-daemon',
  'stop-daemon',
  'help',
  'version',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** In the order in which ipvsadm looks whether a command takes them, and so names the first that it does not. */
export const CHECKED = [
  'numeric',
  'connection',
  'service-address',
  'scheduler',
  'persistent',
  'netmask',
  'real-server',
  'forwarding-method',
  'weight',
  'u-threshold',
  'l-threshold',
  'mcast-interface',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'nosort',
  'syncid',
  'exact',
  'ops',
  'pe',
  'sched-flags',
  'mcast-group',
  'mcast-port',
  'mcast-ttl',
  'sync-maxlen',
  'tun-info',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
] as const;
/** What may be given once. Several options may share one, as -t, -u and -f are all the service's address. */
export type CheckedName = (typeof CHECKED)[number];

function option(long: string, short?: string, argument: Argument = 'none', name = long): Option {
  return { name, long, short, argument };
}

export const OPTIONS: readonly Option[] = [
  option('add-service', 'A'),
  option('edit-service', 'E'),
  option('delete-service', 'D'),
  option('clear', 'C', 'none', 'flush'),
  option('restore', 'R'),
  option('save', 'S'),
  option('add-server', 'a'),
  option('edit-server', 'e'),
  option('delete-server', 'd'),
  option('list', 'L'),
  option('list', 'l'),
  option('zero', 'Z'),
  option('set'),
  option('start-daemon', undefined, 'required'),
  option('stop-daemon', undefined, 'required'),
  option('help', 'h'),
  option('version', 'v'),

  option('tcp-service', 't', 'required'),
  option('udp-service', 'u', 'required'),
  option('sctp-service', undefined, 'required'),
  option('fwmark-service', 'f', 'required'),
  option('ipv6', '6'),
  option('scheduler', 's', 'required'),
  option('sched-flags', 'b', 'required'),
  option('pe', undefined, 'required'),
  option('persistent', 'p', 'optional'),
  option('netmask', 'M', 'required'),
  option('ops', 'o'),

  option('real-server', 'r', 'required'),
  option('gatewaying', 'g'),
  option('ipip', 'i'),
  option('masquerading', 'm'),
  option('tun-type', undefined, 'required'),
  option('tun-port', undefined, 'required'),
  option('tun-nocsum'),
  option('tun-csum'),
  option('tun-remcsum'),
  option('weight', 'w', 'required'),
  option('u-threshold', 'x', 'required'),
  option('l-threshold', 'y', 'required'),

  option('connection', 'c'),
  option('timeout'),
  option('daemon'),
  option('stats'),
  option('rate'),
  option('exact'),
  option('thresholds'),
  option('persistent-conn'),
  option('tun-info'),
  option('nosort'),
  option('sort'),
  option('numeric', 'n'),

  option('syncid', undefined, 'required'),
  option('sync-maxlen', undefined, 'required'),
  option('mcast-interface', undefined, 'required'),
  option('mcast-group', undefined, 'required'),
  option('mcast-port', undefined, 'required'),
  option('mcast-ttl', undefined, 'required'),
];

export function isCommandName(name: string): name is CommandName {
  return (COMMANDS as readonly string[]).includes(name);
}
