// SPDX-License-Identifier: Apache-2.0
/** What `xdpvs servers` shows. */
import { serviceId } from '../../model/service_id.js';
import { json } from './json.js';
import type { ServerRow } from './rows.js';
import type { Column } from './table.js';
import { table } from './table.js';
import { TRAFFIC_COLUMNS, measuredJson } from './traffic_columns.js';
import { endpointWord, keyJson, methodWord, serverJson } from './words.js';

export const SERVER_COLUMNS: readonly Column<ServerRow>[] = [
  { title: 'SERVICE', value: ({ service }) => serviceId(service.key), least: 26, cut: 'middle' },
  { title: 'REAL SERVER', value: ({ server }) => endpointWord(server), least: 26, cut: 'middle' },
  { title: 'BY', value: ({ server }) => methodWord(server), rank: 8 },
  { title: 'WEIGHT', value: ({ server }) => (server.weight === 0 ? 'quiesced' : String(server.weight)), right: true },
  ...TRAFFIC_COLUMNS,
];

export function serversTable(rows: readonly ServerRow[], width: number | undefined): string[] {
  return table(SERVER_COLUMNS, rows, width);
}

export function serversJson(rows: readonly ServerRow[]): string {
  return json(
    rows.map((row) => ({ of: keyJson(row.service.key), ...serverRowJson(row) })),
    2,
  );
}

export function serverRowJson(row: ServerRow) {
  return { ...serverJson(row.server), ...measuredJson(row) };
}
