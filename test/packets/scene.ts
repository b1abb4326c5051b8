// SPDX-License-Identifier: Apache-2.0
/** Who is who in these tests, in both families. */
import { MAC, serverMac } from '../support/director.js';

export const FROM_CLIENT = { to: MAC.lan, from: MAC.client };
export const TO_CLIENT = { to: MAC.client, from: MAC.lan };

export function toServer(number = 1): { to: string; from: string } {
  return { to: serverMac(number), from: MAC.farm };
}

export function fromServer(number = 1): { to: string; from: string } {
  return { to: MAC.farm, from: serverMac(number) };
}

export interface Cast {
  readonly family: 'IPv4' | 'IPv6';
  /** Address and port. */
  readonly client: string;
  readonly otherClient: string;
  readonly virtual: string;
  readonly virtualAddress: string;
  readonly clientAddress: string;
  /** On the virtual service's port. */
  readonly real: string;
  readonly realAddress: string;
  /** On another port. */
  readonly moved: string;
  /** The director's, towards real servers. */
  readonly farm: string;
  /** The same as a real server, on another port. */
  readonly local: string;
  /** What an ICMP error to the client comes from. */
  readonly complainer: string;
  /** As a tunnel's outer header names the family. */
  readonly protocol: number;
}

export const IPV4: Cast = {
  family: 'IPv4',
  client: '10.1.0.2:40001',
  otherClient: '10.1.0.3:40001',
  clientAddress: '10.1.0.2',
  virtual: '10.9.0.1:80',
  virtualAddress: '10.9.0.1',
  real: '192.168.1.1:80',
  realAddress: '192.168.1.1',
  moved: '192.168.1.1:8080',
  farm: '192.168.1.254',
  local: '192.168.1.254:8080',
  complainer: '10.9.0.1',
  protocol: 4,
};

export const IPV6: Cast = {
  family: 'IPv6',
  client: '[fd01::2]:40001',
  otherClient: '[fd01::3]:40001',
  clientAddress: 'fd01::2',
  virtual: '[fd09::1]:80',
  virtualAddress: 'fd09::1',
  real: '[fd02::1]:80',
  realAddress: 'fd02::1',
  moved: '[fd02::1]:8080',
  farm: 'fd02::254',
  local: '[fd02::254]:8080',
  complainer: 'fd01::1',
  protocol: 41,
};

export const FAMILIES = [IPV4, IPV6] as const;

/** ipvsadm's lines for a TCP and a UDP service with one real server; method: -m, -g or -i. */
export function services(virtual: string, real: string, method: string, scheduler = 'rr'): string[] {
  return ['-t', '-u'].flatMap((protocol) => [
    `-A ${protocol} ${virtual} -s ${scheduler}`,
    `-a ${protocol} ${virtual} -r ${real} ${method}`,
  ]);
}

/** Which real server has a MAC. */
export function serverOf(mac: string): number {
  const number = [1, 2, 3, 4, 5, 6, 7, 8].find((candidate) => serverMac(candidate) === mac);
  if (number === undefined) throw new Error(`no real server has the MAC ${mac}`);
  return number;
}
