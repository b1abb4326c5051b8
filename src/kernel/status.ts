// SPDX-License-Identifier: Apache-2.0
/** What there is of the director, for people and programs. */
import {
  ABI,
  CONNECTION_REPLY,
  REAL_SERVER_IN_USE,
  TAG_FIRST,
  connectionCodec,
  realServerCodec,
} from '../abi/generated.js';
import type { AttachedInterface } from './attached.js';
import { attachedInterfaces } from './attached.js';
import { addon } from './addon.js';
import { ensureBpffs } from './bpffs.js';
import { now } from './clock.js';
import { LayoutMismatch, NotPermitted } from './errors.js';
import type { Maps } from './maps.js';
import { read, strideIn } from './maps.js';
import { PinnedMaps, layoutName } from './pinned_maps.js';
import { Pins } from './pins.js';

export interface Use {
  readonly used: number;
  readonly capacity: number;
}

export interface Tables {
  /** Lines: a masqueraded connection takes two. */
  readonly connections: Use;
  readonly services: Use;
  readonly servers: Use;
}

export interface Status {
  /** Folder of the pins; undefined: no director in this network namespace. */
  readonly pins: string | undefined;
  /** Layout that this build reads. */
  readonly layout: string;
  readonly interfaces: readonly AttachedInterface[];
  /** Undefined where the pinned maps are of another build, which `problem` then says. */
  readonly tables: Tables | undefined;
  readonly problem: string | undefined;
}

export function status(): Status {
  if (!addon.hasBpfCapability()) throw new NotPermitted();
  ensureBpffs();
  const layout = layoutName(ABI);
  const pins = Pins.here();
  if (!pins.exist()) return { pins: undefined, layout, interfaces: [], tables: undefined, problem: undefined };
  return { pins: pins.folder, layout, interfaces: attachedInterfaces(pins), ...tablesOrProblem(pins) };
}

function tablesOrProblem(pins: Pins): Pick<Status, 'tables' | 'problem'> {
  try {
    const maps = PinnedMaps.open(pins);
    const tables = tablesOf(maps, Number(now(pins).jiffies & 0xffffffffn));
    maps.close();
    return { tables, problem: undefined };
  } catch (error) {
    if (error instanceof LayoutMismatch) return { tables: undefined, problem: error.message };
    throw error;
  }
}

/** `jiffies`: the low half of jiffies, by which connections expire. */
export function tablesOf(maps: Maps, jiffies: number): Tables {
  return {
    connections: { used: countLines(maps, jiffies), capacity: maps.capacity('connections') },
    services: { used: maps.entries('services').length, capacity: maps.capacity('services') },
    servers: { used: countServers(maps), capacity: maps.capacity('real_servers') },
  };
}

function countLines(maps: Maps, jiffies: number): number {
  const { buffer } = maps.memory('connections');
  const words = new Uint32Array(buffer);
  const perLine = strideIn('connections') / 4;
  const { tag, expires, flags } = connectionCodec.offsets;
  const bytes = new Uint8Array(buffer);
  let count = 0;
  for (let line = 0; line < words.length; line += perLine) {
    if ((words[line + tag / 4] ?? 0) < TAG_FIRST) continue;
    const isReply = ((bytes[line * 4 + flags] ?? 0) & CONNECTION_REPLY) !== 0;
    // A reply line says when to look again, not when it ends: it counts while it stands.
    if (isReply || (((words[line + expires / 4] ?? 0) - jiffies) | 0) > 0) count++;
  }
  return count;
}

function countServers(maps: Maps): number {
  const memory = maps.memory('real_servers');
  const end = read(maps, '.data.settings', 0)?.serversInUse ?? 0;
  let count = 0;
  for (let number = 0; number < end; number++) {
    const flags = memory[number * strideIn('real_servers') + realServerCodec.offsets.flags] ?? 0;
    if ((flags & REAL_SERVER_IN_USE) !== 0) count++;
  }
  return count;
}
