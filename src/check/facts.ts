// SPDX-License-Identifier: Apache-2.0
/** What `xdpvs check` knows of a director. Rules turn it into findings and look at nothing else. */

/** Settings of a NIC as ethtool names them; undefined where it does not say. */
export interface Offloads {
  readonly gro: boolean | undefined;
  readonly lro: boolean | undefined;
  readonly txChecksum: boolean | undefined;
}

/** The other end of a veth, when its namespace can be found. */
export interface Peer {
  readonly name: string;
  /** Name under /run/netns; undefined: the director's own. */
  readonly namespace: string | undefined;
  readonly offloads: Offloads;
  readonly hasXdp: boolean;
}

export interface InterfaceFacts {
  readonly name: string;
  readonly up: boolean;
  readonly mtu: number;
  /** 'veth', 'bridge', 'vlan'…; undefined: a NIC. */
  readonly kind: string | undefined;
  /** Canonical text, both families. */
  readonly addresses: readonly string[];
  /** 'foreign': an XDP program that is not ours. */
  readonly xdp: 'none' | 'native' | 'generic' | 'foreign';
  readonly offloads: Offloads;
  readonly peer: Peer | undefined;
  /** Effective values, undefined where the kernel has no such setting (IPv6 turned off). */
  readonly forwarding4: boolean | undefined;
  readonly forwarding6: boolean | undefined;
  /** The larger of `all` and the interface's own: 0 off, 1 strict, 2 loose. */
  readonly rpFilter: number;
  readonly arpIgnore: number;
}

/** Where the kernel would send a packet for a real server. */
export interface Destination {
  /** Undefined: no route. */
  readonly device: string | undefined;
  /** The gateway, or the address itself. */
  readonly nextHop: string;
  readonly isLocal: boolean;
  /** NUD state after the kernel was made to ask; undefined: nothing known. */
  readonly neighbour: string | undefined;
}

export interface Facts {
  readonly interfaces: readonly InterfaceFacts[];
  /** By canonical text of each real server's address. */
  readonly destinations: Readonly<Record<string, Destination>>;
  /** Devices of the default routes; empty: none. */
  readonly defaultRoutes: { readonly 4: readonly string[]; readonly 6: readonly string[] };
  /** Those that --start-daemon started. */
  readonly syncDaemons: readonly { readonly role: string; readonly interface: string }[];
}

export function findInterface(facts: Facts, name: string | undefined): InterfaceFacts | undefined {
  return facts.interfaces.find((known) => known.name === name);
}

/** Interfaces that have one of the addresses. */
export function holders(facts: Facts, address: string): InterfaceFacts[] {
  return facts.interfaces.filter(({ addresses }) => addresses.includes(address));
}

export function isAttached({ xdp }: InterfaceFacts): boolean {
  return xdp === 'native' || xdp === 'generic';
}
