// SPDX-License-Identifier: Apache-2.0
/** The tools for people on a director with traffic. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import type { Textbook } from '../support/topologies.js';
import { natHosts } from '../support/topologies.js';
import { addService } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

interface Observed {
  readonly service: string;
  readonly counts: { readonly connections: number };
  readonly servers: readonly { readonly address: string; readonly counts: { readonly connections: number } }[];
}

async function withTraffic({ client, director, vip4, vip6 }: Textbook): Promise<void> {
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1', '192.168.25.2'] });
  await addService(director, { vip: vip6, method: '-m', servers: ['fd00:25::1'] });
  await client.curls(4, `http://${vip4}/`);
  await client.curls(2, `http://[${vip6}]/`);
}

test('services, servers, connections and outcomes agree on what passed', { skip }, async (t) => {
  const hosts = await natHosts(t);
  const { director, client, vip4, vip6 } = hosts;
  await withTraffic(hosts);
  const told = async <T>(line: string) => JSON.parse(await director.ok(line)) as T;

  const services = await told<Observed[]>('xdpvs services --json');
  assert.deepEqual(
    services.map(({ service, counts, servers }) => [
      service,
      counts.connections,
      servers.map((one) => one.counts.connections),
    ]),
    [
      [`tcp ${vip4}:80`, 4, [2, 2]],
      [`tcp [${vip6}]:80`, 2, [2]],
    ],
  );
  assert.equal((await told<unknown[]>(`xdpvs servers --service ${vip4} --json`)).length, 2);

  const connections = async (filter: string) => (await told<unknown[]>(`xdpvs connections ${filter} --json`)).length;
  assert.equal(await connections(''), 6);
  assert.equal(await connections(`--service 'tcp ${vip4}:80'`), 4);
  assert.equal(await connections('--server 192.168.25.1'), 2);
  assert.equal(await connections('--client fd00:100::/64 --state TIME_WAIT,CLOSE,FIN_WAIT,LAST_ACK'), 2);
  assert.equal(await connections('--client 203.0.113.0/24'), 0);

  const outcomes = await told<{ outcome: string; packets: number }[]>('xdpvs outcomes --json --interval 0');
  const packets = (name: string) => outcomes.find(({ outcome }) => outcome === name)?.packets ?? assert.fail(name);
  assert.ok(packets('forwarded_masquerade') >= 6 * 4, JSON.stringify(outcomes));
  assert.ok(packets('replied_masquerade') >= 6 * 3);

  await director.ok('xdpvs detach --all --forget');
  for (const command of ['services', 'servers', 'connections', 'outcomes', 'top --count 1', 'save', 'apply /dev/null'])
    assert.match(
      (await director.run(`xdpvs ${command}`)).stderr,
      new RegExp(`^xdpvs ${command.split(' ')[0]}: [^\\n]+\\n$`),
    );
  void client;
});

test('what is saved is applied again after a new beginning, and then once more without effect', { skip }, async (t) => {
  const hosts = await natHosts(t);
  const { director, vip4 } = hosts;
  await withTraffic(hosts);
  await director.ok('xdpvsadm --set 600 60 30');
  const [lines, yaml] = [join(director.scratch, 'lines'), join(director.scratch, 'yaml')];
  await director.ok(`xdpvs save > ${lines}; xdpvs save --yaml > ${yaml}`);
  const before = await director.ok('xdpvsadm -S -n; xdpvsadm -L --timeout');
  assert.equal(
    await director.ok(`xdpvs apply ${yaml}; xdpvs apply - < ${lines}`),
    'nothing to change\nnothing to change\n',
  );

  for (const file of [lines, yaml]) {
    await director.ok('xdpvs detach --all --forget; xdpvs attach eth0 eth1');
    assert.match(await director.ok(`xdpvs apply ${file}`), /^5 added, 1 changed, 0 removed; touches none of 0 live/m);
    assert.equal(await director.ok('xdpvsadm -S -n; xdpvsadm -L --timeout'), before);
  }

  await hosts.client.curls(4, `http://${vip4}/`);
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('address: 192.168.25.2', 'address: 192.168.25.1'));
  const wrong = await director.run(`xdpvs apply ${yaml}`);
  assert.deepEqual([wrong.code, wrong.stdout], [65, '']);
  assert.match(
    wrong.stderr,
    /^xdpvs apply: \S+yaml:\d+:\d+: the service has this real server already: name each once\n$/,
  );
  assert.equal(await director.ok('xdpvsadm -S -n; xdpvsadm -L --timeout'), before);

  const less = readFileSync(lines, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('192.168.25.2'));
  writeFileSync(lines, less.join('\n'));
  assert.match(await director.ok(`xdpvs apply ${lines}`), /touches 2 of 4 live connections \(50 %\): 2 lose their/);
});

test('watch tells changes and drops as they happen, top shows and obeys keys', { skip }, async (t) => {
  const hosts = await natHosts(t);
  const { client, director, vip4 } = hosts;
  await withTraffic(hosts);

  const watch = director.start('xdpvs watch --interval 0.1');
  t.after(() => watch.kill('SIGKILL'));
  const lines = createInterface(watch.stdout ?? assert.fail('no output'));
  const next = async () =>
    ((await once(lines, 'line', { signal: AbortSignal.timeout(10_000) })) as [string])[0].slice(9);
  assert.equal(await next(), '. watching; Ctrl-C ends it');
  const changed = next();
  await director.ok(`xdpvsadm -e -t ${vip4}:80 -r 192.168.25.1 -m -w 0`);
  assert.equal(await changed, `~ tcp ${vip4}:80 -> 192.168.25.1:80: weight 1 -> 0`);
  const quiesced = next();
  await director.ok(`xdpvsadm -e -t ${vip4}:80 -r 192.168.25.2 -m -w 0`);
  await quiesced;
  const dropped = next();
  await client.curl(`http://${vip4}/`);
  assert.match(await dropped, /^! \d+ packets no_real_server \(the service has no usable real server/);
  watch.kill('SIGTERM');

  const keys = '(sleep 1.5; printf "\\r"; sleep 0.6; printf q)';
  const screen = await director.ok(`${keys} | script -qc 'stty cols 90 rows 20; xdpvs top --interval 0.3' /dev/null`);
  assert.match(screen, /\d+ active, \d+ inactive connections; \d+ conn\/s; /);
  assert.match(screen, /2 services by conn/);
  assert.match(screen, /real servers of tcp \S+ by conn/);
  assert.ok(screen.trimEnd().endsWith('\x1b[?1049l'), 'the terminal is given back');
});

test('sync daemons are noted in the maps, with what ipvsadm would have told of them', { skip }, async (t) => {
  const { director } = await natHosts(t);
  await director.ok('xdpvs attach eth0');
  await director.ok('xdpvsadm --start-daemon master --mcast-interface eth0 --syncid 3');
  await director.ok('xdpvsadm --start-daemon backup --mcast-interface lo --mcast-group ff02::5');
  const mtu = JSON.parse(await director.ok('ip -j link show dev lo')) as { mtu: number }[];
  assert.equal(
    await director.ok('xdpvsadm -L --daemon'),
    `master sync daemon (mcast=eth0, syncid=3, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
backup sync daemon (mcast=lo, syncid=0, maxlen=${Math.min(65535, mtu[0]!.mtu) - 48}, group=ff02::5, port=8848, ttl=1)
`,
  );
  const refused = async (line: string) => {
    const { code, stderr } = await director.run(`xdpvsadm ${line}`);
    return `${code} ${stderr}`;
  };
  assert.equal(await refused('--start-daemon master --mcast-interface eth1'), '255 Daemon has already run\n');
  assert.equal(await refused('--start-daemon master --mcast-interface nosuch'), '255 No such device\n');
  assert.match((await director.run('xdpvs check')).stdout, /the master sync daemon on eth0 was started, but/);
  await director.ok('xdpvsadm -C; xdpvsadm --stop-daemon master; xdpvsadm --stop-daemon backup');
  assert.equal(await refused('--stop-daemon backup'), '255 No daemon is running\n');
  assert.equal(await director.ok('xdpvsadm -L --daemon'), '');
});
