// SPDX-License-Identifier: Apache-2.0
/**
 * Mutated frames through the real object, each judged by judge.ts. Frame N of a seed is always the same; what it meets are
 * the connections that those before it in its round left, so to play one again its round is played up to it.
 */
import { Outcome } from '../../../src/abi/generated.js';
import type { Arm, Director, OutcomeName } from '../director.js';
import { ACTIONS } from '../director/data_plane.js';
import { judge } from './judge.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { LINES } from './scene.js';
import { SEEDS } from './seeds.js';

/** As INTERFACE_CUTS and INTERFACE_SENDS in abi.h: fragments are put together and sent. */
const ABILITIES = 4 | 8;

/** Frames after which the director begins anew, so that its tables do not fill up. */
export const ROUND = 25_000;

const NAMES = Object.keys(Outcome) as OutcomeName[];
const COUNTED = NAMES.filter((name) => name !== 'CONTINUE' && name !== 'OUTCOME_COUNT');

export class Violation extends Error {}

/** How often each action and outcome came. */
export type Tally = Map<string, number>;

export class Fuzzer {
  readonly tally: Tally = new Map();
  readonly #director: Director;
  readonly #seed: number;
  #counts: number[] = [];

  constructor(director: Director, seed: number) {
    this.#director = director;
    this.#seed = seed;
  }

  /** Frames from one number to before another. */
  run(from: number, to: number): void {
    for (let number = from; number < to; number++) {
      if (number === from || number % ROUND === 0) this.#beginRound(Math.floor(number / ROUND));
      this.#play(number);
    }
  }

  /** As run, but goes on after a violation and says each. */
  explore(from: number, to: number, say: (what: string) => void): void {
    for (let number = from; number < to; number++) {
      if (number === from || number % ROUND === 0) this.#beginRound(Math.floor(number / ROUND));
      try {
        this.#play(number);
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Just that one is judged, after its round up to it. */
  only(number: number): { frame: Buffer; arm: Arm; said: string } {
    const first = Math.floor(number / ROUND) * ROUND;
    this.#beginRound(first / ROUND);
    for (let before = first; before < number; before++) this.#through(...this.#frame(before));
    const [frame, arm] = this.#frame(number);
    this.#counts = this.#outcomes();
    return { frame, arm, said: this.#examine(frame, arm) ?? 'all is well' };
  }

  /** Unchanged seeds open the connections that mutated ones are of. Every other round puts fragments together. */
  #beginRound(round: number): void {
    this.#director.begin(LINES);
    if (round % 2 === 1)
      for (const arm of ['lan', 'farm'] as const) this.#director.changeInterface(arm, { flags: ABILITIES });
    this.#counts = this.#outcomes();
    for (const { frame, arm } of SEEDS) {
      const wrong = this.#examine(frame, arm);
      if (wrong) throw new Violation(`seed ${SEEDS.findIndex((seed) => seed.frame === frame)}: ${wrong}`);
    }
  }

  #frame(number: number): [Buffer, Arm] {
    const random = new Random(this.#seed, number);
    const { frame, arm } = random.oneOf(SEEDS);
    return [mutate(frame, random.oneOf(SEEDS).frame, random), arm];
  }

  #play(number: number): void {
    const [frame, arm] = this.#frame(number);
    const wrong = this.#examine(frame, arm);
    if (wrong) throw new Violation(`seed ${this.#seed}, frame ${number} on ${arm}: ${wrong}`);
  }

  #through(frame: Buffer, arm: Arm): { retval: number; data: Uint8Array } {
    return this.#director.dataPlane.transform(frame, this.#director.ground[arm]);
  }

  #examine(frame: Buffer, arm: Arm): string | undefined {
    const { retval, data } = this.#through(frame, arm);
    const after = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const outcome = this.#counted();
    const name = `${ACTIONS[retval] ?? retval} ${outcome}`;
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1);
    const wrong = judge(frame, { action: retval, outcome, frame: after });
    return wrong && `${wrong}\n  ${name}\n  in  ${frame.toString('hex')}\n  out ${after.toString('hex')}`;
  }

  /** The outcome that has risen: just one does. */
  #counted(): OutcomeName {
    const before = this.#counts;
    this.#counts = this.#outcomes();
    const risen = COUNTED.filter((name) => this.#counts[Outcome[name]] !== before[Outcome[name]]);
    if (risen.length !== 1) throw new Violation(`counted as: ${risen.join(', ') || 'nothing'}`);
    return risen[0]!;
  }

  #outcomes(): number[] {
    return this.#director.dataPlane.lowOutcomes();
  }
}
