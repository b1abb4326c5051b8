// SPDX-License-Identifier: Apache-2.0
/** iproute2, the one way in which addresses and devices are read and changed here. */
import { execFileSync } from 'node:child_process';

/** Standard output. A refusal throws an Error that says what was typed and what `ip` answered. */
export function ip(...args: readonly string[]): string {
  try {
    return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error('ip is not installed: apt install iproute2', { cause: error });
    throw new Error(`ip ${args.join(' ')}: ${(stderr ?? String(error)).trim()}`, { cause: error });
  }
}

interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly master?: string;
}

export function links(): Link[] {
  return JSON.parse(ip('-j', 'link', 'show')) as Link[];
}

/** Interfaces that a default route of either family leaves by. */
export function defaultRouteInterfaces(): string[] {
  const routes = (['-4', '-6'] as const).flatMap((family) => {
    const text = ip('-j', family, 'route', 'show', 'default');
    return text.trim() === '' ? [] : (JSON.parse(text) as { dev?: string; nexthops?: { dev: string }[] }[]);
  });
  const names = routes.flatMap(({ dev, nexthops }) => [dev, ...(nexthops ?? []).map((hop) => hop.dev)]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
