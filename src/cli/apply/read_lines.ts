// SPDX-License-Identifier: Apache-2.0
/** A file as `ipvsadm -S` writes it: commands, one a line. */
import type { Names } from '../ipvsadm/names.js';
import { readMarkLine } from './read_mark.js';
import { readWords } from './read_words.js';
import type { PlacedWord } from './read_words.js';
import type { Step } from './step.js';

const PROGRAMS: ReadonlySet<string> = new Set(['ipvsadm', 'xdpvsadm']);

/** Does the text begin as commands do? `---` and `- ` are YAML's. */
export function isLines(text: string): boolean {
  const first = text.split('\n').find((line) => !isSkipped(line)) ?? '';
  return /^\s*((xdp|ip)vsadm\b|-{1,2}[A-Za-z])/.test(first);
}

/** Throws ConfigError. */
export function readLines(text: string, names: Names): Step[] {
  return text.split('\n').flatMap((line, index) => {
    const words = isSkipped(line) ? [] : wordsOf(line, index + 1);
    const [first] = words;
    if (!first) return [];
    const isMark = first.word === '-t' && words[1]?.word === 'mangle';
    return [
      isMark
        ? readMarkLine(
            words.map(({ word }) => word),
            first.place,
          )
        : readWords(words, names),
    ];
  });
}

function isSkipped(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

function wordsOf(text: string, line: number): PlacedWord[] {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ word, place: { line, column: index + 1 } }));
  while (PROGRAMS.has(words[0]?.word ?? '')) words.shift();
  return words;
}
