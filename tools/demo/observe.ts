// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Textbook } from '../../test/support/topologies.js';
import type { Stage } from './stage.js';

const METRICS = 'http://127.0.0.1:19749/metrics';

/** `xdpvs serve` says where it listens once it does. */
async function untilListening(server: { stdout: NodeJS.ReadableStream | null }): Promise<void> {
  if (!server.stdout) throw new Error('xdpvs serve has no output');
  const first = once(server.stdout, 'data');
  const late = sleep(60_000, undefined, { ref: false }).then(() => {
    throw new Error('xdpvs serve did not begin within 60 s');
  });
  const [line] = (await Promise.race([first, late])) as [Buffer];
  console.log(`  ${line.toString().trim()}`);
}

export async function playObserving(stage: Stage, { client, director, vip4 }: Textbook): Promise<void> {
  stage.title('Looking at it');
  await stage.type(director, 'xdpvsadm -Ln');
  const stats = await stage.type(director, 'xdpvsadm -Ln --stats');
  stage.promise('ten connections are counted', new RegExp(`^TCP +${vip4}:80 +10 `, 'm').test(stats));

  stage.say('director# xdpvs serve &');
  const server = director.start('xdpvs serve');
  await untilListening(server);
  const wanted = /^(xdpvs_(packets_total|connections|virtual_service_[a-z]*_total)|node_ipvs_)/;
  const metrics = await stage.typeAndPick(
    director,
    `curl -s ${METRICS}`,
    (line) => wanted.test(line) && !/ 0$/.test(line),
  );
  stage.promise('dashboards for LVS find their series', /^node_ipvs_connections_total 10$/m.test(metrics));

  stage.say('director# kill -9 %1');
  server.kill('SIGKILL');
  await once(server, 'exit');
  const page = await stage.type(client, `curl -s http://${vip4}/`);
  stage.promise('traffic goes on with no process of ours', page.startsWith('RS'));
}
