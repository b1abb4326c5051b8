// SPDX-License-Identifier: Apache-2.0
/** `xdpvs top`: who has the traffic now; on a terminal with keys, else a table or an object an interval. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Reading } from '../director/observations.js';
import type { Connection } from '../observe/connections.js';
import { checkInterval } from './interval.js';
import type { Output } from './output.js';
import { Refusal, reportLater } from './output.js';
import { isChosen } from './show/connections.js';
import { json as jsonText } from './show/json.js';
import type { ServicePattern } from './show/pattern.js';
import { endpointPattern, servicePattern } from './show/pattern.js';
import { serverRowJson } from './show/servers.js';
import { measuredJson } from './show/traffic_columns.js';
import { keyJson } from './show/words.js';
import { terminationSignal } from './termination.js';
import type { Sample } from './top/sample.js';
import { between, sampleOf } from './top/sample.js';
import { rowsOf, rowsThatFit, screenOf } from './top/screen.js';
import type { Sort } from './top/sort.js';
import { sorted } from './top/sort.js';
import { Terminal } from './top/terminal.js';
import type { View } from './top/view.js';
import { firstView, press } from './top/view.js';

export interface TopOptions {
  /** Seconds. */
  readonly interval: number;
  /** How often; undefined: until told to end. */
  readonly count: number | undefined;
  readonly sort: Sort;
  readonly service: string | undefined;
  readonly json: boolean;
}

export interface Watched {
  reading(): Reading;
  connections(): Iterable<Connection>;
}

export function topCommand(director: Watched, options: TopOptions, say: Output): Promise<number> {
  return reportLater('xdpvs top', say, async () => {
    const { interval, count, service, json } = options;
    checkInterval(interval);
    if (count !== undefined && !(Number.isInteger(count) && count > 0))
      throw new Refusal(`--count is how often: 1 or more, not ${count}`);
    const pattern = service === undefined ? undefined : servicePattern(service, '--service');
    const take = (): Sample => sampleOf(director.reading(), performance.now(), pattern);
    const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
    if (hasTerminal && !json && count === undefined) await onTerminal(director, take, options);
    else
      await inTurns(take, options, (sample) =>
        say.out(json ? sampleJson(sample, options.sort) : sampleText(sample, options)),
      );
  });
}

async function inTurns(take: () => Sample, { interval, count }: TopOptions, show: (sample: Sample) => void) {
  const ended = terminationSignal();
  let before = take();
  for (let turn = 0; turn < (count ?? Infinity); turn++) {
    await pause(interval * 1000, undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return;
    const after = take();
    show(between(before, after));
    before = after;
  }
}

function sampleText(sample: Sample, { sort, count }: TopOptions): string {
  const { heading, lines } = rowsOf(firstView(sort), sample, [], process.stdout.columns);
  return [heading, ...lines, ...(count === 1 ? [] : [''])].join('\n');
}

/** One line. */
function sampleJson({ services, servers }: Sample, sort: Sort): string {
  return jsonText({
    time: new Date().toISOString(),
    services: sorted(services, sort, false).map(([, row]) => ({ ...keyJson(row.service.key), ...measuredJson(row) })),
    servers: sorted(servers, sort, false).map(([, row]) => ({ of: keyJson(row.service.key), ...serverRowJson(row) })),
  });
}

/** Resolves when the person has had enough; rejects with what keeps the director from being read. */
async function onTerminal(director: Watched, take: () => Sample, { interval, sort }: TopOptions): Promise<void> {
  const terminal = new Terminal();
  const over = new AbortController();
  let view: View = firstView(sort);
  let last = take();
  let shown = last;

  const rows = () => rowsOf(view, shown, connectionsOf(director, view, terminal), terminal.size().width);
  const draw = (): void => terminal.draw(screenOf(view, shown, rows(), terminal.size()));
  const step = (): void => {
    const now = take();
    if (!view.isPaused) shown = between(last, now);
    last = now;
  };

  terminal.open((key) => {
    view = press(view, key, rows().names, rowsThatFit(terminal.size()));
    if (view.isOver) over.abort();
    else draw();
  }, draw);
  try {
    const ended = AbortSignal.any([over.signal, terminationSignal()]);
    while (!ended.aborted) {
      draw();
      await pause(interval * 1000, undefined, { signal: ended }).catch(() => undefined);
      if (!ended.aborted) step();
    }
  } finally {
    terminal.close();
  }
}

/** As many as fit, of the real server that was gone down to. */
function connectionsOf(director: Watched, { level }: View, terminal: Terminal): Connection[] {
  if (level.of !== 'connections') return [];
  const wanted = isChosen({
    client: undefined,
    service: serviceNamed(level.service),
    server: endpointPattern(level.server.slice(level.server.lastIndexOf(' ') + 1), 'server'),
    states: [],
  });
  return first(director.connections(), wanted, rowsThatFit(terminal.size()));
}

/** Connections keep no mark: of a mark's service those of its real server are shown. */
function serviceNamed(name: string): ServicePattern | undefined {
  return name.startsWith('mark') ? undefined : servicePattern(name, 'service');
}

function first<Item>(items: Iterable<Item>, wanted: (item: Item) => boolean, most: number): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length === most) break;
    if (wanted(item)) found.push(item);
  }
  return found;
}
