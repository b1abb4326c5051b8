// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Standard output, '' when the command refuses or is not installed: what is not known is not a finding. */
export async function ask(file: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await execute(file, args, { maxBuffer: 64 << 20, timeout: 10_000 })).stdout;
  } catch {
    return '';
  }
}

/** An array of what `ip -j` printed. */
export async function askIp<T>(...args: readonly string[]): Promise<T[]> {
  const text = await ask('ip', '-j', ...args);
  return text.trim() === '' ? [] : (JSON.parse(text) as T[]);
}

/** A number under /proc/sys, undefined where there is no such setting. */
export function sysctl(path: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/${path}`, 'utf8'));
  } catch {
    return undefined;
  }
}
