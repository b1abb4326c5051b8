// SPDX-License-Identifier: Apache-2.0
import { serviceId } from '../../model/service_id.js';
import type { Difference } from '../../config/difference.js';
import { SIGN, differenceJson, differenceText } from '../show/difference_text.js';
import { percent } from '../show/number_text.js';
import type { Change, Plan } from './plan.js';

/** A line a change, real servers under their service, then the sum. */
export function planText(plan: Plan): string[] {
  if (plan.changes.length === 0) return ['nothing to change'];
  return [...changeLines(plan.changes), sumText(plan)];
}

/** A service that stays as it is heads the real servers of it that do not. */
function changeLines(changes: readonly Change[]): string[] {
  let heading: string | undefined;
  return changes.flatMap((change) => {
    const { difference } = change;
    const name = 'service' in difference ? serviceId(difference.service.key) : undefined;
    const isNew = difference.of === 'server' && name !== heading;
    heading = name;
    return [...(isNew ? [`  ${name}`] : []), changeLine(change)];
  });
}

function changeLine({ difference, connections }: Change): string {
  const indent = difference.of === 'server' ? '    ' : ' ';
  const live = connections === 0 ? '' : ` (${many(connections, 'connection')})`;
  return `${SIGN[difference.kind]}${indent}${differenceText(difference)}${live}`;
}

function sumText({ changes, connections: { live, ended, changed } }: Plan): string {
  const count = (kind: Difference['kind']) => changes.filter(({ difference }) => difference.kind === kind).length;
  const sums = `${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`;
  if (ended + changed === 0) return `${sums}; touches none of ${many(live, 'live connection')}`;
  const share = `touches ${ended + changed} of ${many(live, 'live connection')} (${percent(ended + changed, live)})`;
  return `${sums}; ${share}: ${ended} lose their real server, ${changed} stay with one that changes`;
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export function planJson({ changes, connections }: Plan) {
  return {
    changes: changes.map(({ difference, connections: live }) => ({
      ...differenceJson(difference),
      ...(difference.of === 'server' && { connections: live }),
    })),
    connections,
  };
}
