// SPDX-License-Identifier: Apache-2.0
/** What `xdpvs services` shows. */
import type { ServiceReading } from '../../director/observations.js';
import { serviceId } from '../../model/service_id.js';
import type { VirtualService } from '../../model/types.js';
import { json } from './json.js';
import type { ServiceRow } from './rows.js';
import { serverRows, serviceRow } from './rows.js';
import { serverRowJson } from './servers.js';
import type { Column } from './table.js';
import { table } from './table.js';
import { TRAFFIC_COLUMNS, measuredJson } from './traffic_columns.js';
import { flagNames, serviceJson } from './words.js';

export const SERVICE_COLUMNS: readonly Column<ServiceRow>[] = [
  { title: 'SERVICE', value: ({ service }) => serviceId(service.key), least: 26, cut: 'middle' },
  { title: 'SCHEDULER', value: ({ service }) => schedulerWord(service), rank: 8, least: 9 },
  { title: 'SERVERS', value: ({ service }) => usableOfAll(service), right: true, rank: 9 },
  ...TRAFFIC_COLUMNS,
];

export function servicesTable(services: readonly ServiceReading[], width: number | undefined): string[] {
  return table(SERVICE_COLUMNS, services.map(serviceRow), width);
}

export function servicesJson(services: readonly ServiceReading[]): string {
  return json(services.map(withServers), 2);
}

function withServers(one: ServiceReading) {
  const row = serviceRow(one);
  return { ...serviceJson(row.service), ...measuredJson(row), servers: serverRows(one).map(serverRowJson) };
}

function schedulerWord(service: VirtualService): string {
  const words = [service.scheduler as string];
  const flags = flagNames(service);
  if (flags.length > 0) words.push(`(${flags.join(',')})`);
  if (service.persistence) words.push(`persistent ${service.persistence.timeoutS}`);
  if (service.onePacket) words.push('ops');
  return words.join(' ');
}

/** A quiesced real server gets no new connections. */
function usableOfAll({ realServers }: VirtualService): string {
  return `${realServers.filter(({ weight }) => weight > 0).length}/${realServers.length}`;
}
