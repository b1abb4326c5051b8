// SPDX-License-Identifier: Apache-2.0
/** What every scheduler has to say to the data plane, which picks from the slots laid out here; one file each beside this one. */

/** A member of a virtual service as schedulers see it, in IPVS's order: the one added last comes first. */
export interface Candidate {
  readonly realServer: number;
  readonly weight: number;
}

/** A candidate with what only tables are made of. */
export interface TableCandidate extends Candidate {
  /** The last weight above 0. */
  readonly lastWeight: number;
  /** Its address folded to 32 bits, plus its port: what Maglev hashes it by. */
  readonly endpoint: number;
}

/** Where a scheduler stands between two picks. Kept in struct virtual_service, as of when that was written. */
export interface Mark {
  /** The member picked last, counted from 1 in the order of the list; 0: none, the head of the list. */
  readonly pointer: number;
  /** wrr's `cw`: the weight that the pass under way asks for. */
  readonly currentWeight: number;
}

/** `rounds` rounds over the same candidates. */
export interface Level {
  /** Indices in the list of candidates. */
  readonly candidates: readonly number[];
  readonly rounds: number;
  /** Their slots get the weight 1, whatever their own is. */
  readonly isUnweighted?: boolean;
}

export interface Scheduler {
  /** Where it stands when it has just been given this list. */
  start(list: readonly Candidate[]): Mark;
  /** Where it stands `picks` picks later. */
  advance(list: readonly Candidate[], mark: Mark, picks: bigint): Mark;
  /** Where a command that changed `before` into `after` leaves it; both may be equal, for a command that changed nothing. */
  change(mark: Mark, before: readonly Candidate[], after: readonly Candidate[]): Mark;
  /** Whether such a command leaves all picks that would come as they were, or picks do not depend on those before. */
  isUnaffected(before: readonly Candidate[], after: readonly Candidate[]): boolean;
  /** The slots. For rr and wrr: the picks that come, until they repeat. `mark` is one that `start` or `change` left. */
  levels(list: readonly TableCandidate[], mark: Mark): readonly Level[];
  /** Of such a mark, in the cycle of these levels. */
  position(list: readonly Candidate[], mark: Mark): number;
}

/** Before the first member, or of a scheduler that does not go by what it picked last. */
export const HEAD: Mark = { pointer: 0, currentWeight: 0 };

/** A scheduler whose picks do not follow from those before. */
export function withoutMark(levels: (list: readonly TableCandidate[]) => readonly Level[]): Scheduler {
  return {
    start: () => HEAD,
    advance: (_list, mark) => mark,
    change: (mark) => mark,
    isUnaffected: () => true,
    levels,
    position: () => 0,
  };
}

export function isUsable(candidate: Candidate): boolean {
  return candidate.weight > 0;
}

/** Indices of those that are usable, in their order. */
export function usableIn(list: readonly Candidate[]): number[] {
  return list.flatMap((candidate, index) => (isUsable(candidate) ? [index] : []));
}

/** One level of these, or none if there are none. */
export function oneLevel(candidates: readonly number[], more: Pick<Level, 'isUnweighted'> = {}): readonly Level[] {
  return candidates.length === 0 ? [] : [{ candidates, rounds: 1, ...more }];
}

/** Positions until the picks repeat. */
export function cycleOf(levels: readonly Level[]): number {
  return levels.reduce((sum, level) => sum + picksIn(level), 0);
}

export function picksIn(level: Level): number {
  return level.candidates.length * level.rounds;
}
