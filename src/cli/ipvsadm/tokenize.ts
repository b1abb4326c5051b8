// SPDX-License-Identifier: Apache-2.0
/**
 * Words into options as popt(3) reads them, which other readers of command lines do not: an unknown letter is reported
 * with its whole word, a required argument may begin with a dash, an optional one may not.
 */
import { UnreadableOption } from './errors.js';
import { OPTIONS } from './options.js';
import type { Option } from './options.js';

export interface Token {
  readonly option: Option;
  /** As it stands on the command line. */
  readonly word: string;
  readonly value: string | undefined;
}

const BY_SHORT = new Map(OPTIONS.map((option) => [option.short, option]));
const BY_LONG = new Map(OPTIONS.map((option) => [option.long, option]));

/** Yields options in order; words that are none gather in `rest`. Throws UnreadableOption when it comes to one. */
export function* tokenize(words: readonly string[], rest: string[]): Generator<Token> {
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') {
      rest.push(...left.splice(0));
    } else if (word.startsWith('--')) {
      yield longOption(word, left);
    } else if (word.startsWith('-') && word !== '-') {
      yield* shortOptions(word, left);
    } else {
      rest.push(word);
    }
  }
}

function longOption(word: string, left: string[]): Token {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const option = BY_LONG.get(name);
  if (!option) throw unknown(word);
  return { option, word, value: argumentOf(option, word, equals < 0 ? undefined : word.slice(equals + 1), left) };
}

function* shortOptions(word: string, left: string[]): Generator<Token> {
  for (let place = 1; place < word.length; place++) {
    const option = BY_SHORT.get(word[place]);
    if (!option) throw unknown(word);
    const attached = word.slice(place + 1);
    if (option.argument === 'none') {
      yield { option, word, value: argumentOf(option, word, attached.startsWith('=') ? attached : undefined, left) };
    } else {
      const value = attached === '' ? undefined : attached.replace(/^=/, '');
      yield { option, word, value: argumentOf(option, word, value, left) };
      return;
    }
  }
}

function argumentOf(
  { argument }: Option,
  word: string,
  attached: string | undefined,
  left: string[],
): string | undefined {
  if (argument === 'none' && attached !== undefined) {
    throw new UnreadableOption(`${word}: option does not take an argument`);
  }
  if (argument === 'none' || attached !== undefined) return attached;
  if (argument === 'optional') return left[0]?.startsWith('-') === false ? left.shift() : undefined;
  const value = left.shift();
  if (value === undefined) throw new UnreadableOption(`${word}: missing argument`);
  return value;
}

function unknown(word: string): UnreadableOption {
  return new UnreadableOption(`${word}: unknown option`);
}
