// SPDX-License-Identifier: Apache-2.0
/** A State as the rules want it: addresses as text, marks without one. */
import { formatAddress } from '../model/address.js';
import type { Family, ForwardingMethod, MarkRule, Protocol, State, VirtualService } from '../model/types.js';

export interface Server {
  readonly address: string;
  readonly family: 4 | 6;
  readonly method: ForwardingMethod;
  readonly weight: number;
}

export interface Service {
  /** As a listing shows it: `TCP 192.0.2.80:80`, `FWM 7`. */
  readonly name: string;
  /** undefined: a firewall mark's. */
  readonly vip: string | undefined;
  readonly family: 4 | 6;
  readonly servers: readonly Server[];
  /** A firewall mark's: the mark, and whether some rule may give it to a packet. */
  readonly mark?: { readonly number: number; readonly isGiven: boolean };
  /** With `--pe`. */
  readonly engine?: {
    /** `-u 192.0.2.80:5060 -s rr`, with which ipvsadm edits the service. */
    readonly options: string;
    readonly protocol: Protocol | 'any';
    /** Seconds; undefined: not persistent. */
    readonly persistence: number | undefined;
  };
}

const OPTION: Readonly<Record<Protocol, string>> = { tcp: '-t', udp: '-u', sctp: '--sctp-service' };

function summarise(service: VirtualService, rules: readonly MarkRule[]): Service {
  const { key, realServers } = service;
  const servers = realServers.map(({ address, method, weight }) => ({
    address: formatAddress(address),
    family: address.family,
    method,
    weight,
  }));
  if (key.kind === 'mark') {
    const mark = { number: key.mark, isGiven: rules.some((rule) => mayGive(rule, key.mark, key.family)) };
    const options = `-f ${key.mark}${key.family === 6 ? ' -6' : ''}`;
    return {
      name: `FWM ${key.mark}`,
      vip: undefined,
      family: key.family,
      servers,
      mark,
      ...engineOf(service, options, 'any'),
    };
  }
  const vip = formatAddress(key.address);
  const shown = key.address.family === 6 ? `[${vip}]` : vip;
  const options = `${OPTION[key.protocol]} ${shown}:${key.port}`;
  return {
    name: `${key.protocol.toUpperCase()} ${shown}:${key.port}`,
    vip,
    family: key.address.family,
    servers,
    ...engineOf(service, options, key.protocol),
  };
}

function engineOf(
  { scheduler, persistence, persistenceEngine }: VirtualService,
  named: string,
  protocol: Protocol | 'any',
): Pick<Service, 'engine'> {
  if (persistenceEngine === undefined) return {};
  return { engine: { options: `${named} -s ${scheduler}`, protocol, persistence: persistence?.timeoutS } };
}

/** By itself or after others. */
function mayGive({ family, value, mask }: MarkRule, mark: number, ofFamily: Family): boolean {
  return mask !== 0 && ((value ^ mark) & mask) === 0 && (family ?? ofFamily) === ofFamily;
}

export function listServices(state: State): Service[] {
  return [...state.services.values()].map((service) => summarise(service, state.marks ?? []));
}

/** Real servers' addresses, each once. */
export function realAddresses(services: readonly Service[]): { address: string; family: 4 | 6 }[] {
  const all = services.flatMap(({ servers }) => servers);
  return [...new Map(all.map(({ address, family }) => [address, { address, family }])).values()];
}

/** Virtual addresses, each once. */
export function virtualAddresses(services: readonly Service[]): { address: string; family: 4 | 6 }[] {
  const all = services.flatMap(({ vip, family }) => (vip === undefined ? [] : [{ address: vip, family }]));
  return [...new Map(all.map((one) => [one.address, one])).values()];
}

/** Real servers reached by one of the methods. */
export function serversBy(services: readonly Service[], ...methods: readonly ForwardingMethod[]): Server[] {
  return services.flatMap(({ servers }) => servers).filter(({ method }) => methods.includes(method));
}
