// SPDX-License-Identifier: Apache-2.0
import type { Textbook } from '../../test/support/topologies.js';
import { alternate } from './pages.js';
import type { Stage } from './stage.js';

export async function playNat(stage: Stage, { client, director, vip4 }: Textbook): Promise<void> {
  stage.title('NAT: the director rewrites addresses both ways, and is the gateway of its real servers');
  stage.say('client 172.16.100.1 -- 172.16.100.2 director 192.168.25.254 -- rs1 192.168.25.1, rs2 192.168.25.2\n');
  await stage.type(director, 'xdpvs attach eth0 eth1');
  await stage.type(director, `xdpvsadm -A -t ${vip4}:80 -s rr`);
  await stage.type(director, `xdpvsadm -a -t ${vip4}:80 -r 192.168.25.1:80 -m`);
  await stage.type(director, `xdpvsadm -a -t ${vip4}:80 -r 192.168.25.2:80 -m`);
  const pages = await stage.tenCurls(client, `http://${vip4}/`);
  stage.promise('round robin: ten connections alternate between two real servers', alternate(pages));
  await stage.type(director, 'xdpvsadm -Ln');
}
