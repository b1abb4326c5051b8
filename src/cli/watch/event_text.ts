// SPDX-License-Identifier: Apache-2.0
import { serviceId } from '../../model/service_id.js';
import type { Difference } from '../../config/difference.js';
import { SIGN, differenceJson, differenceText } from '../show/difference_text.js';
import { shortNumber } from '../show/number_text.js';
import type { DropEvent } from './drops.js';
import type { Event } from './events.js';

export function eventText(event: Event | DropEvent): string {
  switch (event.what) {
    case 'director':
      return event.isThere ? '+ a director is here' : '- the director is gone: `xdpvs attach` makes one';
    case 'interface': {
      const { name, mode } = event.interface;
      return event.isAttached ? `+ ${name} attached in ${mode} mode` : `- ${name} detached`;
    }
    case 'difference':
      return `${SIGN[event.difference.kind]} ${whose(event.difference)}${differenceText(event.difference)}`;
    case 'drops': {
      const { outcome, hasBegun, packets } = event;
      const what = `${shortNumber(packets)} packets ${outcome.name}`;
      return hasBegun
        ? `! ${what} (${outcome.meaning})`
        : `. no more ${outcome.name}: it was ${shortNumber(packets)} packets`;
    }
  }
}

function whose(difference: Difference): string {
  return difference.of === 'server' ? `${serviceId(difference.service.key)} -> ` : '';
}

export function eventJson(event: Event | DropEvent, at: Date) {
  const time = at.toISOString();
  switch (event.what) {
    case 'director':
      return { time, what: event.what, isThere: event.isThere };
    case 'interface':
      return { time, what: event.what, ...event.interface, isAttached: event.isAttached };
    case 'difference':
      return { time, what: event.what, ...differenceJson(event.difference) };
    case 'drops':
      return { time, what: event.what, outcome: event.outcome.name, hasBegun: event.hasBegun, packets: event.packets };
  }
}
