// SPDX-License-Identifier: Apache-2.0
/**
 * `xdpvs serve`: metrics over HTTP until SIGINT or SIGTERM. It only reads, so traffic does not care whether it runs, and
 * it may be started before anything is attached.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metricsServer } from '../observe/http.js';
import type { Source } from '../observe/source.js';
import { formatListenAddress, parseListenAddress, type ListenAddress } from './listen_address.js';
import { Refusal } from './output.js';
import { keepProc, render } from './proc/keep.js';
import { linkRest } from './proc/links.js';

/** Loopback; outside 9100 to 9999, which Prometheus' list of default ports has given away to the last one. */
export const DEFAULT_LISTEN = '127.0.0.1:19749';

/** How long a scrape that is running when the end is asked for may go on. */
const GRACE_MS = 1500;

const EXIT_OK = 0;
const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

export interface ServeOptions {
  readonly listen?: string | undefined;
  /** A folder in which to keep IPVS's files of /proc/net. */
  readonly proc?: string | undefined;
  /** The rest of /proc there too. */
  readonly links?: boolean;
}

export interface ServeOutput {
  /** Each takes one line, without its end. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Resolves to the exit code, when told to end or unable to begin. */
export async function serve(
  source: Source,
  { listen = DEFAULT_LISTEN, proc, links = false }: ServeOptions,
  say: ServeOutput,
): Promise<number> {
  const address = parseListenAddress(listen);
  if (!address) {
    say.err(`xdpvs serve: cannot listen on '${listen}': not ADDR:PORT; write it like ${DEFAULT_LISTEN} or [::1]:19749`);
    return EXIT_USAGE;
  }
  if (links && proc === undefined) {
    say.err('xdpvs serve: --links completes the folder of --proc: give both');
    return EXIT_USAGE;
  }

  const server = metricsServer(
    source,
    onlyChanges((sentence) => say.err(`xdpvs serve: ${sentence}`)),
  );
  const refusal = await startListening(server, address);
  if (refusal) {
    say.err(`xdpvs serve: cannot listen on ${formatListenAddress(address)}: ${refusal}`);
    return EXIT_FAILURE;
  }

  // A connection that could not be accepted, for want of descriptors say, must not end the rest.
  server.on('error', ({ message }) => say.err(`xdpvs serve: ${message}`));
  const ended = terminationSignal();
  const cannotWrite = proc === undefined ? undefined : await whyNoProc(source, proc, links);
  if (cannotWrite !== undefined) {
    say.err(`xdpvs serve: ${cannotWrite}`);
    await close(server);
    return EXIT_FAILURE;
  }
  say.out(`metrics at http://${boundAddress(server)}/metrics`);
  await Promise.all([ended, proc === undefined ? undefined : keepFolder(source, proc, ended, say)]);
  await close(server);
  return EXIT_OK;
}

/** A folder that cannot be written to at the beginning is refused; what the director lacks may come. */
async function whyNoProc(source: Source, folder: string, links: boolean): Promise<string | undefined> {
  try {
    await render(folder, source);
    if (links) linkRest(folder);
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.message : undefined;
  }
}

function keepFolder(source: Source, folder: string, ended: Promise<void>, say: ServeOutput): Promise<void> {
  const end = new AbortController();
  void ended.then(() => end.abort());
  return keepProc(
    folder,
    source,
    onlyChanges((sentence) => say.err(`xdpvs serve: ${sentence}`)),
    end.signal,
  );
}

/** Resolves to why not, or undefined. */
async function startListening(server: Server, { host, port }: ListenAddress): Promise<string | undefined> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return listenRefusal(error as NodeJS.ErrnoException);
  }
}

function listenRefusal({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another process listens there; end it or give another --listen ADDR:PORT';
    case 'EADDRNOTAVAIL':
      return 'this host does not have that address; give one of its own with --listen ADDR:PORT';
    case 'EACCES':
      return 'ports below 1024 take root; give a higher one with --listen ADDR:PORT';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name has no address; give an address with --listen ADDR:PORT';
    default:
      return message;
  }
}

function boundAddress(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return formatListenAddress({ host: address, port });
}

async function terminationSignal(): Promise<void> {
  const told = new AbortController();
  const { signal } = told;
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]);
  // The handlers go, so that a second signal ends the process at once.
  told.abort();
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(cut);
}

/** A scrape every few seconds must not say the same thing every few seconds. */
function onlyChanges(say: (sentence: string) => void): (sentence: string | undefined) => void {
  let last: string | undefined;
  return (sentence) => {
    if (sentence !== undefined && sentence !== last) say(sentence);
    last = sentence;
  };
}
