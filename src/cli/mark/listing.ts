// SPDX-License-Identifier: Apache-2.0
/** How rules are shown. */
import type { Marked } from '../../image/index.js';
import type { MarkRule } from '../../model/types.js';
import { json } from '../show/json.js';
import type { Column } from '../show/table.js';
import { table } from '../show/table.js';
import { networkText, ruleWords } from './words.js';

export interface MarkRow extends Marked {
  readonly rule: MarkRule;
  /** From 1. */
  readonly place: number;
}

const COLUMNS: readonly Column<MarkRow>[] = [
  { title: 'NUM', value: ({ place }) => String(place), right: true },
  { title: 'PACKETS', value: ({ packets }) => String(packets), right: true, rank: 2 },
  { title: 'BYTES', value: ({ bytes }) => String(bytes), right: true, rank: 1 },
  { title: 'RULE', value: ({ rule }) => ruleWords(rule).join(' ') },
];

export function marksTable(rows: readonly MarkRow[], width: number | undefined): string[] {
  return table(COLUMNS, rows, width);
}

export function marksJson(rows: readonly MarkRow[]): string {
  return json(rows.map(rowJson), 2);
}

function rowJson({ rule, place, packets, bytes }: MarkRow) {
  const { family, source, destination, protocol, sourcePorts, destinationPorts, value, mask } = rule;
  return {
    number: place,
    packets,
    bytes,
    family,
    source: source && { network: networkText(source.wanted), isInverted: source.isInverted },
    destination: destination && { network: networkText(destination.wanted), isInverted: destination.isInverted },
    protocol: protocol && { number: protocol.wanted, isInverted: protocol.isInverted },
    interface: rule.interface && { name: rule.interface.wanted.name, isInverted: rule.interface.isInverted },
    sourcePorts: sourcePorts && { ranges: sourcePorts.wanted, isInverted: sourcePorts.isInverted },
    destinationPorts: destinationPorts && { ranges: destinationPorts.wanted, isInverted: destinationPorts.isInverted },
    value,
    mask,
    rule: ruleWords(rule).join(' '),
  };
}

/** As `iptables-save` writes them, and `xdpvs apply` takes them. */
export function markLine(rule: MarkRule): string {
  return ['-t mangle -A PREROUTING', ...ruleWords(rule)].join(' ');
}
