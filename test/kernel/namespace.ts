// SPDX-License-Identifier: Apache-2.0
/** A network namespace of the test's own, which the test process itself is in: node:test gives each file a process. */
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

import { addon } from '../../src/kernel/addon.js';
import { lockPath } from '../../src/kernel/lock.js';
import { Pins, withPinned } from '../../src/kernel/pins.js';

/** Small enough that a dozen of them fit beside each other. */
export const SMALL = { connections: 1024, servers: 64, services: 16 };

/** For `skip`: false, or why these tests cannot run. */
export const needsRoot: string | false =
  process.getuid?.() === 0 && addon.hasBpfCapability() ? false : 'needs root, to make network namespaces and load BPF';

export function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}

let count = 0;

function uniqueName(): string {
  return `xk${process.pid}n${count++}`;
}

function makeNamespace(): string {
  const name = uniqueName();
  ip('netns', 'add', name);
  ip('-n', name, 'link', 'set', 'lo', 'up');
  process.once('exit', () => spawnSync('ip', ['netns', 'del', name]));
  return name;
}

export interface Laboratory {
  /** Where the test now is, with eth0 (10.0.0.1/24) and eth1 (10.0.1.1/24). */
  readonly here: string;
  /** With the other ends: eth0 (10.0.0.2/24) and eth1 (10.0.1.2/24). */
  readonly there: string;
}

/** All of it, pins too, is gone when the process ends. */
export function enterLaboratory(): Laboratory {
  const there = makeNamespace();
  const here = makeNamespace();
  for (const number of [0, 1]) {
    const name = `eth${number}`;
    const queues = ['numtxqueues', '2', 'numrxqueues', '2'];
    ip('-n', here, 'link', 'add', name, ...queues, 'type', 'veth', 'peer', 'name', name, ...queues, 'netns', there);
    for (const [namespace, last] of [
      [here, 1],
      [there, 2],
    ] as const) {
      ip('-n', namespace, 'addr', 'add', `10.0.${number}.${last}/24`, 'dev', name);
      ip('-n', namespace, 'link', 'set', name, 'up');
    }
  }
  addon.enterNetns(`/run/netns/${here}`);
  process.once('exit', forgetDirector);
  return { here, there };
}

/** Detached first, since a link whose pin goes takes its program off only some time later. */
export function forgetDirector(): void {
  const pins = Pins.here();
  for (const name of pins.linked()) withPinned(pins.link(name), addon.detachLink);
  pins.remove();
  rmSync(lockPath(), { force: true });
}
