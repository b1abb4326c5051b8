// SPDX-License-Identifier: Apache-2.0
/** A command line that cannot be meant: the reason in one line, with what to do. */
import type { Command } from './commands/command.js';

export class UsageError extends Error {}

/** What yargs says against a command line, in our words. */
export function usageError(message: string, argv: readonly string[], commands: readonly Command[]): UsageError {
  const [first = ''] = argv;
  const command = commands.find(({ name }) => name === first);
  const help = command ? `\`xdpvs ${command.name} --help\`` : '`xdpvs --help`';
  const line = message.split('\n')[0] ?? '';
  if (/^Not enough non-option arguments/.test(line)) return new UsageError(`an argument is missing: see ${help}`);
  const bare = /^Not enough arguments following: (.*)$/.exec(line)?.[1];
  if (bare !== undefined) return new UsageError(`${dashed(bare)} needs a value: see ${help}`);
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(line)?.[1];
  if (unknown === undefined) return new UsageError(line);
  if (!command && !first.startsWith('-')) return new UsageError(`there is no command '${first}': ${help} lists them`);
  return new UsageError(`unknown argument ${unknown}: see ${help}`);
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
