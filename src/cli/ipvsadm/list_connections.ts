// SPDX-License-Identifier: Apache-2.0
import type { Protocol } from '../../model/types.js';
import type { Backend, ConnectionEntry } from './backend.js';
import type { Io } from './io.js';
import { endpointText } from './name_text.js';
import type { WrittenNames } from './name_text.js';

const TITLE = 'IPVS connection entries\n';
const HEADING = 'pro expire state       source             virtual            destination';
const ENGINE_HEADING = '        pe name          pe_data';

const PROTOCOL: Readonly<Record<number, Protocol>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

/** There may be millions: they are written, and their names looked up, this many at a time. */
const AT_ONCE = 4096;

export interface ConnectionList {
  readonly numeric: boolean;
  readonly persistenceEngine: boolean;
}

export function listConnections({ numeric, persistenceEngine }: ConnectionList, backend: Backend, io: Io): void {
  const names = numeric ? undefined : io.names;
  io.out(`${TITLE}${HEADING}${persistenceEngine ? ENGINE_HEADING : ''}\n`);
  for (const entries of chunks(backend.connections(), AT_ONCE)) {
    names?.prepare(entries.flatMap(({ client, virtual, real }) => [client, virtual, real].map((end) => end.address)));
    io.out(entries.map((entry) => row(entry, persistenceEngine, names)).join(''));
  }
}

function row(entry: ConnectionEntry, persistenceEngine: boolean, names: WrittenNames): string {
  const protocol = PROTOCOL[entry.protocol];
  const [client, virtual, real] = [entry.client, entry.virtual, entry.real].map((end) =>
    endpointText(end, protocol, names),
  ) as [string, string, string];
  const columns = [
    (protocol ?? 'ip').toUpperCase().padEnd(3),
    expiryText(entry.secondsLeft).padEnd(6),
    entry.state.padEnd(11),
    client.padEnd(18),
    virtual.padEnd(18),
    ...lastColumns(real, persistenceEngine ? entry.persistenceEngine : undefined),
  ];
  return `${columns.join(' ')}\n`;
}

function lastColumns(real: string, engine: ConnectionEntry['persistenceEngine']): readonly string[] {
  return engine ? [real.padEnd(16), engine.name.padEnd(18), engine.data] : [real];
}

/** Minutes and seconds. */
function expiryText(secondsLeft: number): string {
  const seconds = Math.trunc(secondsLeft);
  return [Math.trunc(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

function* chunks<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let chunk: Item[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
