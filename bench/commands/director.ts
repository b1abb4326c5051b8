// SPDX-License-Identifier: Apache-2.0
/** A director on which commands are timed as a shell has them: from the call of the process to its end. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Host } from '../../test/support/host.js';
import type { Lifetime } from '../../test/support/hosts.js';
import { buildNetwork } from '../nanoseconds/network.js';

const BIN = join(import.meta.dirname, '../../../../bin');

/** Seconds: by the clock, and of CPUs, which what else the machine does hardly changes. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

export class CommandDirector {
  private constructor(private readonly host: Host) {}

  /** `room`: arguments of attach for its tables. */
  static async open(lifetime: Lifetime, room: string): Promise<CommandDirector> {
    // All real servers are behind one router: the host's neighbour table is shared by all that runs on it.
    const director = new CommandDirector(buildNetwork(lifetime));
    await director.host.ok(`${BIN}/xdpvs attach eth0 ${room}`);
    return director;
  }

  /** `program`: xdpvs or xdpvsadm. */
  async time(program: string, args: readonly string[], input = ''): Promise<Taken> {
    const file = join(this.host.scratch, 'input');
    writeFileSync(file, input);
    const [stdin, stdout] = [openSync(file, 'r'), openSync('/dev/null', 'w')];
    // The shell's own word on file descriptor 2 says what the command took, whose errors go to 3.
    const timed = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" 2>&3';
    const command = ['netns', 'exec', this.host.namespace, 'bash', '-c', timed, join(BIN, program), ...args];
    const child = spawn('ip', command, { stdio: [stdin, stdout, 'pipe', 'inherit'] });
    let told = '';
    child.stderr!.on('data', (bytes: Buffer) => (told += bytes.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    const [wall = NaN, user = NaN, system = NaN] = told.trim().split(' ').map(Number);
    closeSync(stdin);
    closeSync(stdout);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${code}`);
    return { wall, cpu: user + system };
  }

  /** What a command says. */
  async say(program: string, args: string): Promise<string> {
    return this.host.ok(`${BIN}/${program} ${args}`);
  }

  /** Opens connections to the service that fill.ts fills. */
  async fill(connections: number): Promise<void> {
    const fill = join(import.meta.dirname, 'fill.js');
    await this.host.ok(`node --no-warnings ${fill} ${connections} ${this.host.mac('eth0')}`);
  }

  start(command: string): ReturnType<Host['start']> {
    return this.host.start(`${BIN}/${command}`);
  }

  /** Seconds that curl took for the whole answer, and its length. */
  async scrape(port: number): Promise<{ seconds: number; bytes: number }> {
    const told = await this.host.ok(
      `curl -sS -o /dev/null -w '%{time_total} %{size_download}' http://127.0.0.1:${port}/metrics`,
    );
    const [seconds = NaN, bytes = NaN] = told.split(' ').map(Number);
    return { seconds, bytes };
  }
}
