// SPDX-License-Identifier: Apache-2.0
/** struct interface of each of this namespace's Ethernet interfaces, as transmitting needs it. */
import type { Interface } from '../abi/generated.js';
import { INTERFACE_CUTS, INTERFACE_SENDS, INTERFACE_SERVICE_TAG, INTERFACE_TRANSMITS_BACK } from '../abi/generated.js';
import { ipv4Bytes, ipv6Bytes, macBytes } from './address_bytes.js';
import type { Link } from './links.js';
import { kindOf, lowerOf, primaryAddress } from './links.js';

/** What links do not say of themselves. */
export interface Abilities {
  readonly transmitsBack: (link: Link) => boolean;
  /** The program cut_oversize stands behind ours. */
  readonly cuts: (link: Link) => boolean;
  /** The program send_fragments does. */
  readonly sends: (link: Link) => boolean;
}

/** By ifindex of the interface itself; its value names the device to transmit on. */
export function interfaceValues(links: readonly Link[], abilities: Abilities): Map<number, Interface> {
  const ethernet = links.filter((link) => link.link_type === 'ether' && link.address !== undefined);
  return new Map(ethernet.map((link) => [link.ifindex, interfaceValue(link, links, abilities)]));
}

function interfaceValue(link: Link, links: readonly Link[], { transmitsBack, cuts, sends }: Abilities): Interface {
  const { device, tags, isServiceTag } = throughVlans(link, links);
  const [outerVlan = 0, innerVlan = 0] = tags;
  const ipv4 = primaryAddress(link, 'inet');
  const ipv6 = primaryAddress(link, 'inet6');
  return {
    ifindex: device.ifindex,
    mac: macBytes(link.address ?? ''),
    mtu: Math.min(link.mtu, 0xffff),
    outerVlan,
    innerVlan,
    flags:
      (transmitsBack(device) ? INTERFACE_TRANSMITS_BACK : 0) |
      (isServiceTag ? INTERFACE_SERVICE_TAG : 0) |
      (cuts(link) ? INTERFACE_CUTS : 0) |
      (sends(link) ? INTERFACE_SENDS : 0),
    ipv4: ipv4 === undefined ? new Uint8Array(4) : ipv4Bytes(ipv4),
    ipv6: ipv6 === undefined ? new Uint8Array(16) : ipv6Bytes(ipv6),
  };
}

/** Down to the device that carries the frames, with the tags it carries them under, outermost first. */
function throughVlans(link: Link, links: readonly Link[]): { device: Link; tags: number[]; isServiceTag: boolean } {
  const lower = kindOf(link) === 'vlan' ? lowerOf(link, links) : undefined;
  if (!lower) return { device: link, tags: [], isServiceTag: false };
  const { protocol, id = 0 } = link.linkinfo?.info_data ?? {};
  const { device, tags, isServiceTag } = throughVlans(lower, links);
  return { device, tags: [...tags, id], isServiceTag: isServiceTag || (tags.length === 0 && protocol === '802.1ad') };
}
