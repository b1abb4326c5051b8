// SPDX-License-Identifier: Apache-2.0
/**
 * What LVS users write by hand in a script for a direct-routing or tunnel real server. `start` is: remember, then keep
 * quiet about the addresses, then take tunnels off, and only then have the addresses; `stop` is the reverse.
 */
import { ensureBpffs } from '../bpffs.js';
import { addAddress, hasAddress, removeAddress, requireLoopback } from './addresses.js';
import {
  arrivals,
  chooseDecapsulation,
  stopTakingTunnelsOff,
  takeFewerTunnelsOff,
  takeTunnelsOff,
} from './decapsulation.js';
import type { Tunnel } from './decapsulation.js';
import type { Memory, RememberedVip, Vip, Vips } from './memory.js';
import { recall, remember, withMemory } from './memory.js';
import { foundSysctls, restoreSysctls, setSysctls, wantedSysctls } from './sysctls.js';

export type { Tunnel } from './decapsulation.js';
export type { TunnelType, Vip } from './memory.js';

export interface StartOptions {
  /** Undefined: direct routing alone. */
  readonly tunnel: Tunnel | undefined;
}

function withVips(known: Vips, vips: readonly Vip[], tunnel: boolean): Vips {
  const all: Record<string, RememberedVip> = { ...known };
  for (const vip of vips) {
    const before = known[vip.text];
    const added = before?.added ?? !hasAddress('lo', vip);
    all[vip.text] = { family: vip.family, added, tunnel: tunnel || (before?.tunnel ?? false) };
  }
  return all;
}

/** Back to what `before` remembers, since `after` could not be reached. */
function undo(before: Memory, after: Memory, vips: readonly Vip[]): void {
  const fresh = vips.filter(({ text }) => !before.vips[text]);
  for (const vip of fresh) if (after.vips[vip.text]?.added) removeAddress('lo', vip);
  if (!before.decapsulation) stopTakingTunnelsOff(after);
  restoreSysctls(Object.fromEntries(Object.entries(after.sysctls).filter(([name]) => !before.sysctls[name])));
  remember(before);
}

/** Makes this host a real server for the addresses. Returns what there is to tell; throws an Error of one line. */
export function startRealServer(vips: readonly Vip[], options: StartOptions): string[] {
  if (options.tunnel) ensureBpffs(); // first of all, since it may begin this process anew
  return withMemory(() => {
    requireLoopback();
    const before = recall();
    const all = withVips(before.vips, vips, options.tunnel !== undefined);
    const decapsulation = options.tunnel
      ? chooseDecapsulation(before, all, vips, options.tunnel)
      : before.decapsulation;
    const isIpv4 = Object.values(all).some(({ family }) => family === 4);
    const wanted = isIpv4 ? wantedSysctls(arrivals(decapsulation)) : {};
    const memory: Memory = { vips: all, sysctls: foundSysctls(before.sysctls, wanted), decapsulation };

    remember(memory);
    let told: string[];
    try {
      setSysctls(memory.sysctls);
      told = options.tunnel ? takeTunnelsOff(decapsulation, vips) : [];
      for (const vip of vips) addAddress('lo', vip);
    } catch (error) {
      undo(before, memory, vips);
      throw error;
    }
    return [`${vips.map(({ text }) => text).join(', ')} on lo, not announced`, ...told];
  });
}

function withoutVips(known: Vips, vips: readonly Vip[]): Vips {
  const gone = new Set(vips.map(({ text }) => text));
  return Object.fromEntries(Object.entries(known).filter(([text]) => !gone.has(text)));
}

/** After the last address everything is as `start` found it. Returns what there is to tell. */
export function stopRealServer(vips: readonly Vip[]): string[] {
  if (recall().decapsulation?.by === 'program') ensureBpffs();
  return withMemory(() => {
    const before = recall();
    const known = vips.filter(({ text }) => before.vips[text]);
    const strange = vips
      .filter(({ text }) => !before.vips[text])
      .map(({ text }) => `${text}: not started here, left as it is`);
    const rest = withoutVips(before.vips, vips);
    const isLast = Object.keys(rest).length === 0;

    for (const vip of known) if (before.vips[vip.text]?.added) removeAddress('lo', vip);
    const decapsulation = takeFewerTunnelsOff(before, known, rest);
    const changed = isLast ? restoreSysctls(before.sysctls) : [];
    remember({ vips: rest, sysctls: before.sysctls, decapsulation });

    const kept = changed.map((name) => `${name}: changed by somebody else since, left as it is`);
    const done = known.length > 0 ? [`${known.map(({ text }) => text).join(', ')} taken off lo`] : [];
    return [...done, ...strange, ...kept];
  });
}
