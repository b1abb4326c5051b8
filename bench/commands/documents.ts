// SPDX-License-Identifier: Apache-2.0
/** What `xdpvsadm -R` is given: services of ten real servers, as a restored director has them. */
import { ipv4Number, ipv4Text } from '../nanoseconds/traffic.js';

export const SERVERS_A_SERVICE = 10;

const FIRST_SERVICE = ipv4Number('10.64.0.1');
const FIRST_SERVER = ipv4Number('10.1.0.1');
/** Real servers serve several services, as on real directors. */
const SERVERS = 20_000;

export function documentOf(services: number): string {
  const lines: string[] = [];
  for (let service = 0; service < services; service++) {
    const key = `${ipv4Text(FIRST_SERVICE + service)}:80`;
    lines.push(`-A -t ${key} -s rr`);
    for (let each = 0; each < SERVERS_A_SERVICE; each++) {
      const server = ipv4Text(FIRST_SERVER + ((service * SERVERS_A_SERVICE + each) % SERVERS));
      lines.push(`-a -t ${key} -r ${server}:80 -g -w 1`);
    }
  }
  return `${lines.join('\n')}\n`;
}
