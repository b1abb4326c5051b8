// SPDX-License-Identifier: Apache-2.0
/** What a terminal sends, into what it means. */

export type Key = 'up' | 'down' | 'page-up' | 'page-down' | 'enter' | 'back' | 'sort' | 'reverse' | 'pause' | 'quit';

const MEANING: Readonly<Record<string, Key>> = {
  '\x1b[A': 'up',
  '\x1bOA': 'up',
  k: 'up',
  '\x1b[B': 'down',
  '\x1bOB': 'down',
  j: 'down',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
  '\r': 'enter',
  '\n': 'enter',
  '\x1b[C': 'enter',
  '\x1bOC': 'enter',
  l: 'enter',
  '\x1b': 'back',
  '\x7f': 'back',
  '\b': 'back',
  '\x1b[D': 'back',
  '\x1bOD': 'back',
  h: 'back',
  s: 'sort',
  r: 'reverse',
  p: 'pause',
  ' ': 'pause',
  q: 'quit',
  '\x03': 'quit',
  '\x04': 'quit',
};

/** Several keys may come at once; what means nothing is left out. */
export function keysIn(text: string): Key[] {
  const sequences = text.match(/\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])?|[^\x1b]/g) ?? [];
  return sequences.flatMap((sequence) => MEANING[sequence] ?? []);
}

export const KEYS_TEXT = 'up/down choose  enter down  esc back  s sort  r reverse  p pause  q quit';
