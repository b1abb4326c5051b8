// SPDX-License-Identifier: Apache-2.0
/** xdpvsadm(8), from its help. */
import type { HelpRow, HelpSection } from '../ipvsadm/help.js';
import { HELP_BEGINNING, HELP_SECTIONS } from '../ipvsadm/help.js';
import { bold, heading, item, literal, page, paragraph, text } from './roff.js';

export function xdpvsadmPage(version: string): string {
  return page({
    name: 'xdpvsadm',
    section: 8,
    version,
    parts: [...BEGINNING, ...HELP_SECTIONS.flatMap(section), ...ENDING],
  });
}

const BEGINNING = [
  heading('name'),
  text('xdpvsadm, xdpvsadm-save, xdpvsadm-restore - the virtual server of xdpvs, in the language of ipvsadm'),
  heading('synopsis'),
  `${bold('xdpvsadm')} ${text('COMMAND [SERVICE] [OPTIONS]')}`,
  '.br',
  `${bold('xdpvsadm-save')} ${text('[-n]')}`,
  '.br',
  `${bold('xdpvsadm-restore')}`,
  heading('description'),
  text(
    'xdpvsadm takes what ipvsadm(8) 1.31 takes and answers as it does, for the director that `xdpvs attach` has put on ' +
      'interfaces of this network namespace. What the data plane cannot do yet is refused with exit code 2 and a sentence.',
  ),
  paragraph(`${HELP_BEGINNING} Without any it lists services and real servers.`),
  paragraph(
    'xdpvsadm-save writes what xdpvsadm -S does; xdpvsadm-restore deletes all services and takes commands from standard ' +
      'input, as one change.',
  ),
];

const ENDING = [
  heading('exit status'),
  item(bold('0'), 'done'),
  item(bold('1'), 'the service to list is not there'),
  item(bold('2'), 'the command line is wrong, or not supported yet'),
  item(bold('255'), 'refused, as IPVS would'),
  '.PP',
  text('From 66 on as xdpvs(8) has them.'),
  heading('examples'),
  literal([
    'xdpvsadm -A -t 192.0.2.80:80 -s wrr',
    'xdpvsadm -a -t 192.0.2.80:80 -r 10.0.0.11 -g -w 2',
    'xdpvsadm -L -n --rate',
    'xdpvsadm-save -n > services',
  ]),
  heading('see also'),
  text('xdpvs(8), ipvsadm(8)'),
];

function section({ title, rows, notes = [] }: HelpSection): string[] {
  return [heading(title), ...rows.map(entry), ...notes.map(paragraph)];
}

function entry({ words, meaning = '' }: HelpRow): string {
  return item(bold(words), meaning);
}
