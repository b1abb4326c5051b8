// SPDX-License-Identifier: Apache-2.0
/** Which options a command takes. */
import { UsageError } from './errors.js';
import { CHECKED } from './options.js';
import type { CheckedName, CommandName } from './options.js';

interface Rule {
  readonly required?: readonly CheckedName[];
  readonly allowed?: readonly CheckedName[];
  /** At most one of these. */
  readonly exclusive?: readonly CheckedName[];
}

const SERVICE: Rule = {
  required: ['service-address'],
  allowed: ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'],
};
const SERVER: Rule = {
  required: ['service-address', 'real-server'],
  allowed: [
    'forwarding-method',
    'weight',
    'u-threshold',
    'l-threshold',
    'tun-type',
    'tun-port',
    'tun-nocsum',
    'tun-csum',
    'tun-remcsum',
  ],
};

const RULES: Readonly<Record<CommandName, Rule>> = {
  'add-service': SERVICE,
  'edit-service': SERVICE,
  'delete-service': { required: ['service-address'] },
  flush: {},
  restore: {},
  save: { allowed: ['numeric'] },
  'add-server': SERVER,
  'edit-server': SERVER,
  'delete-server': { required: ['service-address', 'real-server'] },
  list: {
    allowed: ['numeric', 'stats', 'rate', 'thresholds', 'persistent-conn', 'nosort', 'syncid', 'exact', 'tun-info'],
    exclusive: ['connection', 'service-address', 'timeout', 'daemon'],
  },
  zero: { allowed: ['service-address'] },
  set: {},
  'start-daemon': {
    allowed: ['mcast-interface', 'syncid', 'sync-maxlen', 'mcast-group', 'mcast-port', 'mcast-ttl'],
  },
  'stop-daemon': { allowed: ['syncid'] },
  help: {},
  version: {},
};

const TUNNEL_RULES: Readonly<Record<string, Rule>> = {
  ipip: { allowed: ['tun-type'] },
  gue: { required: ['tun-port'], allowed: ['tun-type'], exclusive: ['tun-nocsum', 'tun-csum', 'tun-remcsum'] },
  gre: { allowed: ['tun-type'], exclusive: ['tun-nocsum', 'tun-csum'] },
};

const TUNNEL_OPTIONS = CHECKED.filter((name) => name.startsWith('tun-') && name !== 'tun-info');

export function checkCommandOptions(command: CommandName, given: ReadonlySet<CheckedName>): void {
  check(RULES[command], CHECKED, given, `the '${command}' command`);
}

export function checkTunnelOptions(type: string, given: ReadonlySet<CheckedName>): void {
  check(TUNNEL_RULES[type] ?? {}, TUNNEL_OPTIONS, given, `the '${type}' tunnel type`);
}

export function hasTunnelOptions(given: ReadonlySet<CheckedName>): boolean {
  return TUNNEL_OPTIONS.some((name) => given.has(name));
}

/** In `names`' order, so that of several mistakes the one that ipvsadm would name is named. */
function check(
  { required = [], allowed = [], exclusive = [] }: Rule,
  names: readonly CheckedName[],
  given: ReadonlySet<CheckedName>,
  where: string,
): void {
  let first: CheckedName | undefined;
  for (const name of names) {
    if (!given.has(name)) {
      if (required.includes(name)) throw new UsageError(`You need to supply the '${name}' option for ${where}`);
    } else if (exclusive.includes(name)) {
      if (first) throw new UsageError(`The option '${name}' conflicts with the '${first}' option in ${where}`);
      first = name;
    } else if (!required.includes(name) && !allowed.includes(name)) {
      throw new UsageError(`Illegal '${name}' option with ${where}`);
    }
  }
}
