// SPDX-License-Identifier: Apache-2.0
/** Listings of services and their real servers. Rows end in spaces where ipvsadm's do. */
import { NoSuchService } from '../../model/errors.js';
import type { RealServer, ServiceKey, State, VirtualService } from '../../model/types.js';
import { serviceId } from '../../model/service_id.js';
import type { Backend, Observed } from './backend.js';
import type { View } from './command.js';
import type { Io } from './io.js';
import { addressesOf } from './name_text.js';
import type { WrittenNames } from './name_text.js';
import { kernelOrder } from './kernel_order.js';
import { heading } from './list_heading.js';
import { serverRow } from './server_row.js';
import { serviceRow } from './service_row.js';
import { sortServers, sortServices } from './sort.js';

/** The size is IPVS's default of its connection table, which scripts have always read here. */
const TITLE = 'IP Virtual Server version 1.2.1 (size=4096)\n';

export interface ServiceList {
  /** undefined: all. */
  readonly key: ServiceKey | undefined;
  readonly view: View;
  readonly sorted: boolean;
}

/** Throws NoSuchService. */
export function listServices({ key, view, sorted }: ServiceList, backend: Backend, io: Io): void {
  const observed = backend.observe(showsCounts(view) ? 'counts' : 'load');
  const services = chosenServices(observed.state, key, sorted);
  const names = view.numeric ? undefined : io.names;
  names?.prepare(addressesOf(services));

  const rows = services.map((service) => rowsOf(service, sorted, observed, view, names));
  io.out([key ? '' : TITLE, heading(view.columns), ...rows].join(''));
}

export function chosenServices(state: State, key: ServiceKey | undefined, sorted: boolean): readonly VirtualService[] {
  if (!key) {
    const services = kernelOrder(state.services.values());
    return sorted ? sortServices(services) : services;
  }
  const service = state.services.get(serviceId(key));
  if (!service) throw new NoSuchService();
  return [service];
}

export function orderedServers(service: VirtualService, sorted: boolean): readonly RealServer[] {
  return sorted ? sortServers(service.realServers) : service.realServers;
}

function showsCounts({ columns }: View): boolean {
  return columns === 'stats' || columns === 'rate';
}

function rowsOf(service: VirtualService, sorted: boolean, observed: Observed, view: View, names: WrittenNames): string {
  const { key } = service;
  const servers = orderedServers(service, sorted).map((server) =>
    serverRow(key, server, observed.realServer(server), view, names),
  );
  return serviceRow(service, observed.service(service), view, names) + servers.join('');
}
