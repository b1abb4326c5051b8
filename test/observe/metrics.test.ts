// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { text } from 'node:stream/consumers';
import { metricsPage } from '../../src/observe/metrics.js';
import { OUTCOMES } from '../../src/observe/outcomes.js';
import type { Director } from '../../src/observe/source.js';
import { BUILD, counts, fakeSource, ipv4, ipv6, observed, realServer } from './fake_source.js';
import { table } from './connection_lines.js';

const WEB = observed({ kind: 'address', protocol: 'tcp', address: ipv4(192, 0, 2, 80), port: 80 }, [
  realServer(ipv4(10, 0, 0, 1), 8080, { weight: 2, method: 'masquerade' }),
  { active: 3, inactive: 4, persistent: 5 },
]);
const DNS = observed(
  { kind: 'address', protocol: 'udp', address: ipv6('20010db8 00000000 00000000 00000001'), port: 53 },
  [realServer(ipv6('20010db8 00000000 00000000 00000a00'), 53), { active: 0, inactive: 6, persistent: 0 }],
);
const MARK = observed({ kind: 'mark', mark: 0xa3cb4, family: 4 }, [
  realServer(ipv4(192, 168, 50, 20), 3306, { weight: 0, method: 'tunnel' }),
  { active: 7, inactive: 8, persistent: 0 },
]);

const ESTABLISHED = {
  tag: 3,
  expires: 1,
  family: 4,
  source: [198, 51, 100, 7],
  destination: [192, 0, 2, 80],
  sourcePort: 31337,
  destinationPort: 80,
  protocol: 6,
  state: 1,
  flags: 0,
  realServer: 0,
} as const;

const DIRECTOR: Partial<Director> = {
  services: () => [WEB, DNS, MARK],
  connections: () => [new Uint8Array(table([ESTABLISHED, undefined]))],
  outcomes: () => [0n, 100n, 0n, 0n, 0n, 0n, 0n, 0n, 42n],
  totals: () => counts(1000n),
  tables: () => [{ table: 'services', entries: 3, capacity: 4096 }],
  interfaces: () => [{ name: 'eth0', mode: 'native' }],
  sweeperAgeS: () => 0.01,
};

async function render(director: Partial<Director> | undefined): Promise<string> {
  return text(metricsPage(fakeSource(director), clock()));
}

/** The page takes 2 ms by this clock. */
function clock(): () => number {
  const times = [1000, 1002];
  return () => times.shift() ?? assert.fail('the time was asked for a third time');
}

