// SPDX-License-Identifier: Apache-2.0
import type { Address, ForwardingMethod, Protocol, SyncRole } from '../../model/types.js';
import type { TypedEndpoint } from './endpoint.js';
import { UsageError } from './errors.js';
import type { Names } from './names.js';
import type { CheckedName, CommandName } from './options.js';

export type TypedService =
  | { readonly kind: 'address'; readonly protocol: Protocol; readonly endpoint: TypedEndpoint }
  | { readonly kind: 'mark'; readonly mark: number; ipv6: boolean };

export type TunnelOption = 'ipip' | 'gue' | 'gre';

/** What the options said so far. Some say less when they stand before others: -r before -t knows no port. */
export class Given {
  readonly checked = new Set<CheckedName>();
  service: TypedService | undefined;
  scheduler = '';
  schedulerFlags: string | undefined;
  persistenceEngine = '';
  /** Seconds; undefined: not persistent. */
  persistent: number | undefined;
  /** undefined: the whole address. */
  netmask: number | undefined;

  server: TypedEndpoint | undefined;
  method: ForwardingMethod = 'direct-route';
  tunnelType: TunnelOption = 'ipip';
  tunnelPort = 0;
  weight = 1;
  upperThreshold = 0;
  lowerThreshold = 0;

  role: SyncRole = 'master';
  syncId = 0;
  syncMaxLength: number | undefined;
  multicastInterface = '';
  multicastGroup: Address | undefined;
  multicastPort: number | undefined;
  multicastTtl: number | undefined;

  constructor(
    readonly command: CommandName,
    readonly names: Names,
  ) {}

  has(name: CheckedName): boolean {
    return this.checked.has(name);
  }

  once(name: CheckedName): void {
    if (this.checked.has(name)) throw new UsageError(`multiple '${name}' options specified`);
    this.checked.add(name);
  }

  isIpv6(): boolean {
    if (!this.service) return false;
    return this.service.kind === 'mark' ? this.service.ipv6 : this.service.endpoint.address.family === 6;
  }
}
