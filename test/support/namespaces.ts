// SPDX-License-Identifier: Apache-2.0
/** Network namespaces that belong to one process: made under its pid, removed with all that runs in them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { attempt, must } from './shell.js';

/** xt: a test's or a demo's, gone when its process is. xk: a demo's that was asked to stay. */
export type Prefix = 'xt' | 'xk';

/** Where a laboratory keeps nginx's files and `cookies`, one netns cookie a line. */
export function makeScratch(prefix: string): string {
  return mkdtempSync(join(tmpdir(), `${prefix}-`));
}

export function makeNamespace(name: string): void {
  must('ip', 'netns', 'add', name);
}

/** Pins outlive processes and even their namespace, so each is remembered by its cookie until it is removed. */
function removePins(scratch: string): void {
  let cookies: string[] = [];
  try {
    cookies = readFileSync(join(scratch, 'cookies'), 'utf8')
      .split('\n')
      .filter((cookie) => /^\d+$/.test(cookie));
  } catch {
    return; // no product ran here
  }
  for (const cookie of cookies) {
    for (const name of [cookie, `realserver-${cookie}`]) {
      rmSync(join('/run/xdpvs/bpf', name), { recursive: true, force: true });
      rmSync(join('/run/xdpvs', `${name}.lock`), { force: true });
      rmSync(join('/run/xdpvs', `${name}.json`), { force: true });
    }
  }
}

function endProcesses(namespace: string): void {
  for (const pid of attempt('ip', 'netns', 'pids', namespace).split('\n').filter(Boolean).map(Number)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended by itself meanwhile
    }
  }
}

/** Removes every namespace, process, pin and file of the laboratory with this prefix. Waits; never throws. */
export function removeLaboratory(prefix: string, scratch: string | undefined): void {
  const mine = namespaces().filter((name) => name.startsWith(`${prefix}-`));
  mine.forEach(endProcesses);
  for (const name of mine) attempt('ip', 'netns', 'del', name);
  if (scratch === undefined) return;
  removePins(scratch);
  rmSync(scratch, { recursive: true, force: true });
}

function namespaces(): string[] {
  return attempt('ip', 'netns', 'list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter(Boolean);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every laboratory of the kind that `wanted` accepts, known by its namespaces or its files. */
function removeAll(wanted: (prefix: Prefix, pid: number) => boolean): number {
  const scratches = readdirSync(tmpdir()).filter((name) => /^x[tk]\d+n\d+-/.test(name));
  const found = new Set<string>();
  for (const name of [...namespaces(), ...scratches]) {
    const match = /^(x[tk])(\d+)n\d+(?=-)/.exec(name);
    if (match && wanted(match[1] as Prefix, Number(match[2]))) found.add(match[0]);
  }
  for (const prefix of found) {
    const scratch = scratches.find((name) => name.startsWith(`${prefix}-`));
    removeLaboratory(prefix, scratch === undefined ? undefined : join(tmpdir(), scratch));
  }
  return found.size;
}

/** What a killed run left behind. */
export function reapDead(): void {
  removeAll((prefix, pid) => prefix === 'xt' && !isAlive(pid));
}

/** What KEEP=1 left behind; returns how many laboratories that were. */
export function removeKept(): number {
  return removeAll((prefix) => prefix === 'xk');
}
