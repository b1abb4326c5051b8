// SPDX-License-Identifier: Apache-2.0
/** Completion for bash, which is told everything beforehand: no program runs when TAB is pressed. */
import type { Command, Completes } from '../commands/command.js';
import type { Argued } from './ipvsadm_words.js';
import { IPVSADM_ARGUED, IPVSADM_WORDS } from './ipvsadm_words.js';

/** How bash finds what a shell can complete by itself. */
const FINDS: Readonly<Record<Completes, string>> = {
  interface: '-W "$(ls /sys/class/net 2>/dev/null)"',
  file: '-f',
  directory: '-d',
};

const ALWAYS = ['--help', '--version'];

export function bashForXdpvs(commands: readonly Command[]): string {
  const names = [...commands.map(({ name }) => name), ...ALWAYS].join(' ');
  return `# bash completion of xdpvs(8); made from its help
_xdpvs() {
	local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W '${names}' -- "$current"))
		return
	fi
	case \${COMP_WORDS[1]}:$previous in
${commands.flatMap(valueCases).join('')}	esac
	case \${COMP_WORDS[1]}:$current in
${commands.flatMap(wordCases).join('')}	esac
}
complete -o filenames -F _xdpvs xdpvs
`;
}

/** After an option that takes a value. */
function valueCases({ name, options }: Command): string[] {
  return Object.entries(options)
    .filter(([, { type }]) => type !== 'boolean')
    .map(([option, { choices, completes }]) => branch(`${name}:--${option}`, finding(choices, completes), true));
}

function wordCases({ name, options, positionals }: Command): string[] {
  const words = [...Object.keys(options).map((option) => `--${option}`), '--help'];
  const completing = Object.values(positionals).find(({ choices, completes }) => choices ?? completes);
  return [
    branch(`${name}:-*`, `-W '${words.join(' ')}'`),
    ...(completing ? [branch(`${name}:*`, finding(completing.choices, completing.completes))] : []),
  ];
}

function finding(choices: readonly string[] | undefined, completes: Completes | undefined): string | undefined {
  if (choices) return `-W '${choices.join(' ')}'`;
  return completes && FINDS[completes];
}

function branch(pattern: string, find: string | undefined, isLast = false): string {
  const reply = find === undefined ? '' : `COMPREPLY=($(compgen ${find} -- "$current"))`;
  const end = isLast ? `${reply === '' ? '' : '; '}return` : '';
  return `\t${pattern}) ${reply}${end} ;;\n`;
}

export function bashForXdpvsadm(): string {
  return `# bash completion of xdpvsadm(8); made from its options
_xdpvsadm() {
	local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	case $previous in
${IPVSADM_ARGUED.map(argued).join('')}	esac
	case $current in
	-*) COMPREPLY=($(compgen -W '${IPVSADM_WORDS.map(({ word }) => word).join(' ')}' -- "$current")) ;;
	esac
}
complete -F _xdpvsadm xdpvsadm ipvsadm
`;
}

function argued({ words, choices, completes }: Argued): string {
  return branch(words.join(' | '), finding(choices, completes), true);
}
