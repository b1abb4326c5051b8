// SPDX-License-Identifier: Apache-2.0
/** Readers of /proc/net/ip_vs, given our folder: Debian's node exporter as it is, unchanged. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import type { Host } from '../support/host.js';
import { whyNoHosts } from '../support/hosts.js';
import { attempt } from '../support/shell.js';
import { natHosts } from '../support/topologies.js';
import { addService } from '../support/virtual_service.js';

const skip =
  whyNoHosts() ?? (attempt('sh', '-c', 'command -v prometheus-node-exporter') === '' ? 'no node exporter' : false);

const OWN = 'http://127.0.0.1:19749/metrics';
const EXPORTER = '127.0.0.1:19750';

/** Names and values of the node exporter's series of IPVS, in the order of their names. */
function ipvsSeries(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('node_ipvs_'))
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${sortLabels(labels)}}`))
    .sort();
}

/** An empty label is none. */
function sortLabels(labels: string): string {
  const each = labels.match(/\w+="[^"]*"/g) ?? [];
  return each
    .filter((label) => !label.endsWith('""'))
    .sort()
    .join(',');
}

async function metricsOf(host: Host, url: string): Promise<string> {
  for (let i = 0; i < 50; i++) {
    const page = await host.curl(url);
    if (page.startsWith('#')) return page;
    await pause(100);
  }
  return assert.fail(`nothing answers at ${url}`);
}

test('a stock node exporter reads what xdpvs serve says itself', { skip }, async (t) => {
  const { client, director, vip4, vip6 } = await natHosts(t);
  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: [['192.168.25.1', 3], '192.168.25.2'] });
  await addService(director, { vip: vip6, method: '-m', servers: ['fd00:25::1'] });
  await addService(director, { vip: vip4, port: 53, protocol: '-u', method: '-g', servers: ['192.168.25.1'] });
  await client.curls(3, `http://${vip4}/`);
  await client.curls(2, `http://[${vip6}]/`);
  const folder = join(director.scratch, 'proc');

  const serve = director.start(`xdpvs serve --proc ${folder} --links`);
  const own = ipvsSeries(await metricsOf(director, OWN));
  const exporter = director.start(
    `prometheus-node-exporter --path.procfs=${folder} --web.listen-address=${EXPORTER} --log.level=error`,
  );
  t.after(() => [serve, exporter].forEach((child) => child.kill('SIGKILL')));
  const page = await metricsOf(director, `http://${EXPORTER}/metrics`);

  assert.deepEqual(ipvsSeries(page), own);
  assert.ok(own.includes('node_ipvs_connections_total 5'), own.join('\n'));
  assert.ok(own.length > 12, own.join('\n'));
  assert.match(page, /^node_scrape_collector_success\{collector="ipvs"\} 1$/m);
  assert.match(page, /^node_memory_MemTotal_bytes /m);
  assert.match(page, /^node_load1 /m);

  assert.equal(readFileSync(join(folder, 'net/ip_vs_conn'), 'utf8').split('\n').length, 1 + 5 + 1);
  serve.kill('SIGTERM');
  while (existsSync(join(folder, 'net/ip_vs_conn'))) await pause(20);
  assert.doesNotMatch(await metricsOf(director, `http://${EXPORTER}/metrics`), /node_ipvs/);
});

test('xdpvs proc writes once', { skip }, async (t) => {
  const { director, vip4 } = await natHosts(t);
  const folder = join(director.scratch, 'proc');
  const refused = await director.run(`xdpvs proc ${folder}`);
  assert.deepEqual([refused.code, existsSync(folder)], [69, false]);

  await director.ok('xdpvs attach eth0 eth1');
  await addService(director, { vip: vip4, method: '-m', servers: [['192.168.25.1', 3]] });
  await director.ok(`xdpvs proc ${folder}`);
  assert.equal(
    readFileSync(join(folder, 'net/ip_vs'), 'utf8'),
    `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  AC106464:0050 rr  \n  -> C0A81901:0050      Masq    3      0          0         \n`,
  );
});

/** The five numbers of a row of ip_vs_stats*, which are hexadecimal. */
function numbersOf(row: string | undefined): number[] {
  return (row ?? '')
    .trim()
    .split(/ +/)
    .slice(-5)
    .map((word) => parseInt(word, 16));
}

test(
  '-Z sets totals and rates to 0, as in the kernel not the rows of CPUs, and they go on from there',
  { skip: whyNoHosts() ?? false },
  async (t) => {
    const { client, director, vip4 } = await natHosts(t);
    await director.ok('xdpvs attach eth0 eth1');
    await addService(director, { vip: vip4, method: '-m', servers: ['192.168.25.1'] });
    const folder = join(director.scratch, 'proc');
    const shown = async () => {
      await director.ok(`xdpvs proc ${folder}`);
      const stats = readFileSync(join(folder, 'net/ip_vs_stats'), 'utf8').split('\n');
      const byCpu = readFileSync(join(folder, 'net/ip_vs_stats_percpu'), 'utf8').split('\n');
      const cpus = byCpu
        .slice(
          2,
          byCpu.findIndex((row) => row.startsWith('  ~')),
        )
        .map((row) => numbersOf(row)[0]!);
      return { totals: numbersOf(stats[2]), rates: numbersOf(stats[5]), ofCpus: cpus.reduce((a, b) => a + b, 0) };
    };
    const rate = async () => (await director.ok('xdpvsadm -Ln --rate')).split('\n').at(-2)!.trim().split(/ +/).slice(2);

    await client.curls(8, `http://${vip4}/`);
    for (let i = 0; i < 60 && (await rate())[1] === '0'; i++) await pause(100);
    assert.notEqual((await rate())[1], '0', 'an average is made every two seconds');
    const before = await shown();
    assert.equal(before.totals[0], 8);
    await director.ok(`xdpvsadm -Z -t ${vip4}:80`);
    assert.deepEqual((await shown()).totals, before.totals, "one service's -Z is not the whole's");

    await client.curls(8, `http://${vip4}/`);
    await director.ok('xdpvsadm -Z');
    const zeroed = await shown();
    assert.deepEqual([zeroed.totals, zeroed.rates], [new Array(5).fill(0), new Array(5).fill(0)]);
    assert.deepEqual(await rate(), new Array(5).fill('0'));
    assert.equal(zeroed.ofCpus, 16);
    await client.curls(3, `http://${vip4}/`);
    assert.equal((await shown()).totals[0], 3);
  },
);
