// SPDX-License-Identifier: Apache-2.0
/**
 * What LVS users write by hand in a script for a direct-routing or tunnel real server. `start` is: remember, then keep
 * quiet about the addresses, then take tunnels off, and only then have the addresses; `stop` is the reverse.
 */
import { ensureBpffs } from '../bpffs.js';
import {
  attachDecapsulator,
  decapsulateFor,
  decapsulateNoMore,
  detachDecapsulator,
  guessInterfaces,
} from './decapsulator.js';
import { addAddress, hasAddress, removeAddress, requireLoopback } from './addresses.js';
import type { ByDevices, Decapsulation, Memory, Numbered, RememberedVip, Vip } from './memory.js';
import { recall, remember, withMemory } from './memory.js';
import { foundSysctls, restoreSysctls, setSysctls, wantedSysctls } from './sysctls.js';
import {
  downDevices,
  findTunnelDevices,
  lower,
  missingNumbers,
  narrowMode,
  number,
  raise,
  setMode,
  unnumber,
} from './tunnel_devices.js';

export type { Vip } from './memory.js';

export interface StartOptions {
  readonly tunnel: boolean;
  /** Where tunnelled packets arrive; guessed when empty. */
  readonly interfaces: readonly string[];
}

type Vips = Memory['vips'];

function withVips(known: Vips, vips: readonly Vip[], tunnel: boolean): Vips {
  const all: Record<string, RememberedVip> = { ...known };
  for (const vip of vips) {
    const before = known[vip.text];
    const added = before?.added ?? !hasAddress('lo', vip);
    all[vip.text] = { family: vip.family, added, tunnel: tunnel || (before?.tunnel ?? false) };
  }
  return all;
}

function families(vips: Vips): Set<4 | 6> {
  return new Set(Object.values(vips).filter(({ tunnel }) => tunnel).map(({ family }) => family));
}

function withDevices(
  before: ByDevices | undefined,
  devices: readonly string[],
  families: ReadonlySet<4 | 6>,
  vips: readonly Vip[],
): ByDevices {
  const raised = [...(before?.raised ?? []), ...downDevices(devices)];
  const numbered = [...(before?.numbered ?? []), ...missingNumbers(devices, vips)];
  const ip6tnlMode = before?.ip6tnlMode ?? narrowMode(devices, families);
  return { by: 'devices', raised, numbered, ...(ip6tnlMode === undefined ? {} : { ip6tnlMode }) };
}

/** How tunnels are to be taken off: as before if that still does, else by the kernel's devices, else by our program. */
function chooseDecapsulation(memory: Memory, all: Vips, vips: readonly Vip[], wished: readonly string[]): Decapsulation {
  const before = memory.decapsulation;
  if (before?.by === 'program') {
    return { by: 'program', interfaces: [...new Set([...before.interfaces, ...wished])] };
  }
  const devices = wished.length > 0 ? undefined : findTunnelDevices(families(all));
  if (devices) return withDevices(before, devices, families(all), vips);
  if (before) throw new Error('the kernel takes tunnels off here already: stop every address first, then use --interface');
  const interfaces = wished.length > 0 ? wished : guessInterfaces();
  if (interfaces.length === 0) throw new Error('no interface is up for tunnelled packets to arrive on: name one with --interface');
  return { by: 'program', interfaces };
}

function arrivals(decapsulation: Decapsulation | undefined): readonly string[] {
  if (!decapsulation) return [];
  return decapsulation.by === 'program' ? decapsulation.interfaces : ['tunl0', 'ip6tnl0'];
}

function takeTunnelsOff(decapsulation: Decapsulation | undefined, vips: readonly Vip[]): string[] {
  if (!decapsulation) return [];
  if (decapsulation.by === 'devices') {
    if (decapsulation.ip6tnlMode !== undefined) setMode('any');
    decapsulation.numbered.forEach(number);
    decapsulation.raised.forEach(raise);
    return ["tunnels are taken off by the kernel's own devices"];
  }
  attachDecapsulator(decapsulation.interfaces);
  decapsulateFor(vips);
  return [`tunnels are taken off by the XDP program decapsulate on ${decapsulation.interfaces.join(', ')}`];
}

function stopTakingTunnelsOff(memory: Memory): void {
  if (memory.decapsulation?.by === 'devices') {
    memory.decapsulation.raised.forEach(lower);
    memory.decapsulation.numbered.forEach(unnumber);
    if (memory.decapsulation.ip6tnlMode !== undefined) setMode(memory.decapsulation.ip6tnlMode);
  }
  if (memory.decapsulation?.by === 'program') detachDecapsulator();
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
export function startRealServer(vips: readonly Vip[], options: StartOptions): Promise<string[]> {
  if (options.tunnel) ensureBpffs(); // first of all, since it may begin this process anew
  return withMemory(() => {
    requireLoopback();
    const before = recall();
    const all = withVips(before.vips, vips, options.tunnel);
    const decapsulation = options.tunnel ? chooseDecapsulation(before, all, vips, options.interfaces) : before.decapsulation;
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

/** What is left to take off once the tunnels of `gone` end; undefined when none is left. */
function takeFewerTunnelsOff(memory: Memory, gone: readonly Vip[], rest: Vips): Decapsulation | undefined {
  const { decapsulation } = memory;
  if (!decapsulation) return undefined;
  if (!Object.values(rest).some(({ tunnel }) => tunnel)) {
    stopTakingTunnelsOff(memory);
    return undefined;
  }
  if (decapsulation.by === 'program') {
    decapsulateNoMore(gone);
    return decapsulation;
  }
  const isGone = ({ vip }: Numbered): boolean => gone.some(({ text }) => text === vip);
  decapsulation.numbered.filter(isGone).forEach(unnumber);
  return { ...decapsulation, numbered: decapsulation.numbered.filter((one) => !isGone(one)) };
}

function withoutVips(known: Vips, vips: readonly Vip[]): Vips {
  const gone = new Set(vips.map(({ text }) => text));
  return Object.fromEntries(Object.entries(known).filter(([text]) => !gone.has(text)));
}

/** After the last address everything is as `start` found it. Returns what there is to tell. */
export function stopRealServer(vips: readonly Vip[]): Promise<string[]> {
  if (recall().decapsulation?.by === 'program') ensureBpffs();
  return withMemory(() => {
    const before = recall();
    const known = vips.filter(({ text }) => before.vips[text]);
    const strange = vips.filter(({ text }) => !before.vips[text]).map(({ text }) => `${text}: not started here, left as it is`);
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
