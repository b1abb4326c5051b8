// SPDX-License-Identifier: Apache-2.0
/** `host[:port]`, `[v6]:port` or a bare IPv6 address. */
import { parseIpv4, parseIpv6 } from '../../model/address.js';
import type { Address, Protocol } from '../../model/types.js';
import type { Names } from './names.js';
import { parseInteger } from './numbers.js';

export interface TypedEndpoint {
  readonly address: Address;
  /** undefined: none was given. */
  readonly port: number | undefined;
}

/** undefined: illegal. Without a protocol no service's name is a port. */
export function parseEndpoint(text: string, protocol: Protocol | undefined, names: Names): TypedEndpoint | undefined {
  if (/^\d*$/.test(text)) return undefined;
  if (text.startsWith('[')) return parseBracketed(text, protocol, names);
  const ipv6 = parseIpv6(text);
  if (ipv6) return { address: { family: 6, bytes: ipv6 }, port: undefined };

  const colon = text.indexOf(':');
  const address = parseHost(colon < 0 ? text : text.slice(0, colon), names);
  if (!address || colon < 0) return address && { address, port: undefined };
  return withPort(address, text.slice(colon + 1), protocol, names);
}

function parseBracketed(text: string, protocol: Protocol | undefined, names: Names): TypedEndpoint | undefined {
  const end = text.indexOf(']');
  if (end < 0 || text[end + 1] !== ':') return undefined;
  const inside = text.slice(1, end);
  const ipv6 = parseIpv6(inside);
  if (ipv6) return withPort({ family: 6, bytes: ipv6 }, text.slice(end + 2), protocol, names);
  // ipvsadm takes a host of IPv4 in brackets too, and then forgets the port.
  const address = parseHost(inside, names);
  return address && { address, port: undefined };
}

function withPort(
  address: Address,
  text: string,
  protocol: Protocol | undefined,
  names: Names,
): TypedEndpoint | undefined {
  const port = parseInteger(text, 0, 65535) ?? (protocol && names.portOf(text, protocol));
  return port === undefined ? undefined : { address, port };
}

/** An IPv4 address, or a host's name that has one. */
export function parseHost(text: string, names: Names): Address | undefined {
  const bytes = parseIpv4(text);
  return bytes ? { family: 4, bytes } : names.addressOf(text);
}
