// SPDX-License-Identifier: Apache-2.0
/** `xdpvs`: the director for people. The commands are told in cli/commands; here yargs is taught them. */
import yargs from 'yargs';

import { COMMANDS } from './cli/commands/index.js';
import type { Command, Option, Positional, Typed } from './cli/commands/command.js';
import { EXIT_USAGE } from './cli/output.js';
import type { Output } from './cli/output.js';
import { UsageError, usageError } from './cli/usage_error.js';
import { endWithTheReader } from './end_process.js';
import { version } from './version.js';

const say: Output = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

/** Resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  endWithTheReader();
  const own = COMMANDS.find(({ name, ownWords }) => ownWords && name === argv[0]);
  if (own && !['-h', '--help'].some((word) => argv.includes(word)))
    return own.run({ words: argv.slice(1) }, { say, version: version() });
  let code = 0;
  const parser = yargs(argv.map(withoutDash))
    .scriptName('xdpvs')
    .usage('xdpvs COMMAND: Linux Virtual Server in XDP. Services and real servers are the matter of xdpvsadm.')
    .demandCommand(1, 'no command given: `xdpvs --help` lists them')
    .strict()
    .version(version())
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message, argv, COMMANDS);
    });
  for (const command of COMMANDS) {
    parser.command(
      wordsOf(command),
      command.summary,
      (y) => teach(y, command),
      async (typed) => {
        code = await command.run(givenOf(command, typed), { say, version: version() });
      },
    );
  }

  try {
    await parser.parseAsync();
    return code;
  } catch (error) {
    const told = isParserError(error) ? usageError(error.message, argv, COMMANDS) : error;
    if (!(told instanceof UsageError)) throw error;
    say.err(`xdpvs: ${told.message}`);
    return EXIT_USAGE;
  }
}

/** yargs reads a lone dash as an option's beginning. */
function withoutDash(word: string): string {
  return word === '-' ? '/dev/stdin' : word;
}

type Parser = ReturnType<typeof yargs>;

/** `attach <interface..>`, as yargs reads it. */
function wordsOf({ name, positionals }: Command): string {
  const words = Object.entries(positionals).map(([word, { many, optional }]) => {
    const inside = many ? `${word}..` : word;
    return optional ? `[${inside}]` : `<${inside}>`;
  });
  return [name, ...words].join(' ');
}

function teach(y: Parser, { positionals, options, details = [], examples = [] }: Command): Parser {
  for (const [name, positional] of Object.entries(positionals)) y.positional(name, positionalFor(positional));
  for (const [name, option] of Object.entries(options)) y.option(name, optionFor(option));
  for (const [line, meaning] of examples) y.example(line, meaning);
  return y.epilogue(details.join('\n\n'));
}

function positionalFor({ describe, many = false }: Positional) {
  return { type: 'string', describe, array: many } as const;
}

/** Numbers are read here, so that what is none can be shown as it was typed. */
function optionFor({ type, describe, value, default: fallback }: Option) {
  if (type === 'boolean') return { type, describe, default: false } as const;
  const sentence = value === undefined ? describe : `${value}: ${describe}`;
  const common = { type: 'string', describe: sentence, requiresArg: true } as const;
  return fallback === undefined ? common : { ...common, default: String(fallback) };
}

function givenOf({ positionals, options }: Command, typed: Typed): Typed {
  const values = Object.entries(options).map(([name, option]) => [name, valueOf(name, option, typed[name])]);
  const words = Object.entries(positionals).map(([name, positional]) => [name, wordOf(name, positional, typed[name])]);
  return Object.fromEntries([...words, ...values]) as Typed;
}

function wordOf(name: string, { many = false, choices }: Positional, typed: unknown): unknown {
  const words = (typed === undefined ? [] : [typed].flat()) as string[];
  for (const word of words) refuseOther(name, word, choices);
  return many ? words : words[0];
}

function valueOf(name: string, { type, many = false, choices }: Option, typed: unknown): unknown {
  const values = (typed === undefined ? [] : [typed].flat()) as unknown[];
  if (values.length > 1 && !many) throw new UsageError(`--${name} was given more than once: give it once`);
  for (const value of values) refuseOther(`--${name}`, String(value), choices);
  const read = type === 'number' ? values.map((text) => numberOf(name, String(text))) : values;
  return many ? read : read[0];
}

function numberOf(name: string, text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(number)) throw new UsageError(`--${name} takes a number, not '${text}'`);
  return number;
}

function refuseOther(name: string, word: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(word)) return;
  throw new UsageError(`${name} is one of ${choices.join(', ')}, not '${word}'`);
}

/** Some of what yargs finds wrong it throws past its own handler. */
function isParserError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'YError';
}
