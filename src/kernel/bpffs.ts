// SPDX-License-Identifier: Apache-2.0
/**
 * The file system that keeps what is pinned. It has to be mounted where every later command sees it, and `ip netns exec`
 * gives its command a mount namespace of its own, whose mounts are gone with it: so it is mounted in the namespace
 * that commands come from, and a process that cannot see it there moves there.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

import { addon } from './addon.js';
import { NoBpfFileSystem } from './errors.js';

export const RUN = '/run/xdpvs';
export const BPFFS = `${RUN}/bpf`;

/** linux/magic.h */
const BPF_FS_MAGIC = 0xcafe4a11;

const MOUNT_LOCK = `${RUN}/mount.lock`;
const MOUNT_WAIT_MS = 10_000;
/** Set in a process that has moved already, so that it does not do so for ever. */
const MOVED = 'XDPVS_MOVED_MOUNT_NAMESPACE';

/** Mounts it if need be; may replace this process by itself in another mount namespace (same arguments, same network). */
export function ensureBpffs(): void {
  if (isBpffs()) return;
  const elsewhere = outerMountNamespace();
  withMountLock(() => mountIn(elsewhere));
  if (isBpffs()) return;
  if (elsewhere === undefined || process.env[MOVED]) throw new NoBpfFileSystem(BPFFS, 'the mount is not visible here');
  moveTo(elsewhere);
}

export function isBpffs(): boolean {
  try {
    return statfsSync(BPFFS).type === BPF_FS_MAGIC;
  } catch {
    return false;
  }
}

/** Of init or, where that may not be asked, of the nearest ancestor in another namespace than ours. */
function outerMountNamespace(): string | undefined {
  const own = readlinkSync('/proc/self/ns/mnt');
  const init = mountNamespaceOf(1);
  if (init !== undefined) return init === own ? undefined : '/proc/1/ns/mnt';
  const pid = ancestors().find((pid) => (mountNamespaceOf(pid) ?? own) !== own);
  return pid === undefined ? undefined : `/proc/${pid}/ns/mnt`;
}

function mountNamespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

function ancestors(): number[] {
  const found: number[] = [];
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) found.push(pid);
  return found;
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Two mounts on top of each other would hide what the first holds. */
function withMountLock(work: () => void): void {
  mkdirSync(RUN, { recursive: true, mode: 0o755 });
  const fd = addon.lock(MOUNT_LOCK, MOUNT_WAIT_MS);
  try {
    work();
  } finally {
    addon.close(fd);
  }
}

const MOUNT = 'mkdir -p "$0" && { [ "$(stat -fc %T "$0")" = bpf_fs ] || mount -t bpf -o mode=0700 xdpvs "$0"; }';

function mountIn(namespace: string | undefined): void {
  const enter = namespace === undefined ? [] : ['nsenter', `--mount=${namespace}`, '--'];
  const [command = '', ...args] = [...enter, 'sh', '-c', MOUNT, BPFFS];
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().replaceAll('\n', '; ');
    throw new NoBpfFileSystem(BPFFS, said || (error as Error).message);
  }
}

/** Node and its addon cannot change their mount namespace themselves: their threads share a working directory. */
function moveTo(namespace: string): never {
  const directory = workingDirectory();
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const argv = ['nsenter', `--mount=${namespace}`, `--wdns=${directory}`, '--', ...again];
  const environment = Object.entries({ ...process.env, [MOVED]: '1' }).map(([name, value]) => `${name}=${value}`);
  return addon.exec('/usr/bin/nsenter', argv, environment);
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return dirname(RUN);
  }
}
