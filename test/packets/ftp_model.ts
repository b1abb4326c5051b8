// SPDX-License-Identifier: Apache-2.0
/** What an FTP helper makes of texts and numbers, said once more and otherwise than in bpf/. IPv4. */

/** What a client's segment asks for. */
export type Asked = 'passive' | 'extended' | { readonly address: string; readonly port: number } | undefined;

const SMALL = '(\\d+)';
const PLACE = Array.from({ length: 6 }, () => SMALL).join(',');
const PORT = new RegExp(`^PORT [^\\d]*${PLACE}[^\\d]`, 'is');
const PASSIVE = new RegExp(`^227 [^\\d]*${PLACE}[^\\d]`, 's');
const LATIN = 'latin1';

/** `text` is all of the segment. */
export function askedBy(text: string): Asked {
  const passive = /pasv\r\n|epsv(\r.| 1\r)/is.exec(text);
  if (passive) return passive[0].toLowerCase() === 'pasv\r\n' ? 'passive' : 'extended';
  return placeIn(PORT.exec(text)) ?? extendedPlace(text);
}

function placeIn(match: RegExpExecArray | null): { address: string; port: number } | undefined {
  const numbers = match?.slice(1, 7).map(Number);
  if (!numbers || numbers.some((number) => number > 255)) return undefined;
  return { address: numbers.slice(0, 4).join('.'), port: numbers[4]! * 256 + numbers[5]! };
}

function extendedPlace(text: string): { address: string; port: number } | undefined {
  const match = /^EPRT  *([!-~])1\1([\d.]+)\1(\d{1,5})\1/is.exec(text);
  const numbers = match?.[2]!.split('.');
  if (!match || numbers!.length !== 4 || numbers!.some((number) => number === '' || Number(number) > 255))
    return undefined;
  const port = Number(match[3]);
  return port > 0 && port < 65536 ? { address: numbers!.map(Number).join('.'), port } : undefined;
}

export interface Told {
  readonly text: string;
  /** That the client will connect to. */
  readonly port: number;
}

/** What a client hears of the reply that it awaits. undefined: what the real server said. */
export function toldOf(text: string, awaited: 'passive' | 'extended', vip: string): Told | undefined {
  const told = awaited === 'passive' ? passiveTold(text, vip) : extendedTold(text);
  return told && told.port >= 1024 ? told : undefined;
}

function passiveTold(text: string, vip: string): Told | undefined {
  const match = PASSIVE.exec(text);
  const place = placeIn(match);
  if (!match || !place) return undefined;
  const old = match.slice(1, 7).join(',');
  const fresh = [vip.replaceAll('.', ','), place.port >> 8, place.port & 255].join(',');
  const at = text.indexOf(old);
  return { text: text.slice(0, at) + fresh + text.slice(at + old.length), port: place.port };
}

function extendedTold(text: string): Told | undefined {
  const match = /^(229 [^(]*\(+)([!-~])((?:(?!\2).)*)\2((?:(?!\2).)*)\2(\d{1,5})\2/s.exec(text);
  if (!match || match[2] === '(') return undefined;
  const port = Number(match[5]);
  if (port === 0 || port > 65535) return undefined;
  return { text: `${match[1]}|||${port}|${text.slice(match[0].length)}`, port };
}

/** The options of a segment that acknowledges, with each edge of a selective acknowledgement as `shift` has it. */
export function optionsWith(options: Buffer, shift: (sequence: number) => number): Buffer {
  const copy = Buffer.from(options);
  let at = 0;
  while (at + 1 < copy.length && copy[at] !== 0) {
    const size = copy[at] === 1 ? 1 : copy[at + 1]!;
    if (size === 0 || (size === 1 && copy[at] !== 1) || at + size > copy.length) break;
    if (copy[at] === 5 && size % 8 === 2)
      for (let edge = at + 2; edge < at + size; edge += 4) copy.writeUInt32BE(shift(copy.readUInt32BE(edge)), edge);
    at += size;
  }
  return copy;
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, LATIN);
}
