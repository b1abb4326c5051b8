// SPDX-License-Identifier: Apache-2.0
/** Completion for zsh, with what each word means. */
import type { Command, Completes, Option, Positional } from '../commands/command.js';
import type { Argued, Word } from './ipvsadm_words.js';
import { IPVSADM_ARGUED, IPVSADM_WORDS } from './ipvsadm_words.js';

const FINDS: Readonly<Record<Completes, string>> = {
  interface: '_net_interfaces',
  file: '_files',
  directory: '_files -/',
};

export function zshForXdpvs(commands: readonly Command[]): string {
  return `#compdef xdpvs
# made from the help of xdpvs(8)
_xdpvs() {
	local state
	local -a commands=(
${commands.map(({ name, summary }) => `\t\t${quoted(`${name}:${summary}`)}\n`).join('')}	)
	_arguments -C '(- *)--help[show help]' '(- *)--version[show the version]' '1: :->command' '*:: :->argument'
	case $state in
	command) _describe command commands ;;
	argument)
		case $words[1] in
${commands.map(commandCase).join('')}		esac
		;;
	esac
}
${begin('_xdpvs', 'xdpvs')}`;
}

function commandCase({ name, positionals, options }: Command): string {
  const specs = [
    ...Object.entries(options).map(([word, option]) => optionSpec(word, option)),
    "'--help[show help]'",
    ...Object.values(positionals).map(positionalSpec),
  ];
  return `\t\t${name}) _arguments ${specs.join(' ')} ;;\n`;
}

function optionSpec(name: string, { type, describe, value, choices, completes, many }: Option): string {
  const head = `${many ? '*' : ''}--${name}[${inBrackets(describe)}]`;
  if (type === 'boolean') return quoted(head);
  return quoted(`${head}:${inMessage(value ?? 'value')}:${finding(choices, completes)}`);
}

function positionalSpec({ describe, choices, completes, many, optional }: Positional, place: number): string {
  const head = many ? '*' : `${place + 1}${optional ? ':' : ''}`;
  return quoted(`${head}:${inMessage(describe)}:${finding(choices, completes)}`);
}

function finding(choices: readonly string[] | undefined, completes: Completes | undefined): string {
  if (choices) return `(${choices.join(' ')})`;
  return completes === undefined ? ' ' : FINDS[completes];
}

export function zshForXdpvsadm(): string {
  const specs = IPVSADM_WORDS.map(wordSpec);
  return `#compdef xdpvsadm ipvsadm
# made from the options of xdpvsadm(8)
_xdpvsadm() {
	_arguments \\
${specs.map((spec) => `\t\t${spec}`).join(' \\\n')}
}
${begin('_xdpvsadm', 'xdpvsadm ipvsadm')}`;
}

/** Called the first time by its name where zsh found it by itself; else it was sourced. */
function begin(name: string, programs: string): string {
  return `if [ "$funcstack[1]" = ${name} ]; then ${name} "$@"; else compdef ${name} ${programs}; fi\n`;
}

function wordSpec({ word, meaning }: Word): string {
  const argued = IPVSADM_ARGUED.find(({ words }) => words.includes(word));
  return quoted(`${word}[${inBrackets(meaning)}]${argued ? argumentSpec(argued) : ''}`);
}

function argumentSpec({ choices, completes }: Argued): string {
  return `:value:${finding(choices, completes)}`;
}

function inBrackets(text: string): string {
  return text.replaceAll('[', '(').replaceAll(']', ')');
}

/** A colon would end it. */
function inMessage(text: string): string {
  return text.replaceAll(':', '\\:');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
