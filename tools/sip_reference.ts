// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of what IPVS does with SIP (NAME.txt in the form of the packet recordings, its packets in NAME.hex, connections
 * as `ipvsadm -Lnc --persistent-conn` has them) -> test/reference/sip.json: commands, settings, packets and connections in their
 * order, the packets of one step (fragments, say) under its label.
 *
 *     node build/js/tools/sip_reference.js nat.txt started-nat.txt > test/reference/sip.json
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

interface Scenario {
  readonly name: string;
  /**
   * `$ COMMAND`, `= NAME VALUE` (a setting), `# CONNECTIONS` (of this scenario's services, without their times), or [label, what was
   * sent and what came out...] as `C> HEX`, `C< HEX` and so on.
   */
  readonly steps: (string | string[])[];
}

function scenarioOf(path: string): Scenario {
  const packets = readFileSync(path.replace(/\.txt$/, '.hex'), 'utf8')
    .split('\n')
    .values();
  const text = readFileSync(path, 'utf8');
  const virtual = Array.from(text.matchAll(/-A \S+ (\S+)/g), ([, word]) => word!);
  const steps: (string | string[])[] = [];
  for (const line of text.split('\n')) {
    const setting = /^# \$ sysctl -qw net\.ipv4\.vs\.(\w+)=(\S+)/.exec(line);
    if (setting) steps.push(`= ${setting[1]} ${setting[2]}`);
    if (line.startsWith('# $ ipvsadm ')) steps.push(line.slice('# '.length));
    if (line.startsWith('# -- ')) steps.push([line.slice('# -- '.length)]);
    if (/^[CR][<>] /.test(line)) (steps.at(-1) as string[]).push(packets.next().value ?? '');
    if (line.startsWith('# conns: ')) steps.push(`# ${connections(line.slice('# conns: '.length), virtual)}`);
  }
  return { name: basename(path, '.txt'), steps };
}

/** Those of marks are on addresses that end in the mark's number, or on the mark itself. */
function connections(listed: string, virtual: readonly string[]): string {
  const isOurs = (row: string) => {
    const address = row.split(' ')[4]!.replace(/:\d+$/, '');
    return virtual.some((word) =>
      /^\d+$/.test(word)
        ? address === `0.0.0.${word}` || address.startsWith(`10.8.${word}.`)
        : address === word.replace(/:\d+$/, ''),
    );
  };
  const rows = listed === '(none)' ? [] : listed.split(' ; ').filter(isOurs);
  return rows
    .map((row) => row.replace(/ \d+:\d+/, ''))
    .sort()
    .join(' ; ');
}

console.log(JSON.stringify(process.argv.slice(2).map(scenarioOf), undefined, 1));
