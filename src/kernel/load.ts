// SPDX-License-Identifier: Apache-2.0
/** Loads the data plane and pins it, whole or not at all. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Limits, MapName, Settings } from '../abi/generated.js';
import { ABI, CONCERN_WORDS, ConnectionState, MAPS, VALUE_CODECS } from '../abi/generated.js';
import type { Loaded } from './addon.js';
import { addon } from './addon.js';
import type { Capacities } from './capacities.js';
import { DEFAULT_CAPACITIES, checkCapacities, maxEntries } from './capacities.js';
import type { Time } from './clock.js';
import { measureTime } from './clock.js';
import { LoadFailed } from './errors.js';
import { installed } from './installation.js';
import { Pins } from './pins.js';

export const OBJECT = installed('build/xdpvs.bpf.o');

/** Seconds, as ip_vs_proto_tcp.c, ip_vs_proto_udp.c and ip_vs_proto_sctp.c have them. */
export const DEFAULT_TIMEOUTS_S: Readonly<Record<number, number>> = {
  [ConnectionState.STATE_NONE]: 2,
  [ConnectionState.STATE_ESTABLISHED]: 900,
  [ConnectionState.STATE_SYN_SENT]: 120,
  [ConnectionState.STATE_SYN_RECV]: 60,
  [ConnectionState.STATE_FIN_WAIT]: 120,
  [ConnectionState.STATE_TIME_WAIT]: 120,
  [ConnectionState.STATE_CLOSE]: 10,
  [ConnectionState.STATE_CLOSE_WAIT]: 60,
  [ConnectionState.STATE_LAST_ACK]: 30,
  [ConnectionState.STATE_LISTEN]: 120,
  [ConnectionState.STATE_SYNACK]: 120,
  [ConnectionState.STATE_UDP]: 300,
  [ConnectionState.STATE_SCTP_NONE]: 2,
  [ConnectionState.STATE_SCTP_INIT1]: 4,
  [ConnectionState.STATE_SCTP_INIT]: 61,
  [ConnectionState.STATE_SCTP_COOKIE_SENT]: 61,
  [ConnectionState.STATE_SCTP_COOKIE_REPLIED]: 61,
  [ConnectionState.STATE_SCTP_COOKIE_WAIT]: 61,
  [ConnectionState.STATE_SCTP_COOKIE]: 61,
  [ConnectionState.STATE_SCTP_COOKIE_ECHOED]: 61,
  [ConnectionState.STATE_SCTP_ESTABLISHED]: 900,
  [ConnectionState.STATE_SCTP_SHUTDOWN_SENT]: 61,
  [ConnectionState.STATE_SCTP_SHUTDOWN_RECEIVED]: 61,
  [ConnectionState.STATE_SCTP_SHUTDOWN_ACK_SENT]: 61,
  [ConnectionState.STATE_SCTP_REJECTED]: 4,
  [ConnectionState.STATE_SCTP_CLOSED]: 61,
};

export interface DataPlane {
  readonly capacities?: Capacities;
  /** Path of the compiled object. */
  readonly object?: string;
}

/** Pinned here afterwards: every map, every program. The sweeper runs. Nothing is attached. Throws LoadFailed. */
export function loadDataPlane({ capacities = DEFAULT_CAPACITIES, object = OBJECT }: DataPlane = {}): Pins {
  checkCapacities(capacities);
  const pins = Pins.here();
  const unfinished = new Pins(`${pins.folder}-unfinished`);
  unfinished.remove();
  const loaded = load(object, capacities, timeHere(join(dirname(object), 'clock.bpf.o')));
  try {
    pinAll(loaded, unfinished);
    armSweeper(loaded);
    unfinished.renameTo(pins);
  } catch (error) {
    unfinished.remove();
    throw error;
  } finally {
    closeAll(loaded);
  }
  return pins;
}

/** HZ is a constant of the data plane, so an object that only tells the time goes before. */
function timeHere(object: string): Time {
  const loaded = tryLoad({ path: object });
  try {
    const program = fdOf(loaded.programs, 'read_clock');
    return measureTime(program);
  } finally {
    closeAll(loaded);
  }
}

function load(object: string, capacities: Capacities, time: Time): Loaded {
  const cpus = addon.cpuCount();
  return tryLoad({
    path: object,
    maxEntries: maxEntries(capacities, cpus),
    data: {
      '.rodata': VALUE_CODECS['.rodata'].encode(limitsOf(capacities, cpus, time)),
      '.data.settings': VALUE_CODECS['.data.settings'].encode(defaultSettings(time.hz)),
    },
  });
}

function tryLoad(options: Parameters<typeof addon.load>[0]): Loaded {
  if (!existsSync(options.path)) throw new Error(`${options.path} is missing: build it with \`make build\``);
  try {
    return addon.load(options);
  } catch (error) {
    throw new LoadFailed(error as Error);
  }
}

function limitsOf(capacities: Capacities, cpus: number, time: Time): Limits {
  return {
    hashKeys: Array.from({ length: 5 }, () => randomBytes(8).readBigUInt64LE() | 1n),
    abi: ABI,
    connectionMask: capacities.connections - 1,
    serversCapacity: capacities.servers,
    servicesCapacity: capacities.services,
    cpus,
    ...time,
  };
}

export function defaultSettings(hz: number): Settings {
  const timeout = Array.from(
    { length: ConnectionState.STATE_COUNT },
    (_, state) => (DEFAULT_TIMEOUTS_S[state] ?? 0) * hz,
  );
  return {
    timeout,
    serversInUse: 0,
    flags: 0,
    connReuseMode: 1,
    expireNodestConn: 0,
    expireQuiescentTemplate: 0,
    sloppyTcp: 0,
    sloppySctp: 0,
    natIcmpSend: 0,
    scheduleIcmp: 0,
    cacheBypass: 0,
    pmtuDisc: 1,
    secureTcp: 0,
    dropEntry: 0,
    dropPacket: 0,
    amDroprate: 10,
    amemthresh: 1024,
    runEstimation: 1,
    lblcExpiration: 86400 * hz,
    lblcrExpiration: 86400 * hz,
    concerns: new Array<bigint>(CONCERN_WORDS).fill(0n),
    markRules: 0n,
  };
}

function pinAll({ maps, programs }: Loaded, pins: Pins): void {
  pins.makeFolders();
  for (const name of Object.keys(MAPS) as MapName[]) addon.pin(fdOf(maps, name), pins.map(name));
  for (const [name, fd] of Object.entries(programs)) addon.pin(fd, pins.program(name));
}

/** Once: from then on the timer starts itself again, for as long as its map is pinned. */
function armSweeper({ programs }: Loaded): void {
  const { retval } = addon.testRun(fdOf(programs, 'arm_sweeper'), {});
  if (retval !== 0) throw new Error(`the sweeper could not be started: arm_sweeper answered ${retval | 0}`);
}

function fdOf(fds: Readonly<Record<string, number>>, name: string): number {
  const fd = fds[name];
  if (fd === undefined) throw new Error(`the object has no ${name}: it is of another build, so \`make build\``);
  return fd;
}

function closeAll({ maps, programs }: Loaded): void {
  for (const fd of [...Object.values(maps), ...Object.values(programs)]) addon.close(fd);
}
