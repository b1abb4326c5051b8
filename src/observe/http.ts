// SPDX-License-Identifier: Apache-2.0
/** The pages that `xdpvs serve` answers with. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { collectGarbage } from './collect.js';
import { CONTENT_TYPE } from './exposition.js';
import { metricsPage } from './metrics.js';
import type { Source } from './source.js';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

interface Page {
  readonly status: number;
  readonly type: string;
  /** Pieces of it are made as the reader takes them. */
  readonly body: string | AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Hears after each scrape why it failed; undefined: it did not. */
export type Report = (failure: string | undefined) => void;

/** A server that is not listening yet. */
export function metricsServer(source: Source, report: Report): Server {
  return createServer((request, response) => {
    void send(response, answer(source, request, report), request.method === 'HEAD');
  });
}

function answer(source: Source, request: IncomingMessage, report: Report): Page {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, type: TEXT, body: 'only GET and HEAD are answered\n', headers: { allow: 'GET, HEAD' } };
  }
  switch (request.url?.split('?', 1)[0]) {
    case '/':
      return { status: 200, type: HTML, body: frontPage(source.build.version) };
    case '/metrics':
      return scrape(source, report);
    default:
      return { status: 404, type: TEXT, body: 'not here: the metrics are at /metrics\n' };
  }
}

/** Prometheus takes a status of 500 as `up 0`, which is what it is when nothing can be read. */
function scrape(source: Source, report: Report): Page {
  try {
    const body = metricsPage(source);
    report(undefined);
    return { status: 200, type: CONTENT_TYPE, body };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report(`cannot read the director's maps: ${why}`);
    return { status: 500, type: TEXT, body: `${why}\n` };
  }
}

async function send(response: ServerResponse, { status, type, body, headers }: Page, isHead: boolean): Promise<void> {
  const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {};
  response.writeHead(status, { 'content-type': type, ...length, ...headers });
  if (isHead || typeof body === 'string') response.end(isHead ? '' : body);
  else await sendPieces(response, body);
}

/** One after the other, through the same bytes: a page may be larger than all else that this process holds. */
async function sendPieces(response: ServerResponse, pieces: AsyncIterable<string>): Promise<void> {
  let bytes = Buffer.alloc(0);
  for await (const piece of pieces) {
    const most = 3 * piece.length;
    if (bytes.length < most) bytes = Buffer.allocUnsafe(most);
    const failed = await new Promise((resolve) => response.write(bytes.subarray(0, bytes.write(piece)), resolve));
    // The reader is gone; or others get their turn.
    if (failed) break;
    await othersFirst();
  }
  response.end(collectGarbage);
}

function frontPage(version: string): string {
  return `<!doctype html>
<html lang="en">
<title>xdpvs</title>
<h1>xdpvs ${version}</h1>
<p><a href="/metrics">Metrics</a> for Prometheus</p>
</html>
`;
}
