// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';

import type { MarkRule } from '../../model/types.js';
import { EXIT_FAILURE, Refusal } from '../output.js';
import type { MarkRequest } from './request.js';

/** What changes the rules, and nothing else. */
export type MarkChange = Extract<MarkRequest, { name: 'add' | 'insert' | 'delete' | 'delete-place' | 'flush' }>;

/** The rules afterwards. Throws Refusal. */
export function changedRules(rules: readonly MarkRule[], request: MarkChange): readonly MarkRule[] {
  switch (request.name) {
    case 'add':
      return [...rules, request.rule];
    case 'insert':
      if (request.place > rules.length)
        throw new Refusal(`no place ${request.place + 1}: there are ${rules.length} rules`, EXIT_FAILURE);
      return rules.toSpliced(request.place, 0, request.rule);
    case 'delete':
      return rules.toSpliced(placeOfRule(rules, request.rule), 1);
    case 'delete-place':
      return rules.toSpliced(checkPlace(rules, request.place), 1);
    case 'flush':
      return [];
  }
}

/** Throws Refusal. */
export function placeOfRule(rules: readonly MarkRule[], rule: MarkRule): number {
  const place = rules.findIndex((each) => isDeepStrictEqual(each, rule));
  if (place < 0) throw new Refusal('there is no such rule: `xdpvs mark` lists them', EXIT_FAILURE);
  return place;
}

/** Throws Refusal. */
export function checkPlace(rules: readonly MarkRule[], place: number): number {
  if (place >= rules.length)
    throw new Refusal(`no rule ${place + 1}: there are ${rules.length}; \`xdpvs mark\` lists them`, EXIT_FAILURE);
  return place;
}
