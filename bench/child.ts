// SPDX-License-Identifier: Apache-2.0
/** Processes that take as long as they take: what they say on standard error is passed on as it comes. */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';

/** On one CPU, so that caches and flows stay with it: the last, since the first one has most to do with interrupts. */
export const ON_ONE_CPU: readonly string[] = ['taskset', '-c', String(cpus().length - 1)];

/** Standard output of a command that must succeed. */
export function collect([file = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${file} ${args.slice(0, 5).join(' ')} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
