// SPDX-License-Identifier: Apache-2.0
/** Virtual services. */
import { SERVICE_LABELS, written } from '../labels.js';
import { trafficFamilies } from './traffic.js';
import { single, type Family } from './family.js';

export const SERVICES: readonly Family[] = [
  {
    name: 'xdpvs_virtual_services',
    type: 'gauge',
    help: 'Virtual services.',
    labels: [],
    samples: ({ isPinned, services }) => single(isPinned ? services.length : undefined),
  },
  {
    name: 'xdpvs_virtual_service_info',
    type: 'gauge',
    help: 'Scheduler of a virtual service.',
    labels: [...SERVICE_LABELS, 'scheduler'],
    samples: ({ services }) => services.map(({ labels, scheduler }) => [`${labels},${written({ scheduler })}`, 1]),
  },
  ...trafficFamilies('xdpvs_virtual_service', 'a virtual service', SERVICE_LABELS, ({ services }) => services),
];
