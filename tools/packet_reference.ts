// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of what IPVS does with packets (NAME.txt tells the story, NAME.hex has the packets) -> test/reference/packets.json:
 * commands, packets and connections in their order. A scenario ends where it changes a sysctl, which is not covered yet, and
 * packets that are neither TCP nor UDP are left out with what became of them.
 *
 *     node build/js/tools/packet_reference.js tcp-nat.txt udp-nat.txt > test/reference/packets.json
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

interface Scenario {
  readonly name: string;
  /** `$ COMMAND`, `C> HEX` (from the client), `R> HEX` (from a real server), `C< HEX`, `R< HEX` (to them), `# CONNECTIONS`. */
  readonly steps: string[];
}

function scenarioOf(path: string): Scenario {
  const packets = readFileSync(path.replace(/\.txt$/, '.hex'), 'utf8')
    .split('\n')
    .values();
  const steps: string[] = [];
  let isLeftOut = false;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.startsWith('# $ sysctl')) break;
    const packet = /^[CR][<>] /.test(line) ? (packets.next().value ?? '') : undefined;
    if (packet !== undefined && packet[1] === '>') isLeftOut = !isTransport(packet.slice(3));
    if (packet !== undefined && !isLeftOut) steps.push(packet);
    if (line.startsWith('# $ ipvsadm -') && !line.startsWith('# $ ipvsadm -L')) steps.push(line.slice(2));
    if (line.startsWith('# conns: ')) steps.push(`# ${line.slice('# conns: '.length)}`);
  }
  return { name: basename(path, '.txt'), steps };
}

function isTransport(hex: string): boolean {
  const packet = Buffer.from(hex, 'hex');
  const protocol = packet[0]! >> 4 === 4 ? packet[9] : packet[6];
  return protocol === 6 || protocol === 17;
}

console.log(JSON.stringify(process.argv.slice(2).map(scenarioOf), undefined, 1));
