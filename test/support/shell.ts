// SPDX-License-Identifier: Apache-2.0
/** Running commands from tests: what came back is a value, what failed is an Error that shows all of it. */
import { execFileSync, spawn } from 'node:child_process';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command of a test may outlive this, whatever it waits for. */
const LIMIT_MS = 30_000;

export class CommandFailed extends Error {
  constructor(
    readonly command: string,
    readonly result: Result,
  ) {
    super(`${command}\nexit code ${result.code}\n${result.stderr}${result.stdout}`);
  }
}

/** Runs to the end and hands back whatever came; only a program that cannot be started throws. */
export function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== null) stderr += `ended by ${signal}\n`;
      resolve({ code: code ?? 128, stdout, stderr });
    });
  });
}

/** Set-up and clean-up run one after the other, also from an 'exit' handler, so these wait. */
export function must(file: string, ...args: readonly string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });
}

/** For clean-up: what is gone already is no failure. */
export function attempt(file: string, ...args: readonly string[]): string {
  try {
    return must(file, ...args);
  } catch {
    return '';
  }
}
