// SPDX-License-Identifier: Apache-2.0
/** `xdpvs services`, `servers`, `connections` and `outcomes` on the director of this network namespace. */
import { setTimeout as pause } from 'node:timers/promises';

import { Director } from '../director/director.js';
import { STATE_NAMES } from '../observe/names.js';
import type { Output } from './output.js';
import { Refusal, report, reportLater } from './output.js';
import type { Filter } from './show/connections.js';
import { choiceOf, isChosen, statesOf, writeJson, writeTable } from './show/connections.js';
import { json as jsonText } from './show/json.js';
import { outcomesJson, outcomesTable } from './show/outcomes.js';
import { endpointPattern, servicePattern } from './show/pattern.js';
import { chosenServices, serverRows } from './show/rows.js';
import { serversJson, serversTable } from './show/servers.js';
import { servicesJson, servicesTable } from './show/services.js';

/** As typed; undefined: not. */
type Typed<Names extends string> = { readonly [Name in Names]: string | undefined } & { readonly json: boolean };

/** undefined: what is written is not read on a terminal, and so has room. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

export function listServices({ service, json }: Typed<'service'>, say: Output): number {
  return report('xdpvs services', say, () => {
    const pattern = service === undefined ? undefined : servicePattern(service, '--service');
    const services = chosenServices(new Director().reading(), pattern);
    say.out(json ? servicesJson(services) : servicesTable(services, terminalWidth()).join('\n'));
  });
}

export function listServers({ service, server, json }: Typed<'service' | 'server'>, say: Output): number {
  return report('xdpvs servers', say, () => {
    const ofService = service === undefined ? undefined : servicePattern(service, '--service');
    const ofServer = server === undefined ? undefined : endpointPattern(server, '--server');
    const services = chosenServices(new Director().reading(), ofService);
    const rows = services.flatMap((one) => serverRows(one, ofServer));
    say.out(json ? serversJson(rows) : serversTable(rows, terminalWidth()).join('\n'));
  });
}

export interface ConnectionsTyped extends Typed<'client' | 'service' | 'server'> {
  readonly state: readonly string[];
}

function filterOf({ client, service, server, state }: ConnectionsTyped): Filter {
  return {
    client: client === undefined ? undefined : endpointPattern(client, '--client'),
    service: service === undefined ? undefined : servicePattern(service, '--service'),
    server: server === undefined ? undefined : endpointPattern(server, '--server'),
    states: statesOf(state, [...STATE_NAMES, 'ASSURED']),
  };
}

export function listConnections(typed: ConnectionsTyped, say: Output): Promise<number> {
  return reportLater('xdpvs connections', say, async () => {
    const wanted = isChosen(filterOf(typed));
    const chosen = filter(new Director().connections(), wanted);
    await (typed.json ? writeJson(chosen, say.out) : writeTable(chosen, terminalWidth(), say.out));
  });
}

export interface EndTyped extends ConnectionsTyped {
  readonly end: 'drop' | 'reset' | 'reschedule';
}

export function endConnections({ end, ...typed }: EndTyped, say: Output): number {
  return report('xdpvs connections', say, () => {
    const ended = new Director().endConnections(choiceOf(filterOf(typed)), end);
    say.out(typed.json ? jsonText({ ended }) : `${ended} ${ended === 1 ? 'connection' : 'connections'} ended: ${end}`);
  });
}

export interface OutcomesTyped {
  /** Seconds between the two looks that rates are taken from. */
  readonly interval: number;
  readonly all: boolean;
  readonly json: boolean;
}

const LONGEST_S = 3600;

export function listOutcomes({ interval, all, json }: OutcomesTyped, say: Output): Promise<number> {
  return reportLater('xdpvs outcomes', say, async () => {
    if (interval < 0 || interval > LONGEST_S) throw new Refusal(`--interval is from 0 to ${LONGEST_S} seconds`);
    const director = new Director();
    const before = director.outcomes();
    const since = performance.now();
    await pause(interval * 1000);
    const seconds = interval === 0 ? 0 : (performance.now() - since) / 1000;
    const looks = { before, after: director.outcomes(), seconds };
    say.out(json ? outcomesJson(looks) : outcomesTable(looks, all, terminalWidth()).join('\n'));
  });
}

function* filter<Item>(items: Iterable<Item>, wanted: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (wanted(item)) yield item;
}
