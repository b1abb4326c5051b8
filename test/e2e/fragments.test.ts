// SPDX-License-Identifier: Apache-2.0
/**
 * Datagrams larger than any frame, by real sockets: there and back through NAT, there through DR. What a tunnel makes of
 * them is in the recorded packets: real servers of these machines could not put its outer packets together again.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';

import type { Host } from '../support/host.js';
import { ROOT } from '../support/host.js';
import { whyNoHosts } from '../support/hosts.js';
import { directRoutingHosts, natHosts } from '../support/topologies.js';
import { addService } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;
const MIRROR = `node ${join(ROOT, 'build/js/test/support/udp_mirror.js')}`;
const PORT = 5353;
/** Two, six and 45 or 46 fragments; the last makes a packet of 65,535 bytes over IPv6, longer than which we take none. */
const SIZES = [1500, 8000, 65_487];

async function serve(server: Host, address: string): Promise<void> {
  const child = server.start(`${MIRROR} serve ${address} ${PORT}`);
  await once(child.stdout!, 'data');
}

async function ask(client: Host, vip: string, size: number): Promise<number> {
  return Number(await client.ok(`${MIRROR} ask ${vip} ${PORT} ${size}`));
}

for (const mode of ['native', 'generic']) {
  test(`NAT in ${mode} mode: large datagrams there and back`, { skip }, async (t) => {
    const { client, director, rs1, vip4, vip6 } = await natHosts(t);
    await director.ok(`xdpvs attach --mode ${mode} eth0 eth1`);
    for (const [vip, address] of [
      [vip4, '192.168.25.1'],
      [vip6, 'fd00:25::1'],
    ] as const) {
      await serve(rs1, address);
      await addService(director, { vip, port: PORT, protocol: '-u', method: '-m', servers: [address] });
      for (const size of SIZES) assert.equal(await ask(client, vip, size), size, `${vip}, ${size} bytes`);
    }
  });
}

test('DR: large datagrams arrive, and are answered', { skip }, async (t) => {
  const { client, director, rs1, vip4, vip6 } = await directRoutingHosts(t);
  await rs1.ok(`xdpvs realserver start ${vip4} ${vip6}`);
  await director.ok('xdpvs attach eth0');
  for (const [vip, address] of [
    [vip4, '172.16.100.11'],
    [vip6, 'fd00:100::11'],
  ] as const) {
    await serve(rs1, vip);
    await addService(director, { vip, port: PORT, protocol: '-u', method: '-g', servers: [address] });
    for (const size of SIZES) assert.equal(await ask(client, vip, size), size, `${vip}, ${size} bytes`);
  }
});
