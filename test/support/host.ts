// SPDX-License-Identifier: Apache-2.0
/** One host of a laboratory: a network namespace in which commands run as they would on a machine of its own. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Capture } from './capture.js';
import { configureNginx } from './nginx.js';
import type { Result } from './shell.js';
import { CommandFailed, must, run } from './shell.js';
import { configureVsftpd } from './vsftpd.js';

// build/js/test/support/host.js -> the checkout
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../..');

const ENVIRONMENT = { ...process.env, PATH: `${join(ROOT, 'bin')}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' };

/** Read by node itself, since a netns cookie is only told to a process inside. */
const TELL_COOKIE = `process.stdout.write(String(require('${join(ROOT, 'native/build/Release/xdpvs.node')}').netnsCookie()))`;

export class Host {
  #remembered = false;

  constructor(
    readonly name: string,
    readonly namespace: string,
    readonly scratch: string,
  ) {}

  /** What a shell on this host makes of the line; nothing is thrown for an exit code. */
  async run(command: string): Promise<Result> {
    if (command.includes('xdpvs')) this.#rememberPins();
    return run('ip', ['netns', 'exec', this.namespace, 'sh', '-c', command], ENVIRONMENT);
  }

  /** Standard output of a command that must succeed. */
  async ok(command: string): Promise<string> {
    const result = await this.run(command);
    if (result.code !== 0) throw new CommandFailed(`${this.name}# ${command}`, result);
    return result.stdout;
  }

  /** A process that stays: it goes with the laboratory at the latest. */
  start(command: string): ChildProcess {
    if (command.includes('xdpvs')) this.#rememberPins();
    const args = ['netns', 'exec', this.namespace, 'sh', '-c', `exec ${command}`];
    return spawn('ip', args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  sysctl(settings: Readonly<Record<string, string | number>>): void {
    const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    must('ip', 'netns', 'exec', this.namespace, 'sysctl', '-qw', ...pairs);
  }

  ip(...args: readonly string[]): string {
    return must('ip', '-n', this.namespace, ...args);
  }

  ethtool(...args: readonly string[]): void {
    must('ip', 'netns', 'exec', this.namespace, 'ethtool', ...args);
  }

  mac(device: string): string {
    const [link] = JSON.parse(this.ip('-j', 'link', 'show', device)) as { address: string }[];
    if (!link) throw new Error(`${this.name} has no ${device}`);
    return link.address;
  }

  async serveHttp(page: string): Promise<void> {
    await this.ok(`nginx -c ${configureNginx(join(this.scratch, this.name), page)}`);
  }

  /** Serves FTP soon; `name` is what its file of that name says. */
  serveFtp(name: string): void {
    this.start(`vsftpd ${configureVsftpd(join(this.scratch, this.name), name)}`);
  }

  /** The page, or curl's complaint. Each call is a connection of its own. */
  async curl(url: string, options = ''): Promise<string> {
    const result = await this.run(`curl -gsS -m 5 ${options} '${url}'`);
    return result.code === 0 ? result.stdout.trim() : result.stderr.trim();
  }

  async curls(count: number, url: string): Promise<string[]> {
    const pages: string[] = [];
    for (let i = 0; i < count; i++) pages.push(await this.curl(url));
    return pages;
  }

  /** Answers datagrams with `name`, from the address it is bound to. */
  async serveUdp(address: string, port: number, name: string): Promise<void> {
    const child = this.start(`node ${join(ROOT, 'build/js/test/support/udp_echo.js')} ${address} ${port} ${name}`);
    if (!child.stdout) throw new Error('udp_echo has no output');
    await once(child.stdout, 'data');
  }

  /** What came back for one datagram from a fresh port; '' when nothing did within two seconds. */
  async askUdp(address: string, port: number): Promise<string> {
    const script = `exec 3<>/dev/udp/${address}/${port}; echo who >&3; head -n 1 <&3`;
    return (await this.run(`timeout 2 bash -c '${script}'`)).stdout.trim();
  }

  capture(device: string, filter: string): Promise<Capture> {
    return Capture.start(this.namespace, device, filter);
  }

  #rememberPins(): void {
    if (this.#remembered) return;
    this.#remembered = true;
    const cookie = must('ip', 'netns', 'exec', this.namespace, 'node', '-e', TELL_COOKIE);
    appendFileSync(join(this.scratch, 'cookies'), `${cookie}\n`);
  }
}
