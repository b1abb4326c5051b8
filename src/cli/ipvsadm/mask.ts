// SPDX-License-Identifier: Apache-2.0
import type { Family, Persistence, ServiceKey } from '../../model/types.js';

const WHOLE: Readonly<Record<Family, number>> = { 4: 0xffffffff, 6: 128 };

/** A persistence mask as -M takes it; undefined: every address is a client of its own. */
export function maskText(key: ServiceKey, { mask }: Persistence): string | undefined {
  const family = key.kind === 'mark' ? key.family : key.address.family;
  if (mask === WHOLE[family]) return undefined;
  return family === 6 ? String(mask) : [24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff).join('.');
}
