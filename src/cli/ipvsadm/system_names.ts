// SPDX-License-Identifier: Apache-2.0
/** Names as the host's files tell them; what they do not know is asked of getent(1), which asks the resolver. */
import { readFileSync } from 'node:fs';
import { formatAddress, parseAddress } from '../../model/address.js';
import type { Address, Protocol } from '../../model/types.js';
import { HostsFile } from './hosts_file.js';
import type { Names } from './names.js';
import { ServicesFile } from './services_file.js';

/** Arguments are limited to some megabytes altogether. */
const HOSTS_AT_ONCE = 10_000;

export class SystemNames implements Names {
  #hosts: HostsFile | undefined;
  #services: ServicesFile | undefined;
  /** undefined: asked, and there is none. */
  readonly #hostByAddress = new Map<string, string | undefined>();
  readonly #addressByHost = new Map<string, Address | undefined>();

  addressOf(host: string): Address | undefined {
    const known = this.#hostsFile().addressOf(host);
    if (known || this.#addressByHost.has(host)) return known ?? this.#addressByHost.get(host);
    const address = isHostName(host) ? askForAddress(host) : undefined;
    this.#addressByHost.set(host, address);
    return address;
  }

  hostOf(address: Address): string | undefined {
    this.prepare([address]);
    const text = formatAddress(address);
    return this.#hostsFile().hostOf(text) ?? this.#hostByAddress.get(text);
  }

  prepare(addresses: Iterable<Address>): void {
    const texts = new Set(Array.from(addresses, formatAddress));
    const unknown = [...texts].filter((text) => !this.#hostByAddress.has(text) && !this.#hostsFile().hostOf(text));
    for (let start = 0; start < unknown.length; start += HOSTS_AT_ONCE) {
      const asked = unknown.slice(start, start + HOSTS_AT_ONCE);
      const answers = askForHosts(asked);
      for (const text of asked) this.#hostByAddress.set(text, answers.get(text));
    }
  }

  portOf(service: string, protocol: Protocol): number | undefined {
    return this.#servicesFile().portOf(service, protocol);
  }

  serviceOf(port: number, protocol: Protocol): string | undefined {
    return this.#servicesFile().serviceOf(port, protocol);
  }

  #hostsFile(): HostsFile {
    return (this.#hosts ??= new HostsFile(readIfThere('/etc/hosts')));
  }

  #servicesFile(): ServicesFile {
    return (this.#services ??= new ServicesFile(readIfThere('/etc/services')));
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What could be an option of getent's is no host. */
function isHostName(host: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(host);
}

function askForAddress(host: string): Address | undefined {
  const first = getent('ahostsv4', [host]).split('\n', 1)[0] ?? '';
  return parseAddress(first.split(' ', 1)[0] ?? '');
}

/** Address to name. */
function askForHosts(addresses: readonly string[]): Map<string, string | undefined> {
  const rows = getent('hosts', addresses).split('\n');
  return new Map(
    rows.map((row) => {
      const [address = '', name] = row.split(/\s+/);
      return [address, name];
    }),
  );
}

/** getent answers with exit code 2 when some key is unknown, and has then printed the others. */
function getent(database: string, keys: readonly string[]): string {
  // Most runs need no process, and so do not pay for loading this.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  try {
    return execFileSync('getent', [database, ...keys], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    const { stdout } = error as { stdout?: unknown };
    return typeof stdout === 'string' ? stdout : '';
  }
}
