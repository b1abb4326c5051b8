// SPDX-License-Identifier: Apache-2.0
import type { Textbook } from '../../test/support/topologies.js';
import { splitTwoToOne } from './pages.js';
import type { Stage } from './stage.js';

export async function playDirectRouting(stage: Stage, hosts: Textbook): Promise<void> {
  const { laboratory, client, director, rs1, rs2, vip4 } = hosts;
  stage.title('DR: the director only changes the destination MAC, and real servers answer clients themselves');
  stage.say('client 172.16.100.1, director .2, rs1 .11, rs2 .12 on one segment, 172.16.100.0/24\n');
  for (const server of [rs1, rs2]) await stage.type(server, `xdpvs realserver start ${vip4}`);
  await stage.type(director, 'xdpvs attach eth0');
  await stage.type(director, `xdpvsadm -A -t ${vip4}:80 -s wrr`);
  await stage.type(director, `xdpvsadm -a -t ${vip4}:80 -r 172.16.100.11:80 -g -w 2`);
  await stage.type(director, `xdpvsadm -a -t ${vip4}:80 -r 172.16.100.12:80 -g -w 1`);

  stage.say("(tcpdump listens on the switch, at the director's port and at the client's)");
  const lan = laboratory.switch('lan');
  const [atDirector, atClient] = await Promise.all([
    lan.capture('director', 'tcp port 80'),
    lan.capture('client', 'tcp port 80'),
  ]);
  const pages = await stage.tenCurls(client, `http://${vip4}/`);
  const [passedDirector, passedClient] = await Promise.all([atDirector.stop(), atClient.stop()]);
  stage.promise(
    'weights 2 and 1: any three connections in a row go two to rs1, one to rs2',
    splitTwoToOne(pages, 'RS1'),
  );

  const isReply = (line: string): boolean => line.includes(`${vip4}.80 > `);
  const replies = passedClient.filter(isReply);
  const macs = [rs1.mac('eth0'), rs2.mac('eth0')];
  stage.say("the first request and the first reply, as they passed the client's port:");
  stage.say(`  ${passedClient[0] ?? '(nothing)'}`);
  stage.say(`  ${replies[0] ?? '(nothing)'}`);
  stage.say(
    `at the director's port: ${passedDirector.length} packets, ${passedDirector.filter(isReply).length} of them replies`,
  );
  stage.say(`at the client's port: ${passedClient.length} packets, ${replies.length} of them replies`);
  stage.promise('requests pass the director, in and out again', passedDirector.length >= 2 * 10);
  stage.promise('replies do not pass the director', passedDirector.filter(isReply).length === 0);
  const isOwn = (line: string): boolean => macs.some((mac) => line.includes(` ${mac} > `));
  stage.promise("replies carry the real servers' own MACs", replies.length > 0 && replies.every(isOwn));
  await stage.type(director, 'xdpvsadm -Ln');
}
