// SPDX-License-Identifier: Apache-2.0
/**
 * The order in which the kernel would tell its services: by bucket of its hash table, in each bucket the newest first,
 * and firewall marks' after all others (ip_vs_svc_hashkey in net/netfilter/ipvs/ip_vs_ctl.c). It shows with --nosort,
 * and through the sort's contradictions.
 */
import type { Address, Protocol, ServiceKey, VirtualService } from '../../model/types.js';

const PROTOCOL: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** The kernel mixes in an address of its own, another at each boot. This one fits the recorded listings. */
const SALT = 0xc0;

/** `services` in the order in which they were added. */
export function kernelOrder(services: Iterable<VirtualService>): VirtualService[] {
  const newestFirst = [...services].reverse().map((service) => ({ service, place: placeOf(service.key) }));
  return newestFirst.sort((a, b) => a.place - b.place).map(({ service }) => service);
}

function placeOf(key: ServiceKey): number {
  if (key.kind === 'mark') return 0x100 + ((key.mark ^ SALT) & 0xff);
  const port = (key.port >> 8) ^ (key.port & 0xff);
  return lastByteFolded(key.address) ^ PROTOCOL[key.protocol] ^ port ^ SALT;
}

/** The last byte of the exclusive or of an address's 32-bit words. */
function lastByteFolded({ bytes }: Address): number {
  return bytes.reduce((folded, byte, index) => (index % 4 === 3 ? folded ^ byte : folded), 0);
}
