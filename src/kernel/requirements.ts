// SPDX-License-Identifier: Apache-2.0
import { release } from 'node:os';

import { addon } from './addon.js';
import { KernelTooOld, NotPermitted } from './errors.js';

const OLDEST = [6, 1] as const;

/** Throws NotPermitted or KernelTooOld before anything is touched. */
export function checkRequirements(kernel: string = release()): void {
  if (!addon.hasBpfCapability()) throw new NotPermitted();
  if (isTooOld(kernel)) throw new KernelTooOld(kernel);
}

export function isTooOld(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
