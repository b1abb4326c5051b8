// SPDX-License-Identifier: Apache-2.0
/** The labels by which a virtual service and a real server are told apart. An empty value is no label to Prometheus. */
import { formatAddress } from '../model/address.js';
import type { RealServer, ServiceKey, VirtualService } from '../model/types.js';
import type { Labels } from './families/family.js';

export const SERVICE_LABELS = ['family', 'protocol', 'virtual_address', 'virtual_port', 'mark'] as const;
export const REAL_SERVER_LABELS = [...SERVICE_LABELS, 'real_address', 'real_port'] as const;

export function serviceLabels({ key }: VirtualService): Labels {
  return { family: `ipv${familyOf(key)}`, ...identityOf(key) };
}

function familyOf(key: ServiceKey): number {
  return key.kind === 'mark' ? key.family : key.address.family;
}

function identityOf(key: ServiceKey): Labels {
  if (key.kind === 'mark') return { protocol: '', virtual_address: '', virtual_port: '', mark: String(key.mark) };
  return {
    protocol: key.protocol,
    virtual_address: formatAddress(key.address),
    virtual_port: String(key.port),
    mark: '',
  };
}

export function realServerLabels({ address, port }: RealServer): Labels {
  return { real_address: formatAddress(address), real_port: String(port) };
}
