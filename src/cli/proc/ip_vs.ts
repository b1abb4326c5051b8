// SPDX-License-Identifier: Apache-2.0
/** /proc/net/ip_vs, as ip_vs_info_seq_show of net/netfilter/ipvs/ip_vs_ctl.c prints it. */
import type { Endpoint } from '../../model/requests.js';
import type { ForwardingMethod, Persistence, ServiceKey, VirtualService } from '../../model/types.js';
import type { ObservedRealServer, ObservedService } from '../../observe/source.js';
import { kernelOrder } from '../ipvsadm/kernel_order.js';
import { hex32, hexAddress, hexPort } from './address_text.js';

/** The size is IPVS's default of its connection table, which readers have always found here. */
const HEADING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`;

const METHOD: Readonly<Record<ForwardingMethod, string>> = {
  masquerade: 'Masq',
  'direct-route': 'Route',
  tunnel: 'Tunnel',
};

/** `services` in the order in which they were added. */
export function ipVs(services: Iterable<ObservedService>): string {
  const observed = new Map(Array.from(services, (one) => [one.service, one]));
  const ordered = kernelOrder(observed.keys()).map((service) => observed.get(service));
  return HEADING + ordered.map((one) => (one ? rows(one) : '')).join('');
}

function rows({ service, realServers }: ObservedService): string {
  return serviceRow(service) + realServers.map(serverRow).join('');
}

/** The spaces at the ends are the kernel's; of an IPv6 service it does not tell one-packet scheduling. */
function serviceRow({ key, scheduler, onePacket, persistence }: VirtualService): string {
  const ops = onePacket ? 'ops ' : '';
  const tail = persistence ? persistenceWords(key, persistence) : '';
  if (key.kind === 'mark') return `FWM  ${hex32(key.mark)} ${scheduler} ${ops}${tail}\n`;
  const name = `${key.protocol.toUpperCase()}  ${endpoint(key)}`;
  return key.address.family === 6 ? `${name} ${scheduler} ${tail}\n` : `${name} ${scheduler} ${ops} ${tail}\n`;
}

/** The kernel takes an IPv6 service's prefix length for a netmask too, and turns its bytes round. */
function persistenceWords(key: ServiceKey, { timeoutS, mask }: Persistence): string {
  const family = key.kind === 'mark' ? key.family : key.address.family;
  return `persistent ${timeoutS} ${hex32(family === 6 ? mask << 24 : mask)}`;
}

function serverRow({ realServer, load }: ObservedRealServer): string {
  const method = METHOD[realServer.method].padEnd(7);
  const [weight, active, inactive] = [realServer.weight, load.active, load.inactive].map(String) as [
    string,
    string,
    string,
  ];
  return `  -> ${endpoint(realServer)}      ${method} ${weight.padEnd(6)} ${active.padEnd(10)} ${inactive.padEnd(10)}\n`;
}

function endpoint({ address, port }: Endpoint): string {
  const host = hexAddress(address);
  return address.family === 6 ? `[${host}]:${hexPort(port)}` : `${host}:${hexPort(port)}`;
}
