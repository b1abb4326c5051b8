// SPDX-License-Identifier: Apache-2.0
/** tcpdump on one interface of one host, its lines kept. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export class Capture {
  readonly #child: ChildProcess;
  #text = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#text += text));
  }

  /** Resolves once packets are being seen. */
  static async start(namespace: string, device: string, filter: string): Promise<Capture> {
    const args = [
      'netns',
      'exec',
      namespace,
      'tcpdump',
      '-i',
      device,
      '-nnel',
      '--immediate-mode',
      '-Q',
      'inout',
      filter,
    ];
    const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const capture = new Capture(child);
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('listening on')) resolve();
      });
      child.on('exit', () => reject(new Error(`tcpdump ended: ${said}`)));
      child.on('error', reject);
    });
    return capture;
  }

  /** Ends it and returns a line for each packet: time, MACs, then what tcpdump says of it. */
  async stop(): Promise<string[]> {
    await sleep(100); // packets already sent may still be on their way through softirqs
    this.#child.kill('SIGINT');
    await once(this.#child, 'close');
    return this.#text.split('\n').filter(Boolean);
  }
}
