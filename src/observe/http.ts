// SPDX-License-Identifier: Apache-2.0
/** The pages that `xdpvs serve` answers with. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CONTENT_TYPE, renderMetrics } from './metrics.js';
import type { Source } from './source.js';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Hears after each scrape why it failed; undefined: it did not. */
export type Report = (failure: string | undefined) => void;

/** A server that is not listening yet. */
export function metricsServer(source: Source, report: Report): Server {
  return createServer((request, response) => {
    void answer(source, request, report).then((page) => send(response, page));
  });
}

async function answer(source: Source, request: IncomingMessage, report: Report): Promise<Page> {
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
async function scrape(source: Source, report: Report): Promise<Page> {
  try {
    const body = await renderMetrics(source);
    report(undefined);
    return { status: 200, type: CONTENT_TYPE, body };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report(`cannot read the director's maps: ${why}`);
    return { status: 500, type: TEXT, body: `${why}\n` };
  }
}

function send(response: ServerResponse, { status, type, body, headers }: Page): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
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
