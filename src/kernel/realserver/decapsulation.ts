// SPDX-License-Identifier: Apache-2.0
/** How the outer headers of tunnelled packets are taken off: by the kernel's tunnel devices, else by our program. */
import {
  attachDecapsulator,
  decapsulateFor,
  decapsulateNoMore,
  detachDecapsulator,
  guessInterfaces,
} from './decapsulator.js';
import type { ByDevices, Decapsulation, Memory, Numbered, Vip, Vips } from './memory.js';
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

function familiesOf(vips: Vips): Set<4 | 6> {
  return new Set(
    Object.values(vips)
      .filter(({ tunnel }) => tunnel)
      .map(({ family }) => family),
  );
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
export function chooseDecapsulation(
  memory: Memory,
  all: Vips,
  vips: readonly Vip[],
  wished: readonly string[],
): Decapsulation {
  const before = memory.decapsulation;
  if (before?.by === 'program') {
    return { by: 'program', interfaces: [...new Set([...before.interfaces, ...wished])] };
  }
  const devices = wished.length > 0 ? undefined : findTunnelDevices(familiesOf(all));
  if (devices) return withDevices(before, devices, familiesOf(all), vips);
  if (before)
    throw new Error('the kernel takes tunnels off here already: stop every address first, then use --interface');
  const interfaces = wished.length > 0 ? wished : guessInterfaces();
  if (interfaces.length === 0)
    throw new Error('no interface is up for tunnelled packets to arrive on: name one with --interface');
  return { by: 'program', interfaces };
}

/** Where packets come out of their tunnels. */
export function arrivals(decapsulation: Decapsulation | undefined): readonly string[] {
  if (!decapsulation) return [];
  return decapsulation.by === 'program' ? decapsulation.interfaces : ['tunl0', 'ip6tnl0'];
}

/** Returns what there is to tell. */
export function takeTunnelsOff(decapsulation: Decapsulation | undefined, vips: readonly Vip[]): string[] {
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

/** Back to what was found. */
export function stopTakingTunnelsOff(memory: Memory): void {
  if (memory.decapsulation?.by === 'devices') {
    memory.decapsulation.raised.forEach(lower);
    memory.decapsulation.numbered.forEach(unnumber);
    if (memory.decapsulation.ip6tnlMode !== undefined) setMode(memory.decapsulation.ip6tnlMode);
  }
  if (memory.decapsulation?.by === 'program') detachDecapsulator();
}

/** What is left to take off once the tunnels of `gone` end; undefined when none is left. */
export function takeFewerTunnelsOff(memory: Memory, gone: readonly Vip[], rest: Vips): Decapsulation | undefined {
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
