// SPDX-License-Identifier: Apache-2.0
/**
 * What `xdpvs connections` shows. There may be millions: they are read, chosen and written some thousand at a time, and
 * between them it is noticed that nobody reads any more.
 */
import { setImmediate as othersFirst } from 'node:timers/promises';

import { choiceOf as connectionChoice } from '../../director/end_connections.js';
import type { ConnectionChoice } from '../../kernel/end_connections.js';
import type { Connection } from '../../observe/connections.js';
import { Refusal } from '../output.js';
import type { Output } from '../output.js';
import { json } from './json.js';
import type { EndpointPattern, ServicePattern } from './pattern.js';
import { matchesEndpoint } from './pattern.js';
import type { Column } from './table.js';
import { headingOf, layOut, rowOf } from './table.js';
import { endpointJson, endpointWord } from './words.js';

const AT_ONCE = 4096;

const PROTOCOL: Readonly<Record<number, string>> = { 0: 'ip', 6: 'tcp', 17: 'udp', 132: 'sctp' };

/** What is undefined is not asked for. */
export interface Filter {
  readonly client: EndpointPattern | undefined;
  readonly server: EndpointPattern | undefined;
  readonly service: ServicePattern | undefined;
  /** IPVS's words; none: any. */
  readonly states: readonly string[];
}

export function isChosen(filter: Filter): (connection: Connection) => boolean {
  const { client, server, service, states } = filter;
  const wanted = new Set(states);
  return (connection) =>
    (wanted.size === 0 || wanted.has(connection.state)) &&
    (!client || matchesEndpoint(client, connection.client)) &&
    (!server || matchesEndpoint(server, connection.real)) &&
    (!service || isOf(service, connection));
}

/** The same choice as the data plane makes it. Throws Refusal. */
export function choiceOf({ client, server, service, states }: Filter): ConnectionChoice {
  if (service?.kind === 'mark') throw new Refusal('lines keep no firewall mark to end them by: choose by address');
  const number = Object.keys(PROTOCOL).find((each) => PROTOCOL[Number(each)] === service?.protocol);
  const protocol = number === undefined ? undefined : Number(number);
  return connectionChoice({ client, virtual: service?.endpoint, real: server, protocol, states });
}

function isOf(pattern: ServicePattern, { protocol, virtual, mark }: Connection): boolean {
  if (pattern.kind === 'mark') return mark === pattern.mark;
  if (pattern.protocol !== undefined && pattern.protocol !== PROTOCOL[protocol]) return false;
  return matchesEndpoint(pattern.endpoint, virtual);
}

/** `known` are the states that there are. Throws Refusal. */
export function statesOf(typed: readonly string[], known: readonly string[]): string[] {
  const words = typed.flatMap((text) => text.split(',')).map((word) => word.trim().toUpperCase());
  const stranger = words.find((word) => !known.includes(word));
  if (stranger === undefined) return words;
  throw new Refusal(`--state cannot be '${stranger}': ${[...new Set(known)].join(', ')}`);
}

const COLUMNS: readonly Column<Connection>[] = [
  { title: 'PROTO', value: ({ protocol }) => PROTOCOL[protocol] ?? String(protocol) },
  { title: 'CLIENT', value: ({ client }) => endpointWord(client), least: 18, cut: 'middle' },
  { title: 'VIRTUAL', value: ({ virtual }) => endpointWord(virtual), rank: 2, least: 18, cut: 'middle' },
  { title: 'REAL SERVER', value: ({ real }) => endpointWord(real), least: 18, cut: 'middle' },
  { title: 'STATE', value: stateWord, rank: 3 },
  { title: 'EXPIRES', value: ({ secondsLeft }) => duration(secondsLeft), right: true, rank: 1 },
];

export function connectionsTable(connections: readonly Connection[], width: number | undefined): string[] {
  const laid = layOut(COLUMNS, connections, width);
  return [headingOf(laid), ...connections.map((connection) => rowOf(laid, connection))];
}

/** The first thousands say how wide columns are; a wider one later on is shown whole. */
export async function writeTable(
  connections: Iterable<Connection>,
  width: number | undefined,
  out: Output['out'],
): Promise<void> {
  let laid: ReturnType<typeof layOut<Connection>> | undefined;
  for (const some of chunks(connections)) {
    if (!laid) out(headingOf((laid = layOut(COLUMNS, some, width))));
    const known = laid;
    out(some.map((connection) => rowOf(known, connection)).join('\n'));
    await othersFirst();
  }
  if (!laid) out(headingOf(layOut(COLUMNS, [], width)));
}

/** An array with an object a line. */
export async function writeJson(connections: Iterable<Connection>, out: Output['out']): Promise<void> {
  let before = '[\n';
  for (const some of chunks(connections)) {
    out(before + some.map((connection) => json(connectionJson(connection))).join(',\n'));
    before = ',';
    await othersFirst();
  }
  out(before === ',' ? ']' : '[]');
}

export function connectionJson(connection: Connection) {
  const { protocol, client, virtual, real, state, secondsLeft, isTemplate, mark, persistenceEngine } = connection;
  return {
    protocol: PROTOCOL[protocol] ?? protocol,
    client: endpointJson(client),
    virtual: endpointJson(virtual),
    real: endpointJson(real),
    state,
    secondsLeft,
    isTemplate,
    mark: mark === 0 ? undefined : mark,
    persistenceEngine,
  };
}

/** A template says what it is for, if that is not all of a client's network. */
function stateWord({ state, isTemplate, persistenceEngine: engine }: Connection): string {
  if (!isTemplate) return state;
  return engine ? `${state} (template of call ${engine.data})` : `${state} (template)`;
}

function duration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function* chunks(connections: Iterable<Connection>): Generator<Connection[]> {
  let chunk: Connection[] = [];
  for (const connection of connections) {
    chunk.push(connection);
    if (chunk.length < AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
