// SPDX-License-Identifier: Apache-2.0
import type { ForwardingMethod, RealServer, ServiceKey, Tunnel } from '../../model/types.js';
import type { Load, ServerObservation } from './backend.js';
import type { View } from './command.js';
import { countColumns, countText, rateColumns } from './count_columns.js';
import { endpointText, protocolOf } from './name_text.js';
import type { WrittenNames } from './name_text.js';
import { NAME_WIDTH } from './service_row.js';

const METHOD: Readonly<Record<ForwardingMethod, string>> = {
  masquerade: 'Masq',
  'direct-route': 'Route',
  tunnel: 'Tunnel',
};
const CHECKSUM: Readonly<Record<Tunnel['checksum'], string>> = { none: '-c', outer: '+c', remote: 'r+c' };

export function serverRow(
  key: ServiceKey,
  server: RealServer,
  observed: ServerObservation,
  view: View,
  names: WrittenNames,
): string {
  const name = endpointText(server, protocolOf(key), names);
  const cut = server.address.family === 4 ? name.slice(0, NAME_WIDTH) : name;
  return `  -> ${cut.padEnd(NAME_WIDTH)}${columnsOf(server, observed, view)}\n`;
}

function columnsOf(server: RealServer, observed: ServerObservation, { columns, exact }: View): string {
  const { load } = observed;
  switch (columns) {
    case 'stats':
      return countColumns(observed.counts, countText(exact));
    case 'rate':
      return rateColumns(observed.rates, true, countText(exact));
    case 'thresholds':
      return left([server.upperThreshold, 10], [server.lowerThreshold, 10]) + loadColumns(load);
    case 'persistent-conn':
      return left([server.weight, 9], [load.persistent, 11]) + loadColumns(load);
    case 'tun-info':
      return left([METHOD[server.method], 7], [tunnelText(server), 13], [server.weight, 6]) + loadColumns(load);
    case 'plain':
      return left([METHOD[server.method], 7], [server.weight, 6]) + loadColumns(load);
  }
}

function loadColumns({ active, inactive }: Load): string {
  return left([active, 10], [inactive, 10]);
}

/** Columns to the left, each after a space. */
function left(...columns: readonly [value: string | number, width: number][]): string {
  let text = '';
  for (const [value, width] of columns) text += ` ${String(value).padEnd(width)}`;
  return text;
}

function tunnelText({ method, tunnel }: RealServer): string {
  if (method !== 'tunnel') return 'n/a';
  switch (tunnel.type) {
    case 'ipip':
      return 'ipip';
    case 'gue':
      return `gue:${tunnel.port}:${CHECKSUM[tunnel.checksum]}`;
    case 'gre':
      return `gre:${CHECKSUM[tunnel.checksum]}`;
  }
}
