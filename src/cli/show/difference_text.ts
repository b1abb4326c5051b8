// SPDX-License-Identifier: Apache-2.0
/** What tells two states apart, in a line each and for programs. */
import type { Difference, Field } from '../../config/difference.js';
import { serviceId } from '../../model/service_id.js';
import type { Persistence, RealServer, SchedulerFlags, Tunnel, VirtualService } from '../../model/types.js';
import { ruleWords } from '../mark/words.js';
import { METHOD_WORD, endpointJson, endpointWord, flagNames, keyJson, methodWord } from './words.js';

export const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** Without the sign, and without what it is a part of. */
export function differenceText(difference: Difference): string {
  const changes = difference.fields.map((field) => fieldText(difference, field)).join(', ');
  switch (difference.of) {
    case 'timeouts':
    case 'settings':
      return `${difference.of}: ${changes}`;
    case 'mark':
      return `mark ${ruleWords(difference.rule).join(' ')}`;
    case 'service': {
      const name = serviceId(difference.service.key);
      return difference.kind === 'changed' ? `${name}: ${changes}` : `${name} ${difference.service.scheduler}`;
    }
    case 'server': {
      const name = endpointWord(difference.server);
      return difference.kind === 'changed' ? `${name}: ${changes}` : `${name} ${serverWords(difference.server)}`;
    }
  }
}

function serverWords(server: RealServer): string {
  return `${methodWord(server)} weight ${server.weight}`;
}

const FIELD_WORD: Readonly<Record<string, string>> = {
  tcpFin: 'tcp-fin',
  schedulerFlags: 'flags',
  onePacket: 'one-packet scheduling',
  persistenceEngine: 'persistence engine',
  upperThreshold: 'upper threshold',
  lowerThreshold: 'lower threshold',
};

function fieldText(difference: Difference, { field, before, after }: Field): string {
  const word = (value: unknown) => valueText(difference, field, value);
  return `${FIELD_WORD[field] ?? field} ${word(before)} -> ${word(after)}`;
}

function valueText(difference: Difference, field: string, value: unknown): string {
  if (value === undefined) return 'none';
  switch (field) {
    case 'method':
      return METHOD_WORD[value as RealServer['method']];
    case 'persistence':
      return `${(value as Persistence).timeoutS} s`;
    case 'schedulerFlags':
      return flagText(value as SchedulerFlags, difference);
    case 'tunnel':
      return tunnelText(value as Tunnel);
    default:
      return value === true ? 'on' : value === false ? 'off' : String(value);
  }
}

function flagText(schedulerFlags: SchedulerFlags, difference: Difference): string {
  const { scheduler } = (difference as { service: VirtualService }).service;
  return flagNames({ scheduler, schedulerFlags }).join(',') || 'none';
}

function tunnelText({ type, port, checksum }: Tunnel): string {
  return [type, port === 0 ? '' : `port ${port}`, checksum === 'none' ? '' : `checksum ${checksum}`]
    .filter((word) => word !== '')
    .join(' ');
}

export function differenceJson({ kind, fields, ...what }: Difference) {
  const changes = fields.length > 0 ? { fields } : {};
  if (what.of === 'timeouts' || what.of === 'settings') return { change: kind, of: what.of, ...changes };
  if (what.of === 'mark') return { change: kind, of: what.of, rule: ruleWords(what.rule).join(' ') };
  const service = keyJson(what.service.key);
  if (what.of === 'service') return { change: kind, of: what.of, ...service, ...changes };
  return { change: kind, of: what.of, in: service, ...endpointJson(what.server), ...changes };
}
