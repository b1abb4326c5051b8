// SPDX-License-Identifier: Apache-2.0
import type { Persistence, ServiceKey, VirtualService } from '../../model/types.js';
import type { ServiceObservation } from './backend.js';
import type { View } from './command.js';
import { countColumns, countText, rateColumns } from './count_columns.js';
import { maskText } from './mask.js';
import { endpointText, markText } from './name_text.js';
import type { WrittenNames } from './name_text.js';
import { formatSchedulerFlags } from './scheduler_flags.js';

/** Wider names of IPv4 services are cut, of IPv6 services they push the columns aside. */
export const NAME_WIDTH = 28;

export function serviceRow(
  service: VirtualService,
  observed: ServiceObservation,
  { columns, exact }: View,
  names: WrittenNames,
): string {
  const name = nameColumn(service.key, names);
  const text = countText(exact);
  if (columns === 'stats') return `${name.padEnd(5 + NAME_WIDTH)}${countColumns(observed.counts, text)}\n`;
  if (columns === 'rate') return `${name.padEnd(5 + NAME_WIDTH)}${rateColumns(observed.rates, false, text)}\n`;
  return `${[name, service.scheduler, ...flagWords(service)].join(' ')}\n`;
}

function nameColumn(key: ServiceKey, names: WrittenNames): string {
  if (key.kind === 'mark') return `FWM  ${markText(key.mark)}${key.family === 6 ? ' IPv6' : ''}`;
  const name = endpointText(key, key.protocol, names);
  return `${key.protocol.toUpperCase().padEnd(4)} ${key.address.family === 4 ? name.slice(0, NAME_WIDTH) : name}`;
}

function flagWords({
  key,
  scheduler,
  schedulerFlags,
  persistence,
  persistenceEngine,
  onePacket,
}: VirtualService): string[] {
  const flags = formatSchedulerFlags(schedulerFlags, scheduler);
  return [
    flags === undefined ? [] : [`(${flags})`],
    persistence ? persistenceWords(key, persistence, persistenceEngine) : [],
    onePacket ? ['ops'] : [],
  ].flat();
}

function persistenceWords(key: ServiceKey, persistence: Persistence, engine: string | undefined): string[] {
  const mask = maskText(key, persistence);
  return [
    ['persistent', String(persistence.timeoutS)],
    mask === undefined ? [] : ['mask', mask],
    engine === undefined ? [] : ['pe', engine],
  ].flat();
}
