// SPDX-License-Identifier: Apache-2.0
/** A rule as LVS users write it for iptables' mangle table. */
import { parseAddress } from '../../model/address.js';
import type { Family, MarkRule, Match, Network, PortRange } from '../../model/types.js';
import { UsageError } from '../usage_error.js';
import { PROTOCOL_NUMBERS } from './words.js';

/** Throws UsageError where there is no such interface, or none that packets are seen on. */
export type IndexOf = (name: string) => number;

type Draft = { -readonly [Field in keyof MarkRule]?: MarkRule[Field] };

/** Takes words from the front, one by one. */
export class Words {
  #rest: readonly string[];

  constructor(words: readonly string[]) {
    this.#rest = words.flatMap((word) => {
      const [, name, value] = /^(--[a-z-]+)=(.*)$/.exec(word) ?? [];
      return name === undefined || value === undefined ? [word] : [name, value];
    });
  }

  get next(): string | undefined {
    return this.#rest[0];
  }

  take(): string | undefined {
    const [word] = this.#rest;
    this.#rest = this.#rest.slice(1);
    return word;
  }

  value(option: string): string {
    const word = this.take();
    if (word === undefined) throw new UsageError(`${option} needs a value: see \`xdpvs mark --help\``);
    return word;
  }
}

const PORT_PROTOCOLS: readonly number[] = [6, 17, 132];
/** iptables' matches that say nothing by themselves. */
const MATCHES: ReadonlySet<string> = new Set(['multiport', 'tcp', 'udp', 'sctp']);

/** Reads to the last word. Throws UsageError. */
export function readRule(words: Words, indexOf: IndexOf): MarkRule {
  const rule: Draft = {};
  let isInverted = false;
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === '!') {
      if (isInverted) throw new UsageError("'!' stands twice: once turns a match round");
      isInverted = true;
      continue;
    }
    takeOption(rule, word, words, isInverted, indexOf);
    isInverted = false;
  }
  if (isInverted) throw new UsageError("'!' stands at the end: it turns the match after it round");
  return whole(rule);
}

function takeOption(rule: Draft, option: string, words: Words, isInverted: boolean, indexOf: IndexOf): void {
  const match = <Wanted>(wanted: Wanted): Match<Wanted> => ({ wanted, isInverted });
  switch (option) {
    case '-s':
    case '--source':
    case '--src':
      return once(rule, 'source', option, match(network(option, words.value(option))));
    case '-d':
    case '--destination':
    case '--dst':
      return once(rule, 'destination', option, match(network(option, words.value(option))));
    case '-p':
    case '--protocol':
      return once(rule, 'protocol', option, match(protocol(words.value(option))));
    case '-i':
    case '--in-interface':
      return once(rule, 'interface', option, match(device(words.value(option), indexOf)));
    case '--sport':
    case '--source-port':
      return once(rule, 'sourcePorts', option, match([range(option, words.value(option))]));
    case '--dport':
    case '--destination-port':
      return once(rule, 'destinationPorts', option, match([range(option, words.value(option))]));
    case '--sports':
    case '--source-ports':
      return once(rule, 'sourcePorts', option, match(ranges(option, words.value(option))));
    case '--dports':
    case '--destination-ports':
      return once(rule, 'destinationPorts', option, match(ranges(option, words.value(option))));
  }
  if (isInverted) throw new UsageError(`'!' cannot turn ${option} round`);
  takePlain(rule, option, words);
}

function takePlain(rule: Draft, option: string, words: Words): void {
  switch (option) {
    case '-4':
    case '-6':
      return once(rule, 'family', option, option === '-4' ? 4 : 6);
    case '-m':
    case '--match':
      return known('match', words.value(option), MATCHES);
    case '-j':
    case '--jump':
      return known('target', words.value(option), new Set(['MARK']));
    case '--set-mark':
    case '--set-xmark':
    case '--and-mark':
    case '--or-mark':
    case '--xor-mark':
      if (rule.value !== undefined) throw new UsageError(`${option}: a rule sets one mark`);
      Object.assign(rule, MARKS[option](words.value(option), option));
      return;
    default:
      throw new UsageError(`a rule cannot have '${option}' here: see \`xdpvs mark --help\``);
  }
}

function once<Field extends keyof MarkRule>(rule: Draft, field: Field, option: string, value: MarkRule[Field]): void {
  if (rule[field] !== undefined) throw new UsageError(`${option} is given twice: give it once`);
  Object.assign(rule, { [field]: value });
}

function known(what: string, word: string, words: ReadonlySet<string>): void {
  if (!words.has(word)) throw new UsageError(`there is no ${what} '${word}' here: ${[...words].join(', ')}`);
}

