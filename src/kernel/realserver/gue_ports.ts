// SPDX-License-Identifier: Apache-2.0
/** The kernel's own GUE (fou): what comes to a UDP port goes on as if it had come in ipip. */
import { execFileSync } from 'node:child_process';

import { ip } from './ip.js';

const FAMILIES = ['-4', '-6'] as const;

/** Whether the kernel has it. */
export function summonGue(): boolean {
  for (const module of ['fou', 'fou6']) {
    try {
      execFileSync('modprobe', ['-q', module], { stdio: 'ignore' });
    } catch {
      // built in, or not there: the next question tells
    }
  }
  try {
    ip('fou', 'show');
    return true;
  } catch {
    return false;
  }
}

/** Opened by us or somebody else. */
export function isOpen(port: number): boolean {
  return ip('fou', 'show')
    .split('\n')
    .some((line) => line.startsWith(`port ${port} gue`));
}

export function openPort(port: number): void {
  for (const family of FAMILIES) ip(family, 'fou', 'add', 'port', String(port), 'gue');
}

export function closePort(port: number): void {
  for (const family of FAMILIES) ip(family, 'fou', 'del', 'port', String(port));
}
