// SPDX-License-Identifier: Apache-2.0
/** A rule in the words that iptables has for it. */
import { formatAddress } from '../../model/address.js';
import type { MarkRule, Match, Network, PortRange } from '../../model/types.js';

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };
export const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { all: 0, tcp: 6, udp: 17, sctp: 132 };

const WHOLE_MASK = 0xffffffff;

/** What `readRule` reads the same rule from. */
export function ruleWords(rule: MarkRule): string[] {
  const { family, source, destination, protocol, sourcePorts, destinationPorts } = rule;
  return [
    ...(family !== undefined && !source && !destination ? [`-${family}`] : []),
    ...words('-s', source, networkText),
    ...words('-d', destination, networkText),
    ...words('-i', rule.interface, ({ name }) => name),
    ...words('-p', protocol, (number) => PROTOCOLS[number] ?? String(number)),
    ...portWords('sport', sourcePorts),
    ...portWords('dport', destinationPorts),
    '-j',
    'MARK',
    ...markWords(rule),
  ];
}

function words<Wanted>(
  option: string,
  match: Match<Wanted> | undefined,
  text: (wanted: Wanted) => string,
): readonly string[] {
  if (!match) return [];
  return [...(match.isInverted ? ['!'] : []), option, text(match.wanted)];
}

export function networkText({ address, length }: Network): string {
  const text = formatAddress(address);
  return length === address.bytes.length * 8 ? text : `${text}/${length}`;
}

function portWords(option: string, match: Match<readonly PortRange[]> | undefined): readonly string[] {
  if (!match) return [];
  if (match.wanted.length === 1) return words(`--${option}`, match, portsText);
  return ['-m', 'multiport', ...words(`--${option}s`, match, portsText)];
}

export function portsText(ranges: readonly PortRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}:${last}`)).join(',');
}

function markWords({ value, mask }: Pick<MarkRule, 'value' | 'mask'>): readonly string[] {
  return mask === WHOLE_MASK ? ['--set-mark', String(value)] : ['--set-xmark', `${hex(value)}/${hex(mask)}`];
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
