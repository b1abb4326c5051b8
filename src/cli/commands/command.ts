// SPDX-License-Identifier: Apache-2.0
/**
 * What a command of `xdpvs` is: said once, as data, and read by the parser of command lines, by its help, by the man
 * pages and by the shells' completions.
 */
import type { Output } from '../output.js';

/** What a shell can complete by itself. */
export type Completes = 'interface' | 'file' | 'directory';

interface Argument {
  readonly describe: string;
  readonly choices?: readonly string[];
  readonly completes?: Completes;
}

export interface Positional extends Argument {
  readonly many?: boolean;
  readonly optional?: boolean;
}

export interface Option extends Argument {
  readonly type: 'boolean' | 'string' | 'number';
  /** What stands for the value in help: SECONDS. */
  readonly value?: string;
  readonly default?: string | number;
  /** May be given several times. */
  readonly many?: boolean;
}

type Word<Of> = Of extends { choices: readonly (infer Choice)[] } ? Choice : string;

type PositionalValue<Of> = Of extends { many: true }
  ? readonly Word<Of>[]
  : Word<Of> | (Of extends { optional: true } ? undefined : never);

type Value<Of> = Of extends { type: 'boolean' } ? boolean : Of extends { type: 'number' } ? number : Word<Of>;

type OptionValue<Of> = Of extends { many: true }
  ? readonly Value<Of>[]
  : Value<Of> | (Of extends { type: 'boolean' } | { default: string | number } ? never : undefined);

/** What was typed, each under its name. */
export type Given<Positionals, Options> = {
  readonly [Name in keyof Positionals]: PositionalValue<Positionals[Name]>;
} & {
  readonly [Name in keyof Options]: OptionValue<Options[Name]>;
};

/** What a command is given besides. */
export interface World {
  readonly say: Output;
  /** xdpvs's own. */
  readonly version: string;
}

interface Spec<Positionals, Options> {
  readonly name: string;
  /** One line, without an end. */
  readonly summary: string;
  /** Paragraphs for who wants to know more. */
  readonly details?: readonly string[];
  readonly examples?: readonly (readonly [line: string, meaning: string])[];
  readonly positionals?: Positionals;
  readonly options?: Options;
  /** Its language is its own: it reads its words itself (`words`), and the options above are only told to people. */
  readonly ownWords?: boolean;
  /** Gives the exit code. What it needs is loaded only when it runs. */
  readonly run: (given: Given<Positionals, Options>, world: World) => Promise<number> | number;
}

export type Positionals = Readonly<Record<string, Positional>>;
export type Options = Readonly<Record<string, Option>>;
export type Typed = Readonly<Record<string, unknown>>;

export interface Command extends Omit<Spec<Positionals, Options>, 'run'> {
  readonly positionals: Positionals;
  readonly options: Options;
  readonly run: (given: Typed, world: World) => Promise<number> | number;
}

interface OwnWords {
  readonly ownWords: true;
  readonly run: (given: { readonly words: readonly string[] }, world: World) => Promise<number> | number;
}

/** Checks `run` against what it says it takes. */
export function command<const P extends Positionals = Positionals, const O extends Options = Options>(
  spec: (Spec<P, O> & { readonly ownWords?: never }) | (Omit<Spec<P, O>, 'run' | 'ownWords'> & OwnWords),
): Command {
  const { run, ...rest } = spec;
  return {
    positionals: {},
    options: {},
    ...rest,
    run: (given, world) => run(given as Given<P, O> & { readonly words: readonly string[] }, world),
  };
}

export const JSON_OPTION = { json: { type: 'boolean', describe: 'for programs' } } as const satisfies Options;
