// SPDX-License-Identifier: Apache-2.0

const GROUPS = 8;

/** An IPv6 address as inet_pton(3) reads it: no zone, no brackets. undefined: not an address. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;

  const missing = GROUPS - head.length - (tail?.length ?? 0);
  const isComplete = tail ? missing > 0 : missing === 0;
  return isComplete ? bytesOf([...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])]) : undefined;
}

function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const words = text.split(':');
  const groups: number[] = [];
  for (const [index, word] of words.entries()) {
    const value = isLast && index === words.length - 1 && word.includes('.') ? parseDotted(word) : parseGroup(word);
    if (!value) return undefined;
    groups.push(...value);
  }
  return groups;
}

function parseGroup(word: string): number[] | undefined {
  return /^[0-9a-fA-F]{1,4}$/.test(word) ? [parseInt(word, 16)] : undefined;
}

/** The IPv4 address at the end of an IPv6 one: four decimal numbers without leading zeros. */
function parseDotted(word: string): number[] | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(word)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = word.split('.').map(Number);
  return [a, b, c, d].every((part) => part <= 0xff) ? [(a << 8) | b, (c << 8) | d] : undefined;
}

function bytesOf(groups: readonly number[]): Uint8Array {
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** As inet_ntop(3) of the GNU C library prints it: RFC 5952, the last four bytes dotted after ::ffff: or twelve zeros. */
export function formatIpv6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const groups = Array.from({ length: GROUPS }, (_, index) => view.getUint16(index * 2));
  const zeros = longestZeros(groups);
  const isDotted = zeros?.start === 0 && (zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff));
  const words = isDotted ? [...groups.slice(0, 6).map(hex), bytes.subarray(12).join('.')] : groups.map(hex);
  if (!zeros) return words.join(':');
  return `${words.slice(0, zeros.start).join(':')}::${words.slice(zeros.start + zeros.length).join(':')}`;
}

function hex(group: number): string {
  return group.toString(16);
}

/** The first of the longest runs of at least two zeros. */
function longestZeros(groups: readonly number[]): { start: number; length: number } | undefined {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  return best.length > 1 ? best : undefined;
}
