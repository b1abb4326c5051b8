// SPDX-License-Identifier: Apache-2.0
/** Rules that mark packets, between the model and struct mark_rule. */
import * as abi from '../abi/generated.js';
import { markRuleCodec } from '../abi/generated.js';
import type { MarkRule as Fields, PortRange as Range } from '../abi/generated.js';
import type { Address, Family, MarkRule, Match, Network, PortRange } from '../model/types.js';
import { addressBytes, addressOf } from './addresses.js';
import type { Draft } from './draft.js';
import { ImageInconsistent } from './errors.js';
import { isSameBytes } from './image.js';
import type { Image } from './image.js';
import { interfaceBytes, interfaceName } from './interface_names.js';
import type { Segment } from './segments.js';
import { rulesInForce } from './settings.js';
import type { Marked, Snapshot } from './snapshot.js';

type Content = Omit<Fields, 'number' | 'zeroedPackets' | 'zeroedBytes'>;

/** As they stand in an image, in the order in which packets meet them. */
export function markRulesIn(image: Image): Fields[] {
  const { first, count } = rulesInForce(image.settings);
  return Array.from({ length: count }, (_, index) => {
    const bytes = image.arrays.mark_rules.get(first + index);
    if (!bytes) throw new ImageInconsistent(`rule ${first + index} is missing`);
    return markRuleCodec.decode(bytes);
  });
}

/** What each has matched since it was added or zeroed. */
export function markedBy(snapshot: Snapshot): Marked[] {
  return markRulesIn(snapshot.image).map((fields) => {
    const { packets, bytes } = snapshot.marked(fields.number);
    return {
      packets: BigInt.asUintN(64, packets - fields.zeroedPackets),
      bytes: BigInt.asUintN(64, bytes - fields.zeroedBytes),
    };
  });
}

/**
 * Puts the rules into the draft, beside those that are in force unless they are the same; the settings' one write then lets
 * packets meet all of them at once. A rule that stays keeps its number, and its counts with it. Throws RangeError.
 */
export function placeRules(draft: Draft, rules: readonly MarkRule[], snapshot: Snapshot): Segment {
  if (rules.length > abi.MARK_RULES_MAX) throw new RangeError(`no more than ${abi.MARK_RULES_MAX} rules have room`);
  const { image } = snapshot;
  const before = markRulesIn(image);
  const stands = rulesInForce(image.settings);
  const wanted = rules.map((rule) => markRuleCodec.encode({ ...contentOf(rule), ...UNNUMBERED }));
  const contents = before.map((fields) => markRuleCodec.encode({ ...fields, ...UNNUMBERED }));
  if (wanted.length === contents.length && wanted.every((bytes, index) => isSameBytes(bytes, contents[index]!))) {
    return stands;
  }
  const number = numberer(before, contents, snapshot);
  const first = stands.first === 0 ? abi.MARK_RULES_MAX : 0;
  draft.arrays.mark_rules.clear();
  wanted.forEach((bytes, index) => {
    const fields = { ...markRuleCodec.decode(bytes), ...number(bytes) };
    draft.arrays.mark_rules.set(first + index, markRuleCodec.encode(fields));
  });
  return { first, count: wanted.length };
}

const UNNUMBERED = { number: 0, zeroedPackets: 0n, zeroedBytes: 0n };

/** The number of a rule that was there, each once; else one that no rule has, with what others counted under it taken off. */
function numberer(before: readonly Fields[], contents: readonly Uint8Array[], snapshot: Snapshot) {
  const left = before.map((fields, index) => ({ fields, content: contents[index]! }));
  const taken = new Set(before.map((fields) => fields.number));
  return (bytes: Uint8Array): typeof UNNUMBERED => {
    const found = left.findIndex(({ content }) => isSameBytes(content, bytes));
    if (found >= 0) {
      const [{ fields }] = left.splice(found, 1) as [(typeof left)[number]];
      const { number, zeroedPackets, zeroedBytes } = fields;
      return { number, zeroedPackets, zeroedBytes };
    }
    let number = 1;
    while (taken.has(number)) number++;
    taken.add(number);
    const { packets, bytes: length } = snapshot.marked(number);
    return { number, zeroedPackets: packets, zeroedBytes: length };
  };
}

/** The image in which the counts of one rule (by its place, from 0), or of all, are 0. */
export function zeroMarks(draft: Draft, snapshot: Snapshot, place?: number): void {
  const { first } = rulesInForce(snapshot.image.settings);
  markRulesIn(snapshot.image).forEach((fields, index) => {
    if (place !== undefined && place !== index) return;
    const { packets, bytes } = snapshot.marked(fields.number);
    const zeroed = { ...fields, zeroedPackets: packets, zeroedBytes: bytes };
    draft.arrays.mark_rules.set(first + index, markRuleCodec.encode(zeroed));
  });
}

