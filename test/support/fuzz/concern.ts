// SPDX-License-Identifier: Apache-2.0
/** Whom a packet concerns, by the services of the scene. */
import { destination, destinationPort, hasPorts, isIcmpError, quotedBy, source, sourcePort } from './read.js';
import type { Packet } from './read.js';
import { EMPTY, VARIANTS, keyOf } from './scene.js';
import type { Variant } from './scene.js';

export const OWN_ADDRESSES: ReadonlySet<string> = new Set(
  ['10.1.0.1', '192.168.1.254', 'fd01::1', 'fd02::254'].map(keyOf),
);

const virtuals = new Map(VARIANTS.map((variant) => [keyOf(variant.virtual), variant]));
const masqueraded = new Map(
  VARIANTS.filter(({ method }) => method === 'nat').map((variant) => [keyOf(variant.real), variant]),
);
const ours = new Set([...VARIANTS.flatMap(({ virtual, real }) => [virtual, real]), ...Object.values(EMPTY)].map(keyOf));
const empty = new Set(Object.values(EMPTY).map(keyOf));

/** The service that a packet is for. */
export function serviceOf(packet: Packet): Variant | undefined {
  const variant = hasPorts(packet) ? virtuals.get(destination(packet)) : undefined;
  return variant?.virtualPort === destinationPort(packet) ? variant : undefined;
}

/** The service whose answer a packet is. */
export function answeredBy(packet: Packet): Variant | undefined {
  const variant = hasPorts(packet) ? masqueraded.get(source(packet)) : undefined;
  return variant?.realPort === sourcePort(packet) ? variant : undefined;
}

export function isForEmptyService(packet: Packet): boolean {
  return hasPorts(packet) && empty.has(destination(packet)) && destinationPort(packet) === 80;
}

/** The service that sent a packet, as its client sees it. */
export function sentBy(packet: Packet): Variant | undefined {
  const variant = hasPorts(packet) ? virtuals.get(source(packet)) : undefined;
  return variant?.virtualPort === sourcePort(packet) ? variant : undefined;
}

/** The service that a packet to its masqueraded real server belongs to. */
export function translatedFor(packet: Packet): Variant | undefined {
  const variant = hasPorts(packet) ? masqueraded.get(destination(packet)) : undefined;
  return variant?.realPort === destinationPort(packet) ? variant : undefined;
}

/** May it be dropped at all? */
export function concern(packet: Packet): boolean {
  if (ours.has(source(packet)) || ours.has(destination(packet))) return true;
  const quoted = isIcmpError(packet) ? quotedBy(packet) : undefined;
  return quoted !== undefined && (ours.has(source(quoted)) || ours.has(destination(quoted)));
}
