// SPDX-License-Identifier: Apache-2.0
/** Which connections are to end, in the data plane's terms. */
import type { EndpointChoice } from '../abi/generated.js';
import { Family } from '../abi/generated.js';
import { ServerNumbers } from '../image/index.js';
import type { Snapshot } from '../image/index.js';
import type { ConnectionChoice } from '../kernel/end_connections.js';
import { sameAddress } from '../model/address.js';
import type { Endpoint } from '../model/requests.js';
import type { Address, ServiceKey, State, VirtualService } from '../model/types.js';
import { STATE_NAMES } from '../observe/names.js';

/** A network and a port; what is undefined may be anything. */
export interface EndpointFilter {
  readonly network: { readonly address: Address; readonly length: number } | undefined;
  readonly port: number | undefined;
}

/** What is undefined may be anything. */
export interface ConnectionFilter {
  readonly client: EndpointFilter | undefined;
  readonly virtual: EndpointFilter | undefined;
  readonly real: EndpointFilter | undefined;
  /** As IANA numbers them. */
  readonly protocol: number | undefined;
  /** IPVS's words; none: any. */
  readonly states: readonly string[];
}

export function choiceOf({ client, virtual, real, protocol, states }: ConnectionFilter): ConnectionChoice {
  return {
    ...(client && { client: endpointChoice(client) }),
    ...(virtual && { virtualService: endpointChoice(virtual) }),
    ...(real && { real: endpointChoice(real) }),
    protocol: protocol ?? 0,
    states: STATE_NAMES.reduce((bits, name, number) => (states.includes(name) ? bits | (1 << number) : bits), 0),
  };
}

function endpointChoice({ network, port = 0 }: EndpointFilter): EndpointChoice {
  const [address, mask] = [new Uint8Array(16), new Uint8Array(16)];
  if (!network) return { address, mask, port, family: Family.FAMILY_NONE };
  for (let bit = 0; bit < network.length; bit++) mask[bit >> 3]! |= 0x80 >> (bit & 7);
  address.set(network.address.bytes);
  return { address, mask, port, family: network.address.family };
}

/** A real server of a service, by its place in it. */
export interface Membership {
  readonly key: ServiceKey;
  readonly server: Endpoint;
}

/** What a change takes away. */
export function removedServers(before: State, after: State): Membership[] {
  return [...before.services].flatMap(([id, service]) =>
    after.services.get(id) === service ? [] : missingIn(after, id, service),
  );
}

function missingIn({ services }: State, id: string, { key, realServers }: VirtualService): Membership[] {
  const kept = services.get(id)?.realServers ?? [];
  return realServers
    .filter((server) => !kept.some((other) => other.port === server.port && sameAddress(other.address, server.address)))
    .map((server) => ({ key, server }));
}

/** Of removed real servers, a choice each. */
export function choicesOf(snapshot: Snapshot, members: readonly Membership[]): ConnectionChoice[] {
  const numbers = new ServerNumbers(snapshot);
  return members.flatMap(({ key, server }) => {
    const realServer = numbers.find(key, server);
    return realServer === undefined ? [] : [{ realServer, onlyRemoved: 1 }];
  });
}
