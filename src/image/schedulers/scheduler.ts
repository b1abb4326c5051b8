// SPDX-License-Identifier: Apache-2.0
/** What every scheduler that goes by an order of picks has to say; one file each beside this one. */

/** A member of a virtual service as schedulers see it, in IPVS's order: the one added last comes first. */
export interface Candidate {
  readonly realServer: number;
  readonly weight: number;
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
}

export interface Scheduler {
  /** Where it stands when it has just been given this list. */
  start(list: readonly Candidate[]): Mark;
  /** Where it stands `picks` picks later. */
  advance(list: readonly Candidate[], mark: Mark, picks: bigint): Mark;
  /** Where a command that changed `before` into `after` leaves it; both may be equal, for a command that changed nothing. */
  change(mark: Mark, before: readonly Candidate[], after: readonly Candidate[]): Mark;
  /** Whether such a command leaves all picks that would come as they were. */
  isUnaffected(before: readonly Candidate[], after: readonly Candidate[]): boolean;
  /** The picks that come from where `start` or `change` left it, until they repeat. */
  levels(list: readonly Candidate[], mark: Mark): readonly Level[];
}

export function isUsable(candidate: Candidate): boolean {
  return candidate.weight > 0;
}

/** Positions until the picks repeat. */
export function cycleOf(levels: readonly Level[]): number {
  return levels.reduce((sum, level) => sum + picksIn(level), 0);
}

export function picksIn(level: Level): number {
  return level.candidates.length * level.rounds;
}
