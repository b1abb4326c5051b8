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
  const needed = new Set(nextHops(kept).map(textOf));
  const free = nextHops(addresses).filter((hop) => !needed.has(textOf(hop)) && isManaged(hop));
  // An unresolved entry cannot become stale, and there is nothing in it to keep.
  for (const { address, device } of free) {
    const [failed] = ipBatch([`neigh change ${address} dev ${device} nud stale`]);
    if (failed) ipBatch([`neigh del ${address} dev ${device}`]);
  }
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

function isManaged({ address, device }: NextHop): boolean {
  const { stdout } = spawnSync('ip', ['neigh', 'show', 'to', address, 'dev', device], { encoding: 'utf8' });
  return / managed\b/.test(stdout);
}

function textOf({ address, device }: NextHop): string {
  return `${address} ${device}`;
}

/** Whether each line failed is not told one by one: the answer is for all of them together. */
function ipBatch(lines: readonly string[]): [failed: boolean] {
  if (lines.length === 0) return [false];
  const { status } = spawnSync('ip', ['-force', '-batch', '-'], {
    input: lines.join('\n'),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return [status !== 0];
}

/** A batch prints an array for each line that succeeded. */
function ip<T>(args: readonly string[], input = ''): T[] {
  const { stdout } = spawnSync('ip', ['-j', ...args], { input, encoding: 'utf8', maxBuffer: 256 << 20 });
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => JSON.parse(line) as T[]);
}
