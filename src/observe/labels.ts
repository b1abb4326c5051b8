// SPDX-License-Identifier: Apache-2.0
/** Labels, and those by which a virtual service and a real server are told apart. An empty value is no label to Prometheus. */
import { formatAddress } from '../model/address.js';
import type { RealServer, ServiceKey, VirtualService } from '../model/types.js';
import type { Labels } from './families/family.js';

export const SERVICE_LABELS = ['family', 'protocol', 'virtual_address', 'virtual_port', 'mark'] as const;
export const REAL_SERVER_LABELS = [...SERVICE_LABELS, 'real_address', 'real_port'] as const;

/** In the order in which they stand there. */
export function written(labels: Readonly<Record<string, string>>): Labels {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(value: string): string {
  if (!/[\\\n"]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

export function serviceLabels({ key }: VirtualService): Labels {
  return written({ family: `ipv${familyOf(key)}`, ...identityOf(key) });
}

function familyOf(key: ServiceKey): number {
  return key.kind === 'mark' ? key.family : key.address.family;
}

function identityOf(key: ServiceKey): Readonly<Record<string, string>> {
  if (key.kind === 'mark') return { protocol: '', virtual_address: '', virtual_port: '', mark: String(key.mark) };
  return {
    protocol: key.protocol,
    virtual_address: formatAddress(key.address),
    virtual_port: String(key.port),
    mark: '',
  };
}

/** `of`: its service's. */
export function realServerLabels({ address, port }: RealServer, of: Labels): Labels {
  return `${of},real_address="${formatAddress(address)}",real_port="${port}"`;
}

export const FORWARDING_LABELS = ['forwarding_method', 'tunnel_type'] as const;

export function forwardingLabels({ method, tunnel }: RealServer): Labels {
  return `forwarding_method="${method}",tunnel_type="${method === 'tunnel' ? tunnel.type : ''}"`;
}

/** The node exporter's labels of a real server, which it calls a backend. */
export const BACKEND_LABELS = [
  'local_address',
  'local_mark',
  'local_port',
  'proto',
  'remote_address',
  'remote_port',
] as const;

export function backendLabels(of: ServiceKey, { address, port }: RealServer): Labels {
  return `${written(localIdentity(of))},remote_address="${formatAddress(address)}",remote_port="${port}"`;
}

function localIdentity(key: ServiceKey): Readonly<Record<string, string>> {
  if (key.kind === 'mark') {
    const mark = key.mark.toString(16).toUpperCase().padStart(8, '0');
    return { local_address: '', local_mark: mark, local_port: '0', proto: 'FWM' };
  }
  const { address, port, protocol } = key;
  return {
    local_address: formatAddress(address),
    local_mark: '',
    local_port: String(port),
    proto: protocol.toUpperCase(),
  };
}
