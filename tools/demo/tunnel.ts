// SPDX-License-Identifier: Apache-2.0
import type { Textbook } from '../../test/support/topologies.js';
import { alternate } from './pages.js';
import type { Stage } from './stage.js';

export async function playTunnel(stage: Stage, hosts: Textbook): Promise<void> {
  const { laboratory, client, director, rs1, rs2, vip4 } = hosts;
  stage.title('TUN: the director puts an outer IP header on, so real servers may be behind routers');
  stage.say(
    'client 172.16.100.1, director .2, router .254 -- 192.168.25.254 router, rs1 192.168.25.1, rs2 192.168.25.2\n',
  );
  for (const server of [rs1, rs2]) await stage.type(server, `xdpvs realserver start --tunnel ${vip4}`);
  await stage.type(director, 'xdpvs attach eth0');
  await stage.type(director, `xdpvsadm -A -t ${vip4}:80 -s rr`);
  await stage.type(director, `xdpvsadm -a -t ${vip4}:80 -r 192.168.25.1:80 -i`);
  await stage.type(director, `xdpvsadm -a -t ${vip4}:80 -r 192.168.25.2:80 -i`);

  const capture = await laboratory.switch('far').capture('router', 'proto 4 or tcp port 80');
  const pages = await stage.tenCurls(client, `http://${vip4}/`);
  const passed = await capture.stop();
  stage.promise('round robin: ten connections alternate between two real servers', alternate(pages));
  const tunnelled = passed.filter((line) => /172\.16\.100\.2 > 192\.168\.25\.[12]: (IP )?172\.16\.100\.1\./.test(line));
  stage.say("the first packet in a tunnel, as it passed the router's port:");
  stage.say(`  ${tunnelled[0] ?? '(none)'}`);
  stage.promise('requests travel inside packets from the director to the real server', tunnelled.length >= 10);
}
