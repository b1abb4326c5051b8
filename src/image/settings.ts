// SPDX-License-Identifier: Apache-2.0
import { ConnectionState, SETTING_CALLING, SETTING_MARKS, SETTING_PORT_ZERO, settingsCodec } from '../abi/generated.js';
import type { Settings as Fields } from '../abi/generated.js';
import { KEPT, mergeSettings } from '../model/settings.js';
import type { Setting, Settings } from '../model/settings.js';
import type { Timeouts } from '../model/types.js';
import { join } from './concerns.js';
import { numberAt } from './entries.js';
import type { Segment } from './segments.js';

/** Numbers in enum connection_state of the states whose timeouts `ipvsadm --set` sets. */
export const TIMEOUT_STATES: Readonly<Record<keyof Timeouts, number>> = {
  tcp: ConnectionState.STATE_ESTABLISHED,
  tcpFin: ConnectionState.STATE_FIN_WAIT,
  udp: ConnectionState.STATE_UDP,
};

/** What of the settings follows from services and real servers. */
export interface Bounds {
  readonly serversInUse: number;
  readonly concerns: readonly bigint[];
  /** SETTING_* that follow from services. */
  readonly flags: number;
  /** Where the rules that mark packets are, as struct settings has it. */
  readonly markRules: bigint;
}

export interface Wanted {
  readonly timeouts: Timeouts;
  /** Absent: as before. */
  readonly settings?: Settings;
}
const FOLLOWING = SETTING_PORT_ZERO | SETTING_MARKS | SETTING_CALLING;

/** The settings with these timeouts and bounds, all else as before. */
export function settingsWith(
  previous: Uint8Array,
  { timeouts, settings }: Wanted,
  hz: number,
  bounds: Bounds,
): Uint8Array {
  const before = settingsCodec.decode(previous);
  const fields = settings ? withSettings(before, settings, hz) : before;
  const timeout = [...fields.timeout];
  for (const name of ['tcp', 'tcpFin', 'udp'] as const) timeout[TIMEOUT_STATES[name]] = timeouts[name] * hz;
  return settingsCodec.encode({ ...fields, timeout, ...bounds, flags: (fields.flags & ~FOLLOWING) | bounds.flags });
}

/** `next`, but bounding whatever `previous` or `next` uses, and with the rules that are in force. */
export function boundingBoth(previous: Uint8Array, next: Uint8Array): Uint8Array {
  const before = settingsCodec.decode(previous);
  const after = settingsCodec.decode(next);
  return settingsCodec.encode({
    ...after,
    serversInUse: Math.max(before.serversInUse, after.serversInUse),
    concerns: join(before.concerns, after.concerns),
    flags: after.flags | (before.flags & FOLLOWING),
    markRules: before.markRules,
  });
}

/** Which of mark_rules packets meet. */
export function rulesInForce(bytes: Uint8Array): Segment {
  const { markRules } = settingsCodec.decode(bytes);
  return { first: Number(markRules & 0xffffffffn), count: Number(markRules >> 32n) };
}

export function inForce({ first, count }: Segment): bigint {
  return (BigInt(count) << 32n) | BigInt(first);
}

/** Whether calling_servers has any. */
export function hasCallingServers(bytes: Uint8Array): boolean {
  return (numberAt(bytes, settingsCodec.offsets.flags) & SETTING_CALLING) !== 0;
}

export function concernsIn(bytes: Uint8Array): readonly bigint[] {
  return settingsCodec.decode(bytes).concerns;
}

export function serversInUse(bytes: Uint8Array): number {
  return settingsCodec.decode(bytes).serversInUse;
}

/** What is not as it is by default. */
export function readSettings(bytes: Uint8Array, hz: number): Settings {
  const fields = settingsCodec.decode(bytes);
  return mergeSettings(undefined, Object.fromEntries(KEPT.map((setting) => [setting.name, read(fields, setting, hz)])));
}

/** All of them: who is not named has its default. */
export function withSettings(fields: Fields, settings: Settings, hz: number): Fields {
  const timeout = [...fields.timeout];
  const rest: Record<string, number> = {};
  for (const { name, default: fallback } of KEPT) {
    const value = settings[name] ?? fallback;
    const state = stateOf(name);
    if (state !== undefined) timeout[state] = value * hz;
    else rest[fieldOf(name)] = isSeconds(name) ? value * hz : value;
  }
  return { ...fields, ...rest, timeout };
}

function read(fields: Fields, { name }: Setting, hz: number): number {
  const state = stateOf(name);
  if (state !== undefined) return Math.floor(fields.timeout[state]! / hz);
  const value = fields[fieldOf(name)];
  return isSeconds(name) ? Math.floor(value / hz) : value;
}

/** Kept in jiffies. */
function isSeconds(name: string): boolean {
  return name.endsWith('_expiration');
}

/** timeout.tcp.syn_recv is of STATE_SYN_RECV. */
function stateOf(name: string): number | undefined {
  if (!name.startsWith('timeout.')) return undefined;
  const word = name.replace(/^timeout\.(tcp\.)?/, '').replace('.', '_');
  return ConnectionState[`STATE_${word.toUpperCase()}` as keyof typeof ConnectionState];
}

type NumberField = { [Name in keyof Fields]: Fields[Name] extends number ? Name : never }[keyof Fields];

function fieldOf(name: string): NumberField {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as NumberField;
}
