// SPDX-License-Identifier: Apache-2.0
/**
 * LVS's classic experiment, on hosts in network namespaces: a client, a director, real servers with a real nginx.
 * KEEP=1 leaves the hosts up; `demo.js clean` removes them.
 */
import { removeKept } from '../test/support/namespaces.js';
import type { Lifetime } from '../test/support/hosts.js';
import { whyNoHosts } from '../test/support/hosts.js';
import { ROOT } from '../test/support/host.js';
import type { Textbook } from '../test/support/topologies.js';
import { directRoutingHosts, natHosts, tunnelHosts } from '../test/support/topologies.js';
import { playDirectRouting } from './demo/direct_routing.js';
import { playNat } from './demo/nat.js';
import { playObserving } from './demo/observe.js';
import { Stage } from './demo/stage.js';
import { playTunnel } from './demo/tunnel.js';

const keep = process.env['KEEP'] === '1';
const prefix = keep ? 'xk' : 'xt';

async function play(stage: Stage, lifetime: Lifetime): Promise<Textbook[]> {
  const nat = await natHosts(lifetime, prefix);
  await playNat(stage, nat);
  const direct = await directRoutingHosts(lifetime, prefix);
  await playDirectRouting(stage, direct);
  const tunnel = await tunnelHosts(lifetime, prefix);
  await playTunnel(stage, tunnel);
  await playObserving(stage, tunnel);
  return [nat, direct, tunnel];
}

function sayHowToGoOn(stage: Stage, all: readonly Textbook[]): void {
  stage.title('The hosts stay. Each is a network namespace:');
  for (const [i, name] of ['NAT', 'DR', 'TUN'].entries()) {
    const hosts = [...(all[i]?.laboratory.hosts.values() ?? [])];
    stage.say(`${name}: ${hosts.map(({ namespace }) => namespace).join(' ')}`);
  }
  const [nat] = all;
  if (!nat) return;
  stage.say(`\nto play:
  export PATH=${ROOT}/bin:$PATH
  ip netns exec ${nat.director.namespace} xdpvsadm -Ln
  ip netns exec ${nat.director.namespace} xdpvsadm -e -t ${nat.vip4}:80 -r 192.168.25.1:80 -m -w 0
  ip netns exec ${nat.client.namespace} curl http://${nat.vip4}/
  ip netns exec ${nat.director.namespace} bash
to clean up:
  node ${ROOT}/build/js/tools/demo.js clean`);
}

async function main(): Promise<number> {
  const why = whyNoHosts();
  if (why !== undefined) {
    console.error(`demo: ${why}`);
    return 1;
  }
  if (process.argv[2] === 'clean') {
    console.log(`${removeKept()} networks removed`);
    return 0;
  }
  const began = Date.now();
  const stage = new Stage();
  const ends: (() => void)[] = [];
  try {
    const all = await play(stage, { after: (end) => void ends.push(end) });
    if (keep) sayHowToGoOn(stage, all);
  } catch (error) {
    console.error(`\ndemo: ${(error as Error).message}`);
    return 1;
  } finally {
    if (!keep) for (const end of ends) end();
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(
    `\n${stage.brokenPromises === 0 ? 'everything came back as promised' : 'NOT as promised, see above'} (${seconds} s)`,
  );
  return stage.brokenPromises === 0 ? 0 : 1;
}

process.exitCode = await main();
