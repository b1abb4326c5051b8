// SPDX-License-Identifier: Apache-2.0
/** What `ip -j -d addr` says of this namespace's interfaces. */
import { execFileSync } from 'node:child_process';

export interface LinkAddress {
  readonly family: string;
  readonly local: string;
  readonly scope: string;
  readonly secondary?: boolean;
  readonly temporary?: boolean;
  readonly tentative?: boolean;
  readonly deprecated?: boolean;
}

export interface Link {
  readonly ifindex: number;
  readonly ifname: string;
  /** The lower device of a VLAN, the other end of a veth; absent when that is in another namespace. */
  readonly link?: string;
  readonly link_type: string;
  /** Such as UP. */
  readonly flags?: readonly string[];
  readonly mtu: number;
  readonly address?: string;
  readonly addr_info?: readonly LinkAddress[];
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: { readonly protocol?: string; readonly id?: number };
  };
}

export function readLinks(): Link[] {
  const printed = execFileSync('ip', ['-j', '-d', 'addr'], { encoding: 'utf8', maxBuffer: 256 << 20 });
  return (JSON.parse(printed) as Partial<Link>[]).filter((link): link is Link => link.ifindex !== undefined);
}

export function kindOf(link: Link): string | undefined {
  return link.linkinfo?.info_kind;
}

export function lowerOf(link: Link, links: readonly Link[]): Link | undefined {
  return link.link === undefined ? undefined : links.find((other) => other.ifname === link.link);
}

/** The address that the kernel takes as source first; undefined: none of the family. */
export function primaryAddress(link: Link, family: 'inet' | 'inet6'): string | undefined {
  return link.addr_info?.find(
    (address) =>
      address.family === family &&
      address.scope === 'global' &&
      !address.secondary &&
      !address.temporary &&
      !address.tentative &&
      !address.deprecated,
  )?.local;
}
