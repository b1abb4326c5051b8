// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of what IPVS does with ICMP errors (NAME.txt in the form of the packet recordings, its packets as hex) ->
 * test/reference/icmp.json: commands, settings and packets in their order, each packet under its label. Packets too long to be
 * worth keeping are left out with what became of them.
 *
 *     node build/js/tools/icmp_reference.js icmp*.txt natsend*.txt > test/reference/icmp.json
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const LONGEST = 300;

interface Scenario {
  readonly name: string;
  /** `$ COMMAND`, `= NAME VALUE` (a setting), or [label, packet sent, what came out...] as `C> HEX`, `C< HEX` and so on. */
  readonly steps: (string | string[])[];
}

function scenarioOf(path: string): Scenario {
  const steps: (string | string[])[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const setting = /^# \$ sysctl -qw net\.ipv4\.vs\.(\w+)=(\S+)/.exec(line);
    if (setting) steps.push(`= ${setting[1]} ${setting[2]}`);
    if (line.startsWith('# $ ipvsadm ')) steps.push(line.slice('# '.length));
    if (line.startsWith('# -- ')) steps.push([line.slice('# -- '.length)]);
    if (/^[CR][<>] /.test(line)) (steps.at(-1) as string[]).push(line);
  }
  return { name: basename(path, '.txt'), steps: steps.filter(isShort) };
}

function isShort(step: string | string[]): boolean {
  return typeof step === 'string' || step.slice(1).every((packet) => packet.length <= 3 + 2 * LONGEST);
}

console.log(JSON.stringify(process.argv.slice(2).map(scenarioOf), undefined, 1));