/** The samples of one family, as they stand on the page. */
function samples(page: string, name: string): string[] {
  return page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

test('with nothing pinned the page says only that', async () => {
  assert.equal(
    await render(undefined),
    `# HELP xdpvs_info Version of xdpvs that answers, and the layout of the maps that it reads.
# TYPE xdpvs_info gauge
xdpvs_info{version="${BUILD.version}",layout="${BUILD.layout}"} 1

# HELP xdpvs_attached Whether any interface runs the XDP program (1) or none (0).
# TYPE xdpvs_attached gauge
xdpvs_attached 0

# HELP xdpvs_scrape_duration_seconds Time that reading the maps and printing all other metrics of this page took.
# TYPE xdpvs_scrape_duration_seconds gauge
xdpvs_scrape_duration_seconds 0.002
`,
  );
});

test('a director with a service and a real server: the page to the letter', async () => {
  const page = await render({ ...DIRECTOR, services: () => [WEB] });
  assert.equal(page, readFileSync(new URL('../../../../test/observe/page.prom', import.meta.url), 'utf8'));
});

test('counters are counters, and everything else is a gauge', async () => {
  const types = (await render(DIRECTOR)).matchAll(/^# TYPE (\S+) (\S+)$/gm);
  for (const [, name, type] of types) assert.equal(type, name?.endsWith('_total') ? 'counter' : 'gauge', name);
});

test('services and real servers are told apart by their labels', async () => {
  const page = await render(DIRECTOR);
  assert.deepEqual(samples(page, 'xdpvs_virtual_service_incoming_packets_total'), [
    'xdpvs_virtual_service_incoming_packets_total{family="ipv4",protocol="tcp",virtual_address="192.0.2.80",virtual_port="80",mark=""} 11',
    'xdpvs_virtual_service_incoming_packets_total{family="ipv6",protocol="udp",virtual_address="2001:db8::1",virtual_port="53",mark=""} 11',
    'xdpvs_virtual_service_incoming_packets_total{family="ipv4",protocol="",virtual_address="",virtual_port="",mark="670900"} 11',
  ]);
  assert.deepEqual(samples(page, 'xdpvs_real_server_info'), [
    'xdpvs_real_server_info{family="ipv4",protocol="tcp",virtual_address="192.0.2.80",virtual_port="80",mark="",real_address="10.0.0.1",real_port="8080",forwarding_method="masquerade",tunnel_type=""} 1',
    'xdpvs_real_server_info{family="ipv6",protocol="udp",virtual_address="2001:db8::1",virtual_port="53",mark="",real_address="2001:db8::a00",real_port="53",forwarding_method="direct-route",tunnel_type=""} 1',
    'xdpvs_real_server_info{family="ipv4",protocol="",virtual_address="",virtual_port="",mark="670900",real_address="192.168.50.20",real_port="3306",forwarding_method="tunnel",tunnel_type="ipip"} 1',
  ]);
});

// What prometheus-node-exporter 1.5.0 prints of a /proc/net/ip_vs with these services.
test("the node exporter's series are the node exporter's", async () => {
  const page = await render(DIRECTOR);
  const backends = [
    'local_address="192.0.2.80",local_mark="",local_port="80",proto="TCP",remote_address="10.0.0.1",remote_port="8080"',
    'local_address="2001:db8::1",local_mark="",local_port="53",proto="UDP",remote_address="2001:db8::a00",remote_port="53"',
    'local_address="",local_mark="000A3CB4",local_port="0",proto="FWM",remote_address="192.168.50.20",remote_port="3306"',
  ];
  for (const [name, values] of [
    ['node_ipvs_backend_connections_active', [3, 0, 7]],
    ['node_ipvs_backend_connections_inactive', [4, 6, 8]],
    ['node_ipvs_backend_weight', [2, 1, 0]],
  ] as const) {
    const expected = backends.map((labels, index) => `${name}{${labels}} ${values[index]}`);
    assert.deepEqual(samples(page, name), expected);
  }
  assert.deepEqual(samples(page, 'node_ipvs_outgoing_bytes_total'), ['node_ipvs_outgoing_bytes_total 1004']);
});

test('a mark of both families with the same real server is one series to the node exporter, two to us', async () => {
  const server = realServer(ipv4(10, 0, 0, 1), 0);
  const load = { active: 2, inactive: 0, persistent: 0 };
  const both = ([4, 6] as const).map((family) => observed({ kind: 'mark', mark: 1, family }, [server, load]));
  const page = await render({ services: () => both });

  assert.deepEqual(samples(page, 'node_ipvs_backend_connections_active'), [
    'node_ipvs_backend_connections_active{local_address="",local_mark="00000001",local_port="0",proto="FWM",remote_address="10.0.0.1",remote_port="0"} 4',
  ]);
  assert.equal(samples(page, 'xdpvs_real_server_active_connections').length, 2);
});

test('a service that is gone leaves nothing on the next page', async () => {
  let services = [WEB, DNS];
  const source = fakeSource({ services: () => services });
  assert.match(await text(metricsPage(source)), /2001:db8::1/);
  services = [WEB];
  assert.doesNotMatch(await text(metricsPage(source)), /2001:db8::1/);
});

function readHeader(name: string): string {
  return readFileSync(new URL(`../../../../bpf/${name}`, import.meta.url), 'utf8');
}

test('every outcome of the data plane is named, by its number', () => {
  const [, body] = /^enum outcome[^{]*\{([^}]*)\}/m.exec(readHeader('abi.h')) ?? assert.fail('no enum outcome');
  const members = [...body!.matchAll(/^\t([A-Z_]+) = ([0-9]+),/gm)].map(([, name, number]) => [name, Number(number)]);
  const ours = OUTCOMES.map(({ name, number }) => [name.toUpperCase(), number]);
  const numbers = ours.map(([, number]) => Number(number));
  assert.deepEqual([['CONTINUE', 0], ...ours, ['OUTCOME_COUNT', Math.max(...numbers) + 1]], members);
});

test('the action of each outcome is what the data plane does', () => {
  const [, cases] =
    /((?:\tcase [A-Z_]+:\n)+)\t\treturn XDP_PASS;/.exec(readHeader('outcome.h')) ?? assert.fail('no cases');
  const passed = [...cases!.matchAll(/case ([A-Z_]+):/g)].map(([, name]) => name!);
  for (const { name, action } of OUTCOMES) {
    const isSentOn = /^(forwarded|replied|icmp)_/.test(name);
    assert.equal(action, isSentOn ? 'transmit' : passed.includes(name.toUpperCase()) ? 'pass' : 'drop', name);
  }
});

const promtool = spawnSync('promtool', ['--version']).error ? 'promtool (package prometheus) is not installed' : false;

test('promtool finds nothing to say', { skip: promtool }, async () => {
  for (const director of [DIRECTOR, undefined]) {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await render(director),
      encoding: 'utf8',
    });
    assert.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' });
  }
});
