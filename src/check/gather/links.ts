// SPDX-License-Identifier: Apache-2.0
/** What `ip -j -d addr` and `ethtool -k` say of an interface. */
import type { InterfaceFacts, Offloads } from '../facts.js';
import { ask, askIp } from './command.js';

export interface Link {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly link_index?: number;
  /** Name of the other end, when it is in the same namespace. */
  readonly link?: string;
  readonly link_netnsid?: number;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly xdp?: { readonly mode: number; readonly prog?: { readonly name?: string } };
  readonly addr_info?: readonly { readonly local?: string }[];
}

/** Commands for another namespace, or this one. */
function within(namespace: string | undefined, ...command: readonly string[]): readonly [string, ...string[]] {
  const [file = '', ...args] = command;
  return namespace === undefined ? [file, ...args] : ['ip', 'netns', 'exec', namespace, file, ...args];
}

export function askLinks(namespace?: string): Promise<Link[]> {
  return askIp<Link>(...(namespace === undefined ? [] : ['-n', namespace]), '-d', 'addr', 'show');
}

/** ethtool prints `generic-receive-offload: on [fixed]`. */
export async function askOffloads(name: string, namespace?: string): Promise<Offloads> {
  const text = await ask(...within(namespace, 'ethtool', '-k', name));
  const find = (feature: string): boolean | undefined => {
    const value = new RegExp(`^\\s*${feature}: (on|off)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : value === 'on';
  };
  return {
    gro: find('generic-receive-offload'),
    lro: find('large-receive-offload'),
    txChecksum: find('tx-checksumming'),
  };
}

const XDP_ATTACHED_GENERIC = 2; // XDP_ATTACHED_SKB in linux/if_link.h

/** Our program's name, as bpf/xdpvs.bpf.c has it. */
const PROGRAM = 'xdpvs';

export function xdpOf({ xdp }: Link): InterfaceFacts['xdp'] {
  if (!xdp || xdp.mode === 0) return 'none';
  if (xdp.prog?.name !== PROGRAM) return 'foreign';
  return xdp.mode === XDP_ATTACHED_GENERIC ? 'generic' : 'native';
}
