// SPDX-License-Identifier: Apache-2.0
/**
 * Commands from standard input, one a line. A line that IPVS refuses, or with an option that cannot be read, is told
 * and passed over; a wrong command line ends it all. Lines that change the state are taken together, so that the
 * director sees one change and no half of it.
 */
import { Draft } from '../../model/draft.js';
import { IpvsError } from '../../model/errors.js';
import type { FindDevice } from '../../model/sync_daemon.js';
import type { Backend } from './backend.js';
import { changeDraft } from './change.js';
import { changesState } from './command.js';
import type { Command, StateCommand } from './command.js';
import { NoCommand, UnreadableOption, UsageError } from './errors.js';
import type { Io } from './io.js';
import { parse } from './parse.js';
import { perform } from './perform.js';
import type { RunOptions } from './run.js';

/** A line may be written with the program's name. */
const PROGRAM = 'ipvsadm';

export function restore(backend: Backend, io: Io, options: RunOptions): number {
  return new Restoration(backend, io, options).take(io.input().split('\n'));
}

/** Returns the exit code, which is that of the last line. `first` are commands to take before those of `lines`. */
export class Restoration {
  #waiting: (StateCommand | UnreadableOption)[];
  #exitCode = 0;

  constructor(
    private readonly backend: Backend,
    private readonly io: Io,
    private readonly options: RunOptions,
    first: readonly StateCommand[] = [],
  ) {
    this.#waiting = [...first];
  }

  take(lines: readonly string[]): number {
    try {
      const goesOn = lines.every((line) => this.#takeLine(line));
      if (goesOn) this.#settle();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#settle();
      this.#tell(error);
    }
    return this.#exitCode;
  }

  /** Returns whether the next line is to be taken. Throws UsageError. */
  #takeLine(line: string): boolean {
    const words = wordsOf(line);
    if (words.length === 0) return true;
    const command = this.#parse(words);
    if (command instanceof UnreadableOption || changesState(command)) {
      this.#waiting.push(command);
      return true;
    }
    this.#settle();
    return this.#perform(command);
  }

  #parse(words: readonly string[]): Command | UnreadableOption {
    try {
      const command = parse(words, this.io.names);
      if (command.name === 'restore') throw new NoCommand();
      return command;
    } catch (error) {
      if (error instanceof UnreadableOption) return error;
      throw error;
    }
  }

  #perform(command: Exclude<Command, StateCommand>): boolean {
    try {
      this.#exitCode = perform(command, this.backend, this.io);
      const isLast = command.name === 'help' || command.name === 'version' || this.#exitCode !== 0;
      return !isLast;
    } catch (error) {
      if (!(error instanceof IpvsError)) throw error;
      this.#tell(error);
      return true;
    }
  }

  /** Makes the changes that wait, and tells what was refused. */
  #settle(): void {
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) return;
    let outcomes: (IpvsError | UnreadableOption | undefined)[] = [];
    const { hasScheduler } = this.options;
    const findDevice: FindDevice = (name) => this.backend.findDevice(name);
    this.backend.change((state) => {
      const draft = new Draft(state, { hasScheduler, findDevice });
      outcomes = waiting.map((step) => (step instanceof UnreadableOption ? step : refusalOf(draft, step)));
      return draft.state();
    });
    for (const outcome of outcomes) {
      this.#exitCode = 0;
      if (outcome) this.#tell(outcome);
    }
  }

  #tell({ message, exitCode }: IpvsError | UsageError): void {
    this.io.err(`${message}\n`);
    this.#exitCode = exitCode;
  }
}

function wordsOf(line: string): string[] {
  const words = line.split(/[ \t\r\v\f]+/).filter((word) => word !== '');
  while (words[0] === PROGRAM) words.shift();
  return words;
}

function refusalOf(draft: Draft, command: StateCommand): IpvsError | undefined {
  try {
    changeDraft(draft, command);
    return undefined;
  } catch (error) {
    if (error instanceof IpvsError) return error;
    throw error;
  }
}
