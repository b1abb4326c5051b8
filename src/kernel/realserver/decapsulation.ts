// SPDX-License-Identifier: Apache-2.0
/** How the outer headers of tunnelled packets are taken off: by the kernel's tunnel devices, else by our program. */
import {
  attachDecapsulator,
  decapsulateFor,
  decapsulateGue,
  decapsulateNoMore,
  detachDecapsulator,
  guessInterfaces,
} from './decapsulator.js';
import { closePort, isOpen, openPort, summonGue } from './gue_ports.js';
import type { ByDevices, Decapsulation, Memory, Numbered, TunnelType, Vip, Vips } from './memory.js';
import {
  TUNNEL_DEVICES,
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

/** How the director wraps packets, in ipvsadm's words. */
export interface Tunnel {
  readonly type: TunnelType;
  /** GUE's. */
  readonly port: number | undefined;
  /** GRE's and GUE's. */
  readonly hasChecksum: boolean;
  /** Where they arrive; guessed when empty. */
  readonly interfaces: readonly string[];
}

function withPort(before: readonly number[] = [], port: number | undefined): { guePorts?: readonly number[] } {
  const guePorts = port === undefined || before.includes(port) ? before : [...before, port];
  return guePorts.length > 0 ? { guePorts } : {};
}

/** gre0 takes no GRE with checksums, and to say which interface is to say that our program shall do it. */
function devicesFor({ type, hasChecksum, interfaces }: Tunnel, families: ReadonlySet<4 | 6>): string[] | undefined {
  if (interfaces.length > 0 || (type === 'gre' && hasChecksum) || (type === 'gue' && !summonGue())) return undefined;
  return findTunnelDevices(families, type);
}

function withDevices(
  before: ByDevices | undefined,
  devices: readonly string[],
  families: ReadonlySet<4 | 6>,
  vips: readonly Vip[],
  port: number | undefined,
): ByDevices {
  const raised = [...(before?.raised ?? []), ...downDevices(devices)];
  const numbered = [...(before?.numbered ?? []), ...missingNumbers(devices, vips)];
  const ip6tnlMode = before?.ip6tnlMode ?? narrowMode(devices, families);
  const opened = port !== undefined && isOpen(port) ? undefined : port;
  return {
    by: 'devices',
    raised,
    numbered,
    ...(ip6tnlMode === undefined ? {} : { ip6tnlMode }),
    ...withPort(before?.guePorts, opened),
  };
}

/** How tunnels are to be taken off: as before if that still does, else by the kernel's devices, else by our program. */
export function chooseDecapsulation(memory: Memory, all: Vips, vips: readonly Vip[], tunnel: Tunnel): Decapsulation {
  const before = memory.decapsulation;
  if (before?.by === 'program') {
    const interfaces = [...new Set([...before.interfaces, ...tunnel.interfaces])];
    return { by: 'program', interfaces, ...withPort(before.guePorts, tunnel.port) };
  }
  const devices = devicesFor(tunnel, familiesOf(all));
  if (devices) return withDevices(before, devices, familiesOf(all), vips, tunnel.port);
  if (before)
    throw new Error("the kernel's own devices take tunnels off here, which cannot do this: stop every address first");
  const interfaces = tunnel.interfaces.length > 0 ? tunnel.interfaces : guessInterfaces();
  if (interfaces.length === 0)
    throw new Error('no interface is up for tunnelled packets to arrive on: name one with --interface');
  return { by: 'program', interfaces, ...withPort([], tunnel.port) };
}

/** Where packets come out of their tunnels. */
export function arrivals(decapsulation: Decapsulation | undefined): readonly string[] {
  if (!decapsulation) return [];
  return decapsulation.by === 'program' ? decapsulation.interfaces : TUNNEL_DEVICES;
}

/** Returns what there is to tell. */
export function takeTunnelsOff(decapsulation: Decapsulation | undefined, vips: readonly Vip[]): string[] {
  if (!decapsulation) return [];
  if (decapsulation.by === 'devices') {
    if (decapsulation.ip6tnlMode !== undefined) setMode('any');
    decapsulation.numbered.forEach(number);
    decapsulation.raised.forEach(raise);
    (decapsulation.guePorts ?? []).filter((port) => !isOpen(port)).forEach(openPort);
    return ["tunnels are taken off by the kernel's own devices"];
  }
  attachDecapsulator(decapsulation.interfaces);
  decapsulateFor(vips);
  decapsulateGue(decapsulation.guePorts ?? []);
  return [`tunnels are taken off by the XDP program decapsulate on ${decapsulation.interfaces.join(', ')}`];
}

/** Back to what was found. */
export function stopTakingTunnelsOff(memory: Memory): void {
  if (memory.decapsulation?.by === 'devices') {
    (memory.decapsulation.guePorts ?? []).filter(isOpen).forEach(closePort);
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
