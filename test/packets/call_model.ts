// SPDX-License-Identifier: Apache-2.0
/**
 * Where IPVS sees a Call-ID, written down as its kernel does it (ip_vs_pe_sip.c and ct_sip_get_header of nf_conntrack_sip.c,
 * Linux 6.1): with offsets into the whole text, and nothing of the data plane's phases and windows.
 */
const LONGEST = 255;
const [CR, LF, BLANK, TAB, COLON, AT] = [13, 10, 32, 9, 58, 64];

const isLineEnd = (c: number | undefined) => c === CR || c === LF;
const isBlank = (c: number | undefined) => c === BLANK || c === TAB;

function isLetter(c: number): boolean {
  return /^[a-z]$/i.test(String.fromCharCode(c)) || (c >= 0xc0 && c !== 0xd7 && c !== 0xf7);
}

function isWord(c: number | undefined): boolean {
  return c !== undefined && (isLetter(c) || /^[0-9\-.!%*_+`'~()<>:\\"/[\]?{}]$/.test(String.fromCharCode(c)));
}

/** Behind a line's end; undefined: the text ends with it. */
function behindLineEnd(text: Buffer, at: number): number | undefined {
  const next = text[at] === CR && text[at + 1] === LF ? at + 2 : at + 1;
  return next < text.length ? next : undefined;
}

/** Behind blanks, which may go on in the next line. undefined: that is none of this header. */
function behindBlanks(text: Buffer, start: number): number | undefined {
  let at = start;
  while (isBlank(text[at])) at++;
  if (!isLineEnd(text[at])) return at;
  const next = behindLineEnd(text, at);
  if (next === undefined || !isBlank(text[next])) return undefined;
  for (at = next; isBlank(text[at]);) at++;
  return at;
}

function wordLength(text: Buffer, start: number): number {
  let end = start;
  while (isWord(text[end])) end++;
  return end - start;
}

function valueLength(text: Buffer, start: number): number {
  const length = wordLength(text, start);
  if (length === 0 || text[start + length] !== AT) return length;
  const domain = wordLength(text, start + length + 1);
  return domain === 0 ? 0 : length + 1 + domain;
}

/** Behind the name of a header that begins here. */
function behindName(text: Buffer, at: number): number | undefined {
  if (/^call-id$/i.test(text.toString('latin1', at, at + 7))) return at + 7;
  const isShort = text.length - at >= 2 && /^i$/i.test(String.fromCharCode(text[at]!)) && !isLetter(text[at + 1]!);
  return isShort ? at + 1 : undefined;
}

interface Header {
  readonly value: number;
  readonly length: number;
}

/** The first header of that name from an offset on; undefined ends the search. */
function headerFrom(text: Buffer, offset: number): Header | undefined {
  for (let at = offset; at < text.length; at++) {
    if (!isLineEnd(text[at])) continue;
    const begin = behindLineEnd(text, at);
    if (begin === undefined) return undefined;
    at = begin;
    const colon = isBlank(text[at]) ? undefined : behindName(text, at);
    if (colon === undefined) continue;
    const name = behindBlanks(text, colon);
    if (name === undefined || text[name] !== COLON || name + 1 >= text.length) return undefined;
    const value = behindBlanks(text, name + 1);
    return value === undefined ? undefined : { value, length: valueLength(text, value) };
  }
  return undefined;
}

/** The Call-ID of a message, by which its template is found; undefined: it has none, or none that counts. */
export function callIn(text: Buffer): Buffer | undefined {
  for (let offset = 0; ;) {
    const header = headerFrom(text, offset);
    if (!header) return undefined;
    const { value, length } = header;
    if (length === 0) {
      offset += value;
      continue;
    }
    const end = value + length;
    return length <= LONGEST && end < text.length && isLineEnd(text[end]) ? text.subarray(value, end) : undefined;
  }
}
