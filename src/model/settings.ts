// SPDX-License-Identifier: Apache-2.0
/** What `xdpvs set` sets: net.ipv4.vs's settings under the kernel's names and with its defaults, and a timeout for each state. */
import type { State, Timeouts } from './types.js';

export interface Setting {
  readonly name: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** For people, in a line. */
  readonly meaning: string;
}

/** By name, those that are not as they are by default. */
export type Settings = Readonly<Record<string, number>>;

const LEAST = -(2 ** 31);
const MOST = 2 ** 31 - 1;
/** What half of 32 bits of jiffies hold at 1000 a second: a time further off would seem past. */
const LONGEST_S = Math.floor(MOST / 1000);

/** The kernel takes any integer where it only asks whether it is 0. */
function integer(name: string, fallback: number, meaning: string): Setting {
  return { name, default: fallback, least: LEAST, most: MOST, meaning };
}

/** 0 off, 3 always; 1 and 2 are the same here. */
function defence(name: string, meaning: string): Setting {
  return {
    name,
    default: 0,
    least: 0,
    most: 3,
    meaning: `${meaning}: 0 never, 1 or 2 while lines are scarce, 3 always`,
  };
}

function seconds(name: string, fallback: number, meaning: string, least = 1): Setting {
  return { name, default: fallback, least, most: LONGEST_S, meaning };
}

const TIMEOUTS_S: Readonly<Record<string, number>> = {
  'tcp.none': 2,
  'tcp.established': 900,
  'tcp.syn_sent': 120,
  'tcp.syn_recv': 60,
  'tcp.fin_wait': 120,
  'tcp.time_wait': 120,
  'tcp.close': 10,
  'tcp.close_wait': 60,
  'tcp.last_ack': 30,
  'tcp.listen': 120,
  'tcp.synack': 120,
  udp: 300,
  'sctp.none': 2,
  'sctp.init1': 4,
  'sctp.init': 61,
  'sctp.cookie_sent': 61,
  'sctp.cookie_replied': 61,
  'sctp.cookie_wait': 61,
  'sctp.cookie': 61,
  'sctp.cookie_echoed': 61,
  'sctp.established': 900,
  'sctp.shutdown_sent': 61,
  'sctp.shutdown_received': 61,
  'sctp.shutdown_ack_sent': 61,
  'sctp.rejected': 4,
  'sctp.closed': 61,
};

export const SETTINGS: readonly Setting[] = [
  integer('am_droprate', 10, 'drop_packet 3: one of so many new connections is dropped'),
  integer(
    'amemthresh',
    1024,
    'lines are scarce while fewer than so many of each 16384 of the connection table are free',
  ),
  integer('cache_bypass', 0, "1: a firewall mark's packets go to where they were sent while there is no real server"),
  integer(
    'conn_reuse_mode',
    1,
    'what a SYN begins anew: 0 nothing, 1 what is closed or in TIME_WAIT, 2 FIN_WAIT of DR and TUN too',
  ),
  defence('drop_entry', 'half-open connections are given up at random'),
  defence('drop_packet', 'a share of new connections is dropped'),
  integer('expire_nodest_conn', 0, '1: connections end with the real server that is removed'),
  integer('expire_quiescent_template', 0, '1: persistence does not lead to a real server of weight 0'),
  seconds('lblc_expiration', 86400, 'seconds that lblc remembers a destination unused', 0),
  seconds('lblcr_expiration', 86400, 'seconds that lblcr remembers a destination unused', 0),
  integer('nat_icmp_send', 0, '1: a real server hears by ICMP that its packet is of no connection'),
  integer('pmtu_disc', 1, '0: tunnelled packets may be cut whatever their DF says'),
  integer('run_estimation', 1, '0: rates stand still'),
  integer('schedule_icmp', 0, '1: ICMP errors may open connections'),
  defence('secure_tcp', 'stricter TCP states'),
  integer('sloppy_sctp', 0, '1: any SCTP packet may open a connection'),
  integer('sloppy_tcp', 0, '1: any TCP packet but RST may open a connection'),
  ...Object.entries(TIMEOUTS_S).map(([state, fallback]) =>
    seconds(`timeout.${state}`, fallback, `seconds that a connection in ${nameOf(state)} lives without packets`),
  ),
];

function nameOf(state: string): string {
  return state.replace('.', ' ').toUpperCase();
}

const SYNC = 'connections are not synchronised to a backup director';

/** The kernel's other settings, and why there is nothing to set here. */
const MEANINGLESS: Readonly<Record<string, string>> = {
  backup_only: SYNC,
  conntrack: 'packets do not pass netfilter, so there is no entry of its connection tracking to make',
  ignore_tunneled: 'packets are balanced before the host takes tunnels off, so none comes by twice',
  snat_reroute: "replies are sent by their client's route, not by the real server's, so none has to be routed anew",
  sync_persist_mode: SYNC,
  sync_ports: SYNC,
  sync_qlen_max: SYNC,
  sync_refresh_period: SYNC,
  sync_retries: SYNC,
  sync_sock_size: SYNC,
  sync_threshold: SYNC,
  sync_version: SYNC,
};

/** undefined: there is no such setting, or it means something. */
export function whyMeaningless(name: string): string | undefined {
  return Object.hasOwn(MEANINGLESS, name) ? MEANINGLESS[name] : undefined;
}

const BY_NAME: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.name, setting]));

export function findSetting(name: string): Setting | undefined {
  return BY_NAME.get(name);
}

/** Those that `ipvsadm --set` sets too, and a state keeps apart. */
const OF_SET: Readonly<Record<string, keyof Timeouts>> = {
  'timeout.tcp.established': 'tcp',
  'timeout.tcp.fin_wait': 'tcpFin',
  'timeout.udp': 'udp',
};

/** All but those of `ipvsadm --set`. */
export const KEPT: readonly Setting[] = SETTINGS.filter(({ name }) => OF_SET[name] === undefined);

export function valueOf({ timeouts, settings }: State, { name, default: fallback }: Setting): number {
  const timeout = OF_SET[name];
  return timeout === undefined ? (settings?.[name] ?? fallback) : timeouts[timeout];
}

export function withSetting(state: State, { name }: Setting, value: number): State {
  const timeout = OF_SET[name];
  if (timeout !== undefined) return { ...state, timeouts: { ...state.timeouts, [timeout]: value } };
  return { ...state, settings: mergeSettings(state.settings, { [name]: value }) };
}

/** `current` with what `given` says, which may be defaults. */
export function mergeSettings(current: Settings | undefined, given: Settings): Settings {
  const all = Object.entries({ ...current, ...given });
  return Object.fromEntries(all.filter(([name, value]) => findSetting(name)?.default !== value));
}
