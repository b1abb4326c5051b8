// SPDX-License-Identifier: Apache-2.0
/** What `realserver start` found before it changed anything, so that `stop` can put exactly that back. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { addon } from '../addon.js';
import { RUN } from '../bpffs.js';
import { LockBusy, codeOf } from '../errors.js';

export interface Vip {
  /** Canonical text. */
  readonly text: string;
  readonly family: 4 | 6;
  /** 4 or 16 bytes, network order. */
  readonly bytes: Uint8Array;
}

export interface RememberedVip {
  readonly family: 4 | 6;
  /** False: it stood on lo before, so it stays there afterwards. */
  readonly added: boolean;
  readonly tunnel: boolean;
}

/** A virtual IPv4 address that `start` put on a tunnel device. */
export interface Numbered {
  readonly device: string;
  readonly vip: string;
}

/** As ipvsadm's --tun-type. */
export type TunnelType = 'ipip' | 'gre' | 'gue';

/** The kernel's own tunnel devices. */
export interface ByDevices {
  readonly by: 'devices';
  /** Those that were down before. */
  readonly raised: readonly string[];
  readonly numbered: readonly Numbered[];
  /** What ip6tnl0 took off before it was told to take off anything. */
  readonly ip6tnlMode?: string;
  /** UDP ports that were opened for GUE. */
  readonly guePorts?: readonly number[];
}

/** The kernel's devices, or our program on these interfaces. */
export type Decapsulation =
  ByDevices | { readonly by: 'program'; readonly interfaces: readonly string[]; readonly guePorts?: readonly number[] };

/** By canonical text. */
export type Vips = Readonly<Record<string, RememberedVip>>;

export interface Memory {
  readonly vips: Vips;
  readonly sysctls: Readonly<Record<string, { readonly found: string; readonly set: string }>>;
  readonly decapsulation: Decapsulation | undefined;
}

const LOCK_WAIT_MS = 10_000;

const NOTHING: Memory = { vips: {}, sysctls: {}, decapsulation: undefined };

/** Network namespaces share /run, and their cookies differ. */
function path(): string {
  return `${RUN}/realserver-${addon.netnsCookie()}.json`;
}

export function recall(): Memory {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(path(), 'utf8')) as Partial<Memory>) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return NOTHING;
    throw error;
  }
}

/** Replaces the file as a whole: a crash leaves the old memory or the new one. */
export function remember(memory: Memory): void {
  const file = path();
  if (Object.keys(memory.vips).length === 0) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(memory, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function take(path: string): number {
  mkdirSync(RUN, { recursive: true, mode: 0o755 });
  try {
    return addon.lock(path, LOCK_WAIT_MS);
  } catch (error) {
    if (codeOf(error) === 'ETIMEDOUT') throw new LockBusy(path, LOCK_WAIT_MS);
    throw error;
  }
}

/** Runs `change` while no other command changes this network namespace's real server. Throws LockBusy. */
export function withMemory<T>(change: () => T): T {
  const lock = take(`${RUN}/realserver-${addon.netnsCookie()}.lock`);
  try {
    return change();
  } finally {
    addon.close(lock);
  }
}
