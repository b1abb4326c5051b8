// SPDX-License-Identifier: Apache-2.0
/** xdpvs(8), from what the commands say of themselves. */
import type { Command, Option, Positional } from '../commands/command.js';
import { bold, heading, item, literal, page, paragraph, subheading, text } from './roff.js';

export function xdpvsPage(commands: readonly Command[], version: string): string {
  const parts = [
    heading('name'),
    text('xdpvs - Linux Virtual Server in XDP'),
    heading('synopsis'),
    `${bold('xdpvs')} ${text('COMMAND [ARGUMENTS] [OPTIONS]')}`,
    ...DESCRIPTION,
    heading('commands'),
    ...commands.flatMap(commandParts),
    ...ENDING,
  ];
  return page({ name: 'xdpvs', section: 8, version, parts });
}

const DESCRIPTION = [
  heading('description'),
  text(
    'xdpvs attaches a virtual server to network interfaces, shows what it does and explains why. It works in the network ' +
      'namespace that it is run in. Services and real servers are changed by xdpvsadm(8), which speaks the language of ' +
      'ipvsadm(8), or by a file and `xdpvs apply`.',
  ),
  paragraph(
    'What is attached and configured is pinned in the kernel: nothing of xdpvs has to run for traffic to flow, and a reboot ' +
      'forgets it.',
  ),
];

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'done'],
  ['1', 'it went wrong; for check: there are findings'],
  ['2', 'the command line is wrong'],
  ['65, 66', 'a file is wrong, or cannot be read or named: no such interface, say'],
  ['69', 'there is no director here, or no room in its tables'],
  ['71', 'the kernel refused'],
  ['73', 'it is so already'],
  ['75', 'another command held the lock too long'],
  ['77', 'not permitted'],
  ['78', 'the pinned maps are of another build'],
];

const ENDING = [
  heading('exit status'),
  ...EXIT_CODES.map(([code, meaning]) => item(bold(code), meaning)),
  heading('files'),
  item(
    bold('/run/xdpvs'),
    "the BPF file system with the director's pins, a folder for each network namespace, and its lock",
  ),
  heading('see also'),
  text('xdpvsadm(8), ipvsadm(8), ip(8), bpftool(8)'),
];

function commandParts({ name, summary, details = [], examples = [], positionals, options }: Command): string[] {
  return [
    subheading(`xdpvs ${[name, ...Object.entries(positionals).map(positionalWord)].join(' ')}`),
    text(sentence(summary)),
    ...details.map(paragraph),
    ...Object.entries(positionals).map(([word, { describe }]) => item(bold(word), describe)),
    ...Object.entries(options).map(([word, option]) => item(optionTerm(word, option), optionMeaning(option))),
    ...(examples.length > 0 ? ['.PP', literal(examples.flatMap(([line, meaning]) => [`# ${meaning}`, line]))] : []),
  ];
}

function positionalWord([name, { many, optional }]: readonly [string, Positional]): string {
  const word = many ? `${name}...` : name;
  return optional ? `[${word}]` : word;
}

function optionTerm(name: string, { value, type }: Option): string {
  return type === 'boolean' ? bold(`--${name}`) : `${bold(`--${name}`)} ${text(value ?? 'VALUE')}`;
}

function optionMeaning({ describe, default: fallback, many }: Option): string {
  const usual = fallback === undefined ? '' : ` (${fallback} if not given)`;
  return `${describe}${usual}${many ? '; may be given several times' : ''}`;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