function contentOf(rule: MarkRule): Content {
  const { family, source, destination, protocol, sourcePorts, destinationPorts, value, mask } = rule;
  return {
    source: networkBytes(source),
    sourceMask: maskBytes(source),
    destination: networkBytes(destination),
    destinationMask: maskBytes(destination),
    value,
    mask,
    ifindex: rule.interface?.wanted.index ?? 0,
    protocol: protocol?.wanted ?? 0,
    family: family ?? abi.Family.FAMILY_NONE,
    flags: flagsOf(rule),
    sourcePortCount: sourcePorts?.wanted.length ?? 0,
    destinationPortCount: destinationPorts?.wanted.length ?? 0,
    sourcePorts: padded(sourcePorts?.wanted ?? []),
    destinationPorts: padded(destinationPorts?.wanted ?? []),
    interface: interfaceBytes(rule.interface?.wanted.name ?? ''),
  };
}

export function ruleOf(fields: Fields): MarkRule {
  const { family, protocol, flags, value, mask, ifindex } = fields;
  const isInverted = (bit: number) => (flags & bit) !== 0;
  const name = interfaceName(fields.interface);
  return {
    family: family === abi.Family.FAMILY_NONE ? undefined : (family as number as Family),
    source: networkOf(fields.source, fields.sourceMask, family, isInverted(abi.MARK_NOT_SOURCE)),
    destination: networkOf(fields.destination, fields.destinationMask, family, isInverted(abi.MARK_NOT_DESTINATION)),
    protocol: protocol === 0 ? undefined : { wanted: protocol, isInverted: isInverted(abi.MARK_NOT_PROTOCOL) },
    interface:
      name === '' ? undefined : { wanted: { name, index: ifindex }, isInverted: isInverted(abi.MARK_NOT_INTERFACE) },
    sourcePorts: portsOf(fields.sourcePorts, fields.sourcePortCount, isInverted(abi.MARK_NOT_SOURCE_PORTS)),
    destinationPorts: portsOf(
      fields.destinationPorts,
      fields.destinationPortCount,
      isInverted(abi.MARK_NOT_DESTINATION_PORTS),
    ),
    value,
    mask,
  };
}

function flagsOf(rule: MarkRule): number {
  const bits = [
    [rule.source, abi.MARK_NOT_SOURCE],
    [rule.destination, abi.MARK_NOT_DESTINATION],
    [rule.protocol, abi.MARK_NOT_PROTOCOL],
    [rule.interface, abi.MARK_NOT_INTERFACE],
    [rule.sourcePorts, abi.MARK_NOT_SOURCE_PORTS],
    [rule.destinationPorts, abi.MARK_NOT_DESTINATION_PORTS],
  ] as const;
  return bits.reduce((flags, [match, bit]) => (match?.isInverted ? flags | bit : flags), 0);
}

function networkBytes(match: Match<Network> | undefined): Uint8Array {
  return match ? addressBytes(match.wanted.address) : new Uint8Array(abi.ADDRESS_SIZE);
}

function maskBytes(match: Match<Network> | undefined): Uint8Array {
  const length = match?.wanted.length ?? 0;
  return Uint8Array.from({ length: abi.ADDRESS_SIZE }, (_, index) => {
    const bits = Math.min(8, Math.max(0, length - 8 * index));
    return (0xff << (8 - bits)) & 0xff;
  });
}

/** A network of no bits is written as none, but for one that is inverted: that matches nothing. */
function networkOf(
  bytes: Uint8Array,
  mask: Uint8Array,
  family: abi.Family,
  isInverted: boolean,
): Match<Network> | undefined {
  const length = mask.reduce((sum, byte) => sum + bitsIn(byte), 0);
  if (length === 0 && !isInverted) return undefined;
  const address: Address = addressOf(bytes, family);
  return { wanted: { address, length }, isInverted };
}

function bitsIn(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}

function padded(ranges: readonly PortRange[]): Range[] {
  return Array.from({ length: abi.MARK_PORTS_MAX }, (_, index) => ranges[index] ?? { first: 0, last: 0 });
}

function portsOf(
  ranges: readonly Range[],
  count: number,
  isInverted: boolean,
): Match<readonly PortRange[]> | undefined {
  return count === 0 ? undefined : { wanted: ranges.slice(0, count), isInverted };
}
