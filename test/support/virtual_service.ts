// SPDX-License-Identifier: Apache-2.0
/** A virtual service set up by the commands that a user would type. */
import type { Host } from './host.js';

/** `[address]` for IPv6, as ipvsadm and URLs write it. */
export function bracket(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

export interface ServiceOptions {
  readonly vip: string;
  readonly port?: number;
  readonly protocol?: '-t' | '-u';
  readonly scheduler?: 'rr' | 'wrr';
  readonly method: '-m' | '-g' | '-i';
  /** More of ipvsadm's options for each real server. */
  readonly options?: string;
  /** Of the service itself: `-p 60 --pe sip`. */
  readonly persistence?: string;
  /** Addresses, with a weight each if it is not 1. */
  readonly servers: readonly (string | readonly [address: string, weight: number])[];
}

export async function addService(director: Host, options: ServiceOptions): Promise<void> {
  const { vip, port = 80, protocol = '-t', scheduler = 'rr', method, persistence = '', servers } = options;
  const more = options.options === undefined ? '' : ` ${options.options}`;
  const service = `${protocol} ${bracket(vip)}:${port}`;
  await director.ok(`xdpvsadm -A ${service} -s ${scheduler} ${persistence}`);
  for (const server of servers) {
    const [address, weight] = typeof server === 'string' ? [server, 1] : server;
    await director.ok(`xdpvsadm -a ${service} -r ${bracket(address)}:${port} ${method} -w ${weight}${more}`);
  }
}

/** How many of the pages came from each real server, by the first word: { RS1: 5, RS2: 5 }. */
export function countPages(pages: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const page of pages) {
    const name = page.split(' ')[0] ?? '';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
