// SPDX-License-Identifier: Apache-2.0
/** What words after `xdpvs mark` ask for: in iptables' letters, or in words. */
import type { MarkRule } from '../../model/types.js';
import { UsageError } from '../usage_error.js';
import type { IndexOf } from './read_rule.js';
import { Words, readRule } from './read_rule.js';

/** Places count from 0. */
export type MarkRequest =
  | { readonly name: 'add'; readonly rule: MarkRule }
  | { readonly name: 'check'; readonly rule: MarkRule }
  | { readonly name: 'delete'; readonly rule: MarkRule }
  | { readonly name: 'insert'; readonly place: number; readonly rule: MarkRule }
  | { readonly name: 'delete-place'; readonly place: number }
  | { readonly name: 'zero'; readonly place: number | undefined }
  | { readonly name: 'flush' }
  | { readonly name: 'list'; readonly json: boolean }
  | { readonly name: 'lines' };

type Verb = 'add' | 'check' | 'delete' | 'insert' | 'zero' | 'flush' | 'list' | 'lines';

const VERBS: Readonly<Record<string, Verb>> = {
  '-A': 'add',
  '--append': 'add',
  add: 'add',
  '-C': 'check',
  '--check': 'check',
  '-D': 'delete',
  '--delete': 'delete',
  delete: 'delete',
  '-I': 'insert',
  '--insert': 'insert',
  insert: 'insert',
  '-Z': 'zero',
  '--zero': 'zero',
  zero: 'zero',
  '-F': 'flush',
  '--flush': 'flush',
  flush: 'flush',
  '-L': 'list',
  '--list': 'list',
  list: 'list',
  '-S': 'lines',
  '--list-rules': 'lines',
};

/** iptables' that change how -L looks, which is one way here. */
const LOOKS: ReadonlySet<string> = new Set([
  '-n',
  '--numeric',
  '-v',
  '--verbose',
  '--line-numbers',
  '-nv',
  '-vn',
  '-x',
]);

/** Throws UsageError. */
export function readRequest(typed: readonly string[], indexOf: IndexOf): MarkRequest {
  const { rest, json } = split(typed);
  const words = new Words(rest);
  const first = words.next;
  const [letters, looks] = /^-[LS][nv]*$/.test(first ?? '') ? [first!.slice(0, 2), true] : [first ?? 'list', false];
  const verb = VERBS[letters];
  if (first !== undefined && (verb || looks)) words.take();
  if (!verb) throw new UsageError(`'${first}' is no command of mark: add, insert, delete, zero, flush or list a rule`);
  takeChain(words);
  const request = requestOf(verb, words, json, indexOf);
  if (json && request.name !== 'list') throw new UsageError('--json goes with a list alone');
  return request;
}

/** iptables takes the table before or after the command. */
function split(typed: readonly string[]): { rest: string[]; json: boolean } {
  const rest: string[] = [];
  let json = false;
  for (let index = 0; index < typed.length; index++) {
    const word = typed[index]!;
    if (word === '--json') json = true;
    else if (word === '-t' || word === '--table') checkTable(typed[++index]);
    else if (word.startsWith('--table=')) checkTable(word.slice('--table='.length));
    else if (word !== '-w' && word !== '--wait') rest.push(word);
  }
  return { rest, json };
}

function checkTable(name: string | undefined): void {
  if (name !== 'mangle') throw new UsageError(`there is no table '${name ?? ''}' here: -t mangle`);
}

function takeChain(words: Words): void {
  const { next } = words;
  if (next === undefined || !/^[A-Z]/.test(next)) return;
  if (next !== 'PREROUTING')
    throw new UsageError(`there is no chain ${next} here: PREROUTING sees all that services get`);
  words.take();
}

function requestOf(verb: Verb, words: Words, json: boolean, indexOf: IndexOf): MarkRequest {
  const place = placeOf(words);
  switch (verb) {
    case 'add':
    case 'check':
      if (place !== undefined)
        throw new UsageError('a number says where to insert: `xdpvs mark -I PREROUTING NUMBER …`');
      return { name: verb, rule: readRule(words, indexOf) };
    case 'insert':
      return { name: verb, place: place ?? 0, rule: readRule(words, indexOf) };
    case 'delete':
      if (place === undefined) return { name: verb, rule: readRule(words, indexOf) };
      ended(words);
      return { name: 'delete-place', place };
    case 'zero':
      ended(words);
      return { name: verb, place };
    case 'list':
      while (LOOKS.has(words.next ?? '')) words.take();
      ended(words);
      return { name: verb, json };
    case 'flush':
    case 'lines':
      ended(words);
      return { name: verb };
  }
}

function placeOf(words: Words): number | undefined {
  if (!/^\d+$/.test(words.next ?? '')) return undefined;
  const number = Number(words.take());
  if (number < 1) throw new UsageError('rules are counted from 1');
  return number - 1;
}

function ended(words: Words): void {
  if (words.next !== undefined) throw new UsageError(`'${words.next}' is too much: see \`xdpvs mark --help\``);
}
