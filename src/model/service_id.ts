// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from './address.js';
import type { ServiceKey } from './types.js';

/** A service's name in State.services: `tcp 192.0.2.1:80`, `udp [2001:db8::1]:53`, `mark 7`, `mark 7 ipv6`. */
export function serviceId(key: ServiceKey): string {
  if (key.kind === 'mark') return key.family === 6 ? `mark ${key.mark} ipv6` : `mark ${key.mark}`;
  const address = formatAddress(key.address);
  return `${key.protocol} ${key.address.family === 6 ? `[${address}]` : address}:${key.port}`;
}
