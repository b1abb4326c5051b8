// SPDX-License-Identifier: Apache-2.0
/** `xdpvs mark …`: the rules that mark packets. */
import { Director } from '../director/director.js';
import type { State } from '../model/types.js';
import { terminalWidth } from './listings.js';
import { changedRules, checkPlace, placeOfRule } from './mark/change.js';
import { interfaceIndex } from './mark/interface_index.js';
import type { MarkRow } from './mark/listing.js';
import { markLine, marksJson, marksTable } from './mark/listing.js';
import type { MarkRequest } from './mark/request.js';
import { readRequest } from './mark/request.js';
import type { Output } from './output.js';
import { Refusal, report } from './output.js';
import { UsageError } from './usage_error.js';

export function markCommand(words: readonly string[], say: Output): number {
  return report('xdpvs mark', say, () => perform(requestOf(words), new Director(), say));
}

function requestOf(words: readonly string[]): MarkRequest {
  try {
    return readRequest(words, interfaceIndex);
  } catch (error) {
    throw error instanceof UsageError ? new Refusal(error.message) : error;
  }
}

function perform(request: MarkRequest, director: Director, say: Output): void {
  switch (request.name) {
    case 'list':
      say.out(request.json ? marksJson(rowsOf(director)) : marksTable(rowsOf(director), terminalWidth()).join('\n'));
      return;
    case 'lines':
      for (const { rule } of rowsOf(director)) say.out(markLine(rule));
      return;
    case 'check':
      placeOfRule(director.read().marks ?? [], request.rule);
      return;
    case 'zero':
      if (request.place !== undefined) checkPlace(director.read().marks ?? [], request.place);
      director.zeroMarks(request.place);
      return;
    default:
      director.change((state) => withMarks(state, changedRules(state.marks ?? [], request)));
  }
}

function withMarks({ marks: _, ...state }: State, marks: NonNullable<State['marks']>): State {
  return marks.length === 0 ? state : { ...state, marks };
}

function rowsOf(director: Director): MarkRow[] {
  return director.reading().marks.map((row, index) => ({ ...row, place: index + 1 }));
}
