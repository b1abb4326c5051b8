// SPDX-License-Identifier: Apache-2.0
/** ip_vs_rr.c and ip_vs_wrr.c: a pointer into the list, `undefined` at its head. */
import type { Destination } from './destination.js';
import type { MakeModule } from './scheduler.js';

export const rr: MakeModule = ({ destinations }) => {
  let last: Destination | undefined;
  return {
    deleted(destination, previous) {
      if (last === destination) last = previous;
    },
    schedule() {
      const from = last === undefined ? 0 : destinations.indexOf(last) + 1;
      const round = [...destinations.slice(from), ...destinations.slice(0, from)];
      const found = round.find(({ isPickable }) => isPickable);
      last = found ?? last;
      return found;
    },
  };
};

export const wrr: MakeModule = ({ destinations }) => {
  let last: Destination | undefined;
  let [current, step, most] = [0, 1, 0];

  const measure = (): void => {
    const weights = destinations.map(({ weight }) => weight).filter((weight) => weight > 0);
    step = weights.reduce(divisor, 0) || 1;
    most = Math.max(0, ...weights) - (step - 1);
  };
  const changed = (): void => {
    last = undefined;
    measure();
    if (current > most || current === 0) current = most;
    else if (step > 1) current = Math.floor(current / step) * step + 1;
  };
  /** It went on to the end of a cycle, but if it began in the last pass: to where it began. */
  const giveUp = (): void => {
    if (last !== undefined && current <= step) return;
    [last, current] = [undefined, most];
  };
  measure();
  current = most;

  return {
    changed,
    deleted: changed,
    schedule() {
      if (most === 0) return undefined;
      if (!destinations.some(({ isPickable }) => isPickable)) {
        giveUp();
        return undefined;
      }
      /* The kernel goes through billions of passes that pick nobody one by one. */
      const heaviest = Math.max(...destinations.map((each) => (each.isOverloaded ? 0 : each.weight)));
      for (let index = last === undefined ? 0 : destinations.indexOf(last) + 1; ; index++) {
        const destination = destinations[index];
        if (destination === undefined) {
          current -= step;
          if (current > heaviest) current -= Math.ceil((current - heaviest) / step) * step;
          if (current <= 0) current = most;
          index = -1;
        } else if (!destination.isOverloaded && destination.weight >= current) {
          last = destination;
          return destination;
        }
      }
    },
  };
};

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
