// SPDX-License-Identifier: Apache-2.0
/** A command line into a command. What ipvsadm itself would refuse throws a UsageError. */
import type { Timeouts } from '../../model/types.js';
import { build } from './build.js';
import type { Command } from './command.js';
import { checkCommandOptions } from './compatibility.js';
import { NoCommand, UnreadableOption, UsageError } from './errors.js';
import { Given } from './given.js';
import type { Names } from './names.js';
import { isCommandName } from './options.js';
import type { CommandName } from './options.js';
import { parseSchedulerFlags } from './scheduler_flags.js';
import { takeOption, timeout } from './take_option.js';
import { tokenize } from './tokenize.js';
import type { Token } from './tokenize.js';

/** `words` are those after the program's name, and at least one. */
export function parse(words: readonly string[], names: Names): Command {
  const rest: string[] = [];
  const tokens = tokenize(words, rest);
  const first = firstToken(tokens);
  const command = first?.option.name ?? '';
  if (!first || !isCommandName(command)) throw new NoCommand();
  if (command === 'help' || command === 'version') return { name: command };

  const given = new Given(command, names);
  takeRole(given, first);
  for (const token of tokens) takeOption(given, token);
  return finish(given, command, rest);
}

function firstToken(tokens: Generator<Token>): Token | undefined {
  try {
    const { value, done } = tokens.next();
    return done ? undefined : value;
  } catch (error) {
    throw error instanceof UnreadableOption ? new NoCommand() : error;
  }
}

function takeRole(given: Given, { option, value }: Token): void {
  if (option.argument !== 'required') return;
  if (value !== 'master' && value !== 'backup') {
    const what = option.name === 'start-daemon' ? 'start-daemon parameter' : 'start_daemon';
    throw new UsageError(`illegal ${what} specified`);
  }
  given.role = value;
}

function finish(given: Given, command: CommandName, rest: string[]): Command {
  const timeouts = command === 'set' ? takeTimeouts(rest.splice(0, 3)) : undefined;
  if (rest[0] !== undefined) throw new UsageError(`unexpected argument ${rest[0]}`);
  const flags = parseSchedulerFlags(given.schedulerFlags ?? '', given.scheduler || 'wlc');
  checkCommandOptions(command, given.checked);
  return timeouts ? { name: 'set', timeouts } : build(given, flags);
}

function takeTimeouts(words: readonly string[]): Timeouts {
  const [tcp, tcpFin, udp] = words;
  if (tcp === undefined || tcpFin === undefined || udp === undefined) {
    throw new UsageError('--set option requires 3 timeout values');
  }
  return { tcp: timeout(tcp, 0), tcpFin: timeout(tcpFin, 0), udp: timeout(udp, 0) };
}
