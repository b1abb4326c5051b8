// SPDX-License-Identifier: Apache-2.0
/** The third part: what an operator waits for. Wall time of whole commands, from the call of the process to its end. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import type { Lifetime } from '../../test/support/hosts.js';
import { withLifetime } from '../lifetime.js';
import { median, minimum } from '../statistics.js';
import { CommandDirector } from './director.js';
import type { Taken } from './director.js';
import { documentOf } from './documents.js';
import { FILLED_LINES } from './filled.js';

export interface CommandsOptions {
  readonly repetitions: number;
  /** Virtual services of the large director; the small one has a tenth. */
  readonly services: number;
  readonly connections: number;
}

export interface CommandRow {
  readonly key: string;
  readonly label: string;
  readonly unit: 's' | 'MiB';
  readonly minimum: number;
  readonly median: number;
  readonly samples: readonly number[];
  /** Seconds of CPUs, the least of them (of a scrape the mean); undefined where it is no command that is timed. */
  readonly cpu?: number;
}

export interface Commands {
  readonly rows: readonly CommandRow[];
}

const PORT = 19749;

export function measureCommands(options: CommandsOptions): Promise<Commands> {
  return withLifetime(async (lifetime) => {
    const room = `--services ${2 * options.services} --servers ${16 * options.services}`;
    const large = await CommandDirector.open(lifetime, `${room} --connections ${roomFor(options.connections)}`);
    const usual = await CommandDirector.open(lifetime, '');
    const rows = [
      ...(await servicesRows(large, options)),
      ...(await scrapeRows(usual, options, lifetime)),
      ...(await connectionsRows(large, options)),
    ];
    return { rows };
  });
}

/** Half full at most, as a director should be. */
function roomFor(connections: number): number {
  return 2 ** Math.ceil(Math.log2(2 * connections));
}

async function servicesRows(
  director: CommandDirector,
  { repetitions, services }: CommandsOptions,
): Promise<CommandRow[]> {
  const [small, large] = [services / 10, services];
  const restored = async (count: number) => {
    const document = documentOf(count);
    return repeated(repetitions, async () => {
      await director.say('xdpvsadm', '-C');
      return director.time('xdpvsadm', ['-R'], document);
    });
  };
  const [few, many] = [await restored(small), await restored(large)];
  const counted = (await director.say('xdpvsadm', '-Sn')).split('\n').length - 1;
  if (counted !== large * 11) throw new Error(`${counted} lines were restored, not ${large * 11}`);

  const listed = await repeated(repetitions, () => director.time('xdpvsadm', ['-Ln']));
  const added = await repeated(repetitions, async () => {
    const taken = await director.time('xdpvsadm', ['-A', '-t', '10.250.0.1:80', '-s', 'rr']);
    await director.say('xdpvsadm', '-D -t 10.250.0.1:80');
    return taken;
  });
  return [
    commandRow('restore-small', `-R of ${small} services x 10`, few),
    commandRow('restore-large', `-R of ${large} services x 10`, many),
    commandRow('list-large', `-Ln of ${large} services x 10`, listed),
    commandRow('add', `-A, ${large} services x 10 loaded`, added),
  ];
}

async function scrapeRows(
  director: CommandDirector,
  { repetitions, services }: CommandsOptions,
  lifetime: Lifetime,
): Promise<CommandRow[]> {
  await director.time('xdpvsadm', ['-R'], documentOf(services / 10));
  const serve = director.start(`xdpvs serve --listen 127.0.0.1:${PORT}`);
  lifetime.after(() => serve.kill());
  await once(serve.stdout!, 'data');
  const before = cpuSeconds(serve.pid!);
  const scraped = await repeated(repetitions, async () => (await director.scrape(PORT)).seconds);
  const cpu = (cpuSeconds(serve.pid!) - before) / repetitions;
  const memory = residentMiB(serve.pid!);
  serve.kill();
  await once(serve, 'close');
  return [
    { ...row('scrape', `a scrape of ${services / 10} services x 10`, scraped), cpu },
    { ...row('serve-memory', 'most memory of serve there, as resident', [memory]), unit: 'MiB' },
  ];
}

async function connectionsRows(
  director: CommandDirector,
  { repetitions, connections }: CommandsOptions,
): Promise<CommandRow[]> {
  const rows: CommandRow[] = [];
  await director.say('xdpvsadm', '-C');
  for (const line of FILLED_LINES) await director.say('xdpvsadm', line);
  for (const count of [connections / 10, connections]) {
    await director.fill(count);
    const samples = await repeated(repetitions, () => director.time('xdpvsadm', ['-Lnc']));
    rows.push(commandRow(`connections-${count}`, `-Lnc of ${count} connections`, samples));
  }
  return rows;
}

async function repeated<Sample>(repetitions: number, measure: () => Promise<Sample>): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let each = 0; each < repetitions; each++) samples.push(await measure());
  return samples;
}

function row(key: string, label: string, samples: readonly number[]): CommandRow {
  return { key, label, unit: 's', minimum: minimum(samples), median: median(samples), samples };
}

function commandRow(key: string, label: string, taken: readonly Taken[]): CommandRow {
  const wall = taken.map((each) => each.wall);
  return { ...row(key, label, wall), cpu: minimum(taken.map(({ cpu }) => cpu)) };
}

/** What a process has spent so far, which the kernel keeps in hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** VmHWM: the most that was ever in memory, shared pages of maps that were read included. */
function residentMiB(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!line) throw new Error(`no VmHWM of process ${pid}`);
  return Number(line[1]) / 1024;
}
