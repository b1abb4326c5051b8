// SPDX-License-Identifier: Apache-2.0
/** What people type to choose services, real servers and clients. */
import { isIP } from 'node:net';

import { parseAddress } from '../../model/address.js';
import type { Endpoint } from '../../model/requests.js';
import type { Address, Protocol, ServiceKey } from '../../model/types.js';
import { Refusal } from '../output.js';

/** What is undefined may be anything. */
export interface EndpointPattern {
  readonly network: { readonly address: Address; readonly length: number } | undefined;
  readonly port: number | undefined;
}

export type ServicePattern =
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'address'; readonly protocol: Protocol | undefined; readonly endpoint: EndpointPattern };

export const ENDPOINT_FORM = 'ADDRESS[/LENGTH][:PORT] (an IPv6 address with a port in brackets), or :PORT';
export const SERVICE_FORM = `[tcp|udp|sctp ]${ENDPOINT_FORM}, or mark NUMBER`;

/** `what` is the option's name. Throws Refusal. */
export function endpointPattern(text: string, what: string): EndpointPattern {
  const parsed = parseEndpoint(text);
  if (!parsed) throw new Refusal(`${what} cannot be '${text}': give ${ENDPOINT_FORM}`);
  return parsed;
}

/** Throws Refusal. */
export function servicePattern(text: string, what: string): ServicePattern {
  const parsed = parseService(text);
  if (!parsed) throw new Refusal(`${what} cannot be '${text}': give ${SERVICE_FORM}`);
  return parsed;
}

function parseService(text: string): ServicePattern | undefined {
  const [, mark] = /^(?:mark|fwm)[ /:]?(\d{1,10})$/i.exec(text) ?? [];
  if (mark !== undefined) return Number(mark) <= 0xffffffff ? { kind: 'mark', mark: Number(mark) } : undefined;
  const [, protocol, rest = ''] = /^(?:(tcp|udp|sctp)[ /]?)?(.*)$/i.exec(text) ?? [];
  const endpoint = rest === '' && protocol !== undefined ? ANYWHERE : parseEndpoint(rest);
  return endpoint && { kind: 'address', protocol: protocol?.toLowerCase() as Protocol | undefined, endpoint };
}

const ANYWHERE: EndpointPattern = { network: undefined, port: undefined };

function parseEndpoint(text: string): EndpointPattern | undefined {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^[\]]*?))(?::(\d{1,5}))?$/.exec(
    isIP(text.split('/')[0] ?? '') === 6 ? `[${text}]` : text,
  ) ?? ['', '', '', undefined];
  const port = portText === undefined ? undefined : Number(portText);
  const where = bracketed ?? plain ?? '';
  if (port !== undefined && port > 0xffff) return undefined;
  if (where === '') return port === undefined || bracketed !== undefined ? undefined : { network: undefined, port };
  const network = parseNetwork(where);
  return network && { network, port };
}

function parseNetwork(text: string): EndpointPattern['network'] | undefined {
  const [, host = '', lengthText] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(host);
  const address = family === 0 ? undefined : parseAddress(host);
  const whole = family === 4 ? 32 : 128;
  const length = lengthText === undefined ? whole : Number(lengthText);
  return address && length <= whole ? { address, length } : undefined;
}

export function matchesEndpoint({ network, port }: EndpointPattern, endpoint: Endpoint): boolean {
  if (port !== undefined && port !== endpoint.port) return false;
  return network === undefined || isWithin(endpoint.address, network.address, network.length);
}

export function matchesService(pattern: ServicePattern, key: ServiceKey): boolean {
  if (pattern.kind === 'mark') return key.kind === 'mark' && key.mark === pattern.mark;
  if (key.kind === 'mark') return false;
  const { protocol, endpoint } = pattern;
  return (protocol === undefined || protocol === key.protocol) && matchesEndpoint(endpoint, key);
}

function isWithin(address: Address, network: Address, length: number): boolean {
  if (address.family !== network.family) return false;
  return address.bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, length - 8 * index));
    return (byte ^ (network.bytes[index] ?? 0)) >> (8 - bits) === 0;
  });
}
