// SPDX-License-Identifier: Apache-2.0
/** What each outcome says to a person, in a line. */
import type { Ending } from './outcomes.js';

export const MEANINGS: Readonly<Record<Ending, string>> = {
  FORWARDED_MASQUERADE: 'sent to a real server by NAT',
  FORWARDED_TUNNEL: 'sent to a real server by TUN',
  FORWARDED_DIRECT_ROUTE: 'sent to a real server by DR',
  REPLIED_MASQUERADE: "a real server's reply, translated and sent to its client",
  FORWARDED_STATELESS: 'connection table full: sent by hash, nothing remembered',
  NOT_IP: 'neither IPv4 nor IPv6 (ARP, say)',
  NOT_TRANSPORT: 'neither TCP, UDP nor SCTP, nor an ICMP error about a connection',
  NOT_A_SERVICE: 'for no virtual service',
  FRAGMENT: 'a fragment',
  MALFORMED: 'shorter than its headers say, or a header that is the host’s to judge',
  NO_CONNECTION: 'for a service, but of no known connection and not opening one',
  NO_REAL_SERVER: 'the service has no usable real server; the client was told',
  REAL_SERVER_REMOVED: "the connection's real server was deleted",
  CONNECTION_TABLE_FULL: 'no line free for the new connection',
  NO_ROUTE: 'the host has no route to the real server or client',
  NEIGHBOUR_UNRESOLVED: 'the next hop did not answer ARP or neighbour discovery yet',
  TTL_EXCEEDED: 'its TTL or hop limit was used up; the sender was told',
  TOO_BIG: 'larger than the way to the real server takes; the sender was told',
  NO_HEADROOM: 'the driver left no room for an outer header',
  LEFT_TO_HOST: 'rewritten, then left to the host to send',
  NOT_FOR_THIS_HOST: "for another station's MAC, or a group's",
  FORWARDING_DISABLED: 'ip_forward is off on the host or the interface',
  DELIVERED_LOCALLY: 'the real server is this host: left to it, by NAT with its address',
  ICMP_FORWARDED: "an ICMP error from the client's side, sent to its real server",
  ICMP_REPLIED: 'an ICMP error from a real server or its way, sent to the client',
  DROPPED_BY_RATE: 'would have opened a connection, but drop_packet drops a share of those',
  CONNECTION_RESET: 'its connection was ended by command; the sender was told',
};
