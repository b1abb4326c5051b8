// SPDX-License-Identifier: Apache-2.0
/** SIP by real sockets: each call stays at its real server, and real servers call out as the virtual service. */
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
const AGENT = `node ${join(ROOT, 'build/js/test/support/sip_agent.js')}`;
const PORT = 5060;
const PERSISTENT = '-p 60 --pe sip';

type Child = ReturnType<Host['start']>;

async function serve(host: Host, address: string, port: number, name: string): Promise<Child> {
  const child = host.start(`${AGENT} serve ${address} ${port} ${name}`);
  await once(child.stdout!, 'data');
  return child;
}

interface Call {
  readonly from: readonly [address: string, port: number];
  readonly to: readonly [address: string, port: number];
  readonly id: string;
  readonly size?: number;
}

/** [who answered, where the answer came from, where the INVITE had come from] */
async function call(host: Host, { from, to, id, size = 0 }: Call): Promise<string[]> {
  const said = await host.ok(`${AGENT} call ${from.join(' ')} ${to.join(' ')} ${id} ${size}`);
  return said.trim().split(', ');
}

test('NAT: calls stay where they are, whatever port and size, and real servers call out', { skip }, async (t) => {
  const { client, director, rs1, rs2, vip4, vip6 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  for (const [vip, own, servers] of [
    [vip4, '172.16.100.1', ['192.168.25.1', '192.168.25.2']],
    [vip6, 'fd00:100::1', ['fd00:25::1', 'fd00:25::2']],
  ] as const) {
    const agents = [await serve(rs1, servers[0], PORT, 'rs1'), await serve(rs2, servers[1], PORT, 'rs2')];
    await addService(director, { vip, port: PORT, protocol: '-u', method: '-m', servers, persistence: PERSISTENT });
    const to = [vip, PORT] as const;
    const answered = async (id: string, port: number, size = 0) => {
      const [name, source] = await call(client, { from: [own, port], to, id, size });
      assert.equal(source, `${vip} ${PORT}`);
      return name;
    };
    const first = await answered('a@pc', 6001);
    assert.notEqual(await answered('b@pc', 6002), first);
    assert.equal(await answered('a@pc', 6003), first);
    assert.equal(await answered('a@pc', 6004, 4000), first, 'in fragments');

    agents[0]!.kill();
    await once(agents[0]!, 'exit');
    // By a port of its own, since what belongs to a connection begins no call.
    for (const [port, size] of [
      [5070, 0],
      [5071, 4000],
    ] as const) {
      await serve(client, own, port, 'client');
      const asked = await call(rs1, { from: [servers[0], PORT], to: [own, port], id: `c${size}@rs1`, size });
      assert.deepEqual(asked, ['client', `${own} ${port}`, `${vip} ${PORT}`]);
    }
    const listed = await director.ok('xdpvsadm -Lnc --persistent-conn');
    for (const id of ['a@pc', 'b@pc', 'c0@rs1', 'c4000@rs1']) assert.match(listed, new RegExp(`sip +${id}$`, 'm'));
  }
});

test('DR, each datagram by itself: a call stays where it is, and what is none is dropped', { skip }, async (t) => {
  const { client, director, rs1, rs2, vip4 } = await directRoutingHosts(t);
  for (const host of [rs1, rs2]) await host.ok(`xdpvs realserver start ${vip4}`);
  await director.ok('xdpvs attach eth0');
  await Promise.all([serve(rs1, vip4, PORT, 'rs1'), serve(rs2, vip4, PORT, 'rs2')]);
  const servers = ['172.16.100.11', '172.16.100.12'];
  await addService(director, {
    vip: vip4,
    port: PORT,
    protocol: '-u',
    method: '-g',
    servers,
    persistence: `-o ${PERSISTENT}`,
  });
  const answered = async (id: string) =>
    (await call(client, { from: ['172.16.100.1', PORT], to: [vip4, PORT], id }))[0]!;
  const [a, b] = [await answered('a@pc'), await answered('b@pc')];
  assert.deepEqual([a, b].sort(), ['rs1', 'rs2']);
  assert.deepEqual([await answered('b@pc'), await answered('a@pc')], [b, a]);
  await client.ok(`bash -c 'echo hello > /dev/udp/${vip4}/${PORT}'`);
  assert.match(await director.ok('xdpvs outcomes'), /^no_call_id +drop +1 /m);
});
