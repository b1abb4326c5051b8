// SPDX-License-Identifier: Apache-2.0
/**
 * Neighbours that the data plane needs, kept resolved by the kernel itself (NTF_MANAGED, Linux 5.16), so that no packet of a
 * client has to wait for it. Best effort: where it fails, the first packet makes the kernel ask, as without it.
 */
import { spawnSync } from 'node:child_process';

export interface NextHop {
  readonly address: string;
  readonly device: string;
}

interface Route {
  readonly dst?: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  readonly type?: string;
}

interface Neighbour {
  readonly dst: string;
  readonly dev: string;
  readonly state?: readonly string[];
}

const LONGEST_ANSWER = 256 << 20;

/** Somebody else decided these, or nobody has to. */
const LEFT_ALONE = new Set(['PERMANENT', 'NOARP']);

/** `addresses`: of real servers. Returns the next hops that are kept resolved now. */
export function keepResolved(addresses: readonly string[]): NextHop[] {
  const hops = nextHops(addresses);
  const settled = settledNeighbours();
  const wanted = hops.filter((hop) => !settled.has(textOf(hop)));
  ipBatch(wanted.map((hop) => `neigh replace ${hop.address} dev ${hop.device} managed`));
  return wanted;
}

/** `addresses`: of real servers that went. Next hops of those that are `kept` stay managed. */
export function release(addresses: readonly string[], kept: readonly string[]): void {
  const managed = managedNeighbours();
  const going = nextHops(addresses).filter((hop) => managed.has(textOf(hop)));
  if (going.length === 0) return;
  const needed = new Set(nextHops(kept).map(textOf));
  const free = going.filter((hop) => !needed.has(textOf(hop)));
  ipBatch(free.map(({ address, device }) => `neigh change ${address} dev ${device} nud stale`));
  // An unresolved entry cannot become stale, and there is nothing in it to keep.
  const left = managedNeighbours();
  const unresolved = free.filter((hop) => left.has(textOf(hop)));
  ipBatch(unresolved.map(({ address, device }) => `neigh del ${address} dev ${device}`));
}

/** What the routing says of each; nothing of what has no route. */
function routesTo(addresses: readonly string[]): Route[] {
  return ip<Route>(['-force', '-batch', '-'], addresses.map((address) => `route get ${address}`).join('\n'));
}

/** Those that this host itself answers to. */
export function localAmong(addresses: readonly string[]): string[] {
  return routesTo(addresses).flatMap(({ type, dst }) => (type === 'local' && dst !== undefined ? [dst] : []));
}

/** Where packets for each address go next; what is local or has no route has no next hop. */
export function nextHops(addresses: readonly string[]): NextHop[] {
  const routes = routesTo(addresses);
  const hops = routes.flatMap(({ dst, gateway, via, dev, type }) => {
    const address = gateway ?? via?.host ?? dst;
    const isRemote = type === undefined || type === 'unicast';
    return isRemote && address !== undefined && dev !== undefined && dev !== 'lo' ? [{ address, device: dev }] : [];
  });
  return [...new Map(hops.map((hop) => [textOf(hop), hop])).values()];
}

function settledNeighbours(): Set<string> {
  const all = ip<Neighbour>(['neigh', 'show', 'nud', 'all']);
  const settled = all.filter(({ state }) => state?.some((name) => LEFT_ALONE.has(name)));
  return new Set(settled.map(({ dst, dev }) => textOf({ address: dst, device: dev })));
}

/** Told in words only: JSON has no place for it. */
function managedNeighbours(): Set<string> {
  const { stdout } = spawnSync('ip', ['neigh', 'show', 'nud', 'all'], { encoding: 'utf8', maxBuffer: LONGEST_ANSWER });
  const lines = stdout.split('\n').filter((line) => / managed\b/.test(line));
  return new Set(
    lines.map((line) => line.split(' ')).map(([address = '', , device = '']) => textOf({ address, device })),
  );
}

function textOf({ address, device }: NextHop): string {
  return `${address} ${device}`;
}

/** Lines that fail are passed over. */
function ipBatch(lines: readonly string[]): void {
  if (lines.length === 0) return;
  spawnSync('ip', ['-force', '-batch', '-'], { input: lines.join('\n'), stdio: ['pipe', 'ignore', 'ignore'] });
}

/** A batch prints an array for each line that succeeded. */
function ip<T>(args: readonly string[], input = ''): T[] {
  const { stdout } = spawnSync('ip', ['-j', ...args], { input, encoding: 'utf8', maxBuffer: LONGEST_ANSWER });
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => JSON.parse(line) as T[]);
}