function whole(rule: Draft): MarkRule {
  const { value, mask, source, destination, sourcePorts, destinationPorts } = rule;
  if (value === undefined || mask === undefined) throw new UsageError('a rule needs a mark: -j MARK --set-mark NUMBER');
  const family = familyOf([rule.family, source?.wanted.address.family, destination?.wanted.address.family]);
  const protocol = rule.protocol?.wanted === 0 ? undefined : rule.protocol;
  const hasPorts = sourcePorts !== undefined || destinationPorts !== undefined;
  if (hasPorts && !(protocol && !protocol.isInverted && PORT_PROTOCOLS.includes(protocol.wanted)))
    throw new UsageError('ports are those of a protocol: give -p tcp, udp or sctp');
  return {
    family,
    source: meaning(source),
    destination: meaning(destination),
    protocol,
    interface: rule.interface,
    sourcePorts,
    destinationPorts,
    value,
    mask,
  };
}

function familyOf(said: readonly (Family | undefined)[]): Family | undefined {
  const families = new Set(said.filter((family) => family !== undefined));
  if (families.size > 1) throw new UsageError('IPv4 and IPv6 in one rule: make two of it');
  return [...families][0];
}

/** A network of everything says no more than its family. */
function meaning(match: Match<Network> | undefined): Match<Network> | undefined {
  return match && (match.wanted.length > 0 || match.isInverted) ? match : undefined;
}

function network(option: string, text: string): Network {
  const [, host = '', size] = /^([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (!address) throw new UsageError(`${option} takes an address or network such as 192.0.2.0/24, not '${text}'`);
  const whole = address.bytes.length * 8;
  const length = size === undefined ? whole : prefixLength(size, whole);
  if (length === undefined)
    throw new UsageError(`${option}: '/${size}' is neither a length up to ${whole} nor a netmask without gaps`);
  const bytes = address.bytes.map((byte, index) => byte & (0xff << (8 - Math.min(8, Math.max(0, length - 8 * index)))));
  return { address: { ...address, bytes }, length };
}

function prefixLength(text: string, whole: number): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= whole ? Number(text) : undefined;
  const mask = whole === 32 ? parseAddress(text) : undefined;
  if (mask?.family !== 4) return undefined;
  const bits = [...mask.bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

function protocol(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : PROTOCOL_NUMBERS[text.toLowerCase()];
  if (number === undefined || number > 255)
    throw new UsageError(`-p is tcp, udp, sctp, all or a number, not '${text}'`);
  return number;
}

function device(name: string, indexOf: IndexOf): { name: string; index: number } {
  if (name.endsWith('+')) throw new UsageError(`-i ${name}: name one interface; '+' for several is not supported`);
  return { name, index: indexOf(name) };
}

function range(option: string, text: string): PortRange {
  const [, from, colon, to] = /^(\d{0,5})(:?)(\d{0,5})$/.exec(text) ?? [];
  const first = from === '' ? 0 : Number(from);
  const last = colon === '' ? first : to === '' ? 65535 : Number(to);
  if (from === undefined || (from === '' && colon === '') || first > last || last > 65535)
    throw new UsageError(`${option} takes a port or a range such as 8000:8080, not '${text}'`);
  return { first, last };
}

/** As iptables counts: a range takes the room of two. */
const MULTIPORT_MAX = 15;

function ranges(option: string, text: string): PortRange[] {
  const all = text.split(',').map((each) => range(option, each));
  const room = all.reduce((sum, { first, last }) => sum + (first === last ? 1 : 2), 0);
  if (room > MULTIPORT_MAX) throw new UsageError(`${option} has room for ${MULTIPORT_MAX} ports, a range being two`);
  return all;
}

type MarkOption = `--${'set' | 'and' | 'or' | 'xor'}-mark` | '--set-xmark';
type Marking = Pick<MarkRule, 'value' | 'mask'>;
const WHOLE = 0xffffffff;

/** As iptables' MARK target reckons: mark = (mark & ~mask) ^ value. */
const MARKS: Readonly<Record<MarkOption, (text: string, option: string) => Marking>> = {
  '--set-mark': (text, option) => {
    const { value, mask } = valueAndMask(text, option);
    return { value, mask: (value | mask) >>> 0 };
  },
  '--set-xmark': valueAndMask,
  '--and-mark': (text, option) => ({ value: 0, mask: ~number(text, option) >>> 0 }),
  '--or-mark': (text, option) => ({ value: number(text, option), mask: number(text, option) }),
  '--xor-mark': (text, option) => ({ value: number(text, option), mask: 0 }),
};

function valueAndMask(text: string, option: string): Marking {
  const [value = '', mask] = text.split('/');
  return { value: number(value, option), mask: mask === undefined ? WHOLE : number(mask, option) };
}

function number(text: string, option: string): number {
  const value = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : NaN;
  if (!(value <= WHOLE)) throw new UsageError(`${option} takes a number up to ${WHOLE} (or 0xffffffff), not '${text}'`);
  return value;
}
