// SPDX-License-Identifier: Apache-2.0
/**
 * Pins outlive the network namespace that they are for. Its cookie alone does not tell whether it still lives, so the
 * lock file, which is named by the cookie, keeps the namespace's inode.
 */
import { readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { addon } from './addon.js';
import { linkedIfindex } from './attached.js';
import { BPFFS, RUN } from './bpffs.js';
import { lockPath } from './lock.js';
import { Pins, namesIn } from './pins.js';

/** `net:[4026531840]` */
const HERE = '/proc/thread-self/ns/net';

/** To be called under the lock. Written once, since a file that is being written looks as if nothing were known. */
export function rememberNamespace(): void {
  const inode = readlinkSync(HERE);
  if (rememberedNamespace(addon.netnsCookie()) !== inode) writeFileSync(lockPath(), inode);
}

/** Removes what directors of dead namespaces left behind; returns their cookies. To be called under the lock. */
export function removeStale(): bigint[] {
  const here = addon.netnsCookie();
  const others = cookies().filter((cookie) => cookie !== here);
  if (others.length === 0) return [];
  const alive = namespacesInUse();
  const stale = others.filter((cookie) => isStale(cookie, alive));
  for (const cookie of stale) {
    for (const part of ['', '-unfinished']) new Pins(join(BPFFS, `${cookie}${part}`)).remove();
    rmSync(lockPath(cookie), { force: true });
  }
  return stale;
}

/** Of every director that has pins, and of every namespace that once had one. */
function cookies(): bigint[] {
  const pinned = namesIn(BPFFS).filter((name) => /^\d+$/.test(name));
  const locked = namesIn(RUN).flatMap((name) => /^(\d+)\.lock$/.exec(name)?.[1] ?? []);
  return [...new Set([...pinned, ...locked])].map(BigInt);
}

/** A link with an interface proves life; without one, whoever still names the namespace does. */
function isStale(cookie: bigint, alive: ReadonlySet<string>): boolean {
  const pins = new Pins(join(BPFFS, String(cookie)));
  const links = pins.linked();
  if (links.some((name) => isAlive(pins, name))) return false;
  const inode = rememberedNamespace(cookie);
  return inode === undefined ? links.length > 0 : !alive.has(inode);
}

/** One that disappears while we look is being changed by somebody who lives there. */
function isAlive(pins: Pins, name: string): boolean {
  try {
    return linkedIfindex(pins, name) !== 0;
  } catch {
    return true;
  }
}

function rememberedNamespace(cookie: bigint): string | undefined {
  try {
    return /^net:\[\d+\]$/.exec(readFileSync(lockPath(cookie), 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}

/** Namespaces that a process is in or that are mounted somewhere (`ip netns add` does that). */
function namespacesInUse(): Set<string> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').matchAll(/ (net:\[\d+\]) /g);
  const found = new Set([...mounts].map((match) => match[1] ?? ''));
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      found.add(readlinkSync(`/proc/${pid}/ns/net`));
    } catch {
      // ended meanwhile, or not ours to look at
    }
  }
  return found;
}
