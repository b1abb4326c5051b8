// SPDX-License-Identifier: Apache-2.0
/** Frames written and read byte by byte, so that nothing of ours computes what it is compared with. */
export { internetChecksum } from './frames/checksum.js';
export { ethernet } from './frames/ethernet.js';
export type { Link } from './frames/ethernet.js';
export { icmp, icmpv6 } from './frames/icmp.js';
export type { IcmpFields } from './frames/icmp.js';
export { extend, ip, ipFragment } from './frames/ip.js';
export type { IpFields } from './frames/ip.js';
export { parseFrame, parsePacket } from './frames/parse.js';
export type { ParsedFrame, ParsedPacket } from './frames/parse.js';
export { CHUNKS, SCTP, sctp, sctpPacket } from './frames/sctp.js';
export type { ChunkName } from './frames/sctp.js';
export { tcp, udp } from './frames/transport.js';
export { problemsOf } from './frames/verify.js';
