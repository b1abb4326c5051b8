// SPDX-License-Identifier: Apache-2.0
/** The other end of a veth: here, or in a namespace that has a name. */
import type { Peer } from '../facts.js';
import { askIp } from './command.js';
import type { Link } from './links.js';
import { askLinks, askOffloads } from './links.js';

/** The kernel numbers the namespaces it mentions; `ip netns` knows their names. */
async function namespaceOf(nsid: number): Promise<string | undefined> {
  const named = await askIp<{ nsid: number; name?: string }>('netns', 'list-id');
  return named.find((one) => one.nsid === nsid)?.name;
}

async function describe(link: Link | undefined, namespace: string | undefined): Promise<Peer | undefined> {
  if (!link) return undefined;
  const offloads = await askOffloads(link.ifname, namespace);
  return { name: link.ifname, namespace, offloads, hasXdp: (link.xdp?.mode ?? 0) !== 0 };
}

export async function findPeer(link: Link, here: readonly Link[]): Promise<Peer | undefined> {
  if (link.linkinfo?.info_kind !== 'veth') return undefined;
  if (link.link_netnsid === undefined)
    return describe(
      here.find(({ ifname }) => ifname === link.link),
      undefined,
    );
  const namespace = await namespaceOf(link.link_netnsid);
  if (namespace === undefined) return undefined;
  const there = await askLinks(namespace);
  return describe(
    there.find(({ ifindex }) => ifindex === link.link_index),
    namespace,
  );
}
