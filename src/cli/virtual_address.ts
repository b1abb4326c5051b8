// SPDX-License-Identifier: Apache-2.0
/** A virtual address as a user types it, in the one text that the kernel prints for it. */
import { isIP } from 'node:net';

import { formatAddress, isUnicast, parseAddress } from '../model/address.js';
import type { Address } from '../model/types.js';

export interface VirtualAddress extends Address {
  readonly text: string;
}

/** undefined: not an address that several hosts can have. inet_aton's short forms are not taken: `ip` reads them otherwise. */
export function parseVirtualAddress(typed: string): VirtualAddress | undefined {
  if (isIP(typed) === 0) return undefined;
  const address = parseAddress(typed);
  return address && isUnicast(address) ? { ...address, text: formatAddress(address) } : undefined;
}
