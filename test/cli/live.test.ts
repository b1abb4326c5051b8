// SPDX-License-Identifier: Apache-2.0
/** Listings as recorded under traffic: what was read out of one must be written as the same bytes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEndpoint } from '../../src/cli/ipvsadm/endpoint.js';
import type { Endpoint } from '../../src/model/requests.js';
import { FileNames } from './file_names.js';
import type { ServerObservation } from '../../src/cli/ipvsadm/backend.js';
import { EMPTY_STATE } from '../../src/model/state.js';
import { Console } from './console.js';
import { connectionsOf, countsOf, loadOf, ratesOf, rowsOf, servicesOf } from './live_listing.js';
import type { Row } from './live_listing.js';
import { liveOutput } from './recorded.js';

function directorOf(listing: string): Console {
  const console = new Console();
  console.backend.state = { ...EMPTY_STATE, services: servicesOf(rowsOf(listing)) };
  return console;
}

function observe(console: Console, listing: string, read: (row: Row) => Partial<ServerObservation>): void {
  for (const row of rowsOf(listing)) console.backend.observed.set(row.id, read(row));
}

describe('listings of services under traffic', () => {
  const console = directorOf(liveOutput('Ln'));

  test('-Ln', () => {
    observe(console, liveOutput('Ln'), (row) => ({ load: loadOf(row) }));
    assert.equal(console.type('-Ln').out, liveOutput('Ln'));
  });

  test('-Ln --thresholds', () => {
    assert.equal(console.type('-Ln --thresholds').out, liveOutput('Ln-thr'));
  });

  test('-Ln --persistent-conn', () => {
    const listing = liveOutput('Ln-pers');
    observe(console, listing, (row) => ({ load: loadOf(row, Number(row.columns[1])) }));
    assert.equal(console.type('-Ln --persistent-conn').out, listing);
  });

  test('-Ln --stats', () => {
    observe(console, liveOutput('stats'), (row) => ({ counts: countsOf(row) }));
    assert.equal(console.type('-Ln --stats').out, liveOutput('stats'));
    assert.equal(console.type('-Ln --stats -t 10.9.0.1:80').out, liveOutput('stats-one'));
  });

  test('-Ln --rate', () => {
    observe(console, liveOutput('rate'), (row) => ({ rates: ratesOf(row) }));
    assert.equal(console.type('-Ln --rate').out, liveOutput('rate'));
  });
});

describe('listings with large numbers', () => {
  const plain = 'TCP  10.9.0.6:5201 rr\n  -> 192.168.1.1:5201 Masq 1 0 0\n';

  test('--stats, shortened and exact', () => {
    const console = directorOf(plain);
    observe(console, liveOutput('big-stats-exact'), (row) => ({ counts: countsOf(row) }));
    assert.equal(console.type('-Ln --stats --exact -t 10.9.0.6:5201').out, liveOutput('big-stats-exact'));
    assert.equal(console.type('-Ln --stats -t 10.9.0.6:5201').out, liveOutput('big-stats'));
  });

  test('--rate', () => {
    const console = directorOf(plain);
    observe(console, liveOutput('big-rate'), (row) => ({ rates: ratesOf(row) }));
    assert.equal(console.type('-Ln --rate -t 10.9.0.6:5201').out, liveOutput('big-rate'));
  });

  test("--rate never shortens a real server's connections and packets", () => {
    const console = directorOf(plain);
    const many = 123456789.9;
    const rates = { connections: many, inPackets: many, outPackets: many, inBytes: many, outBytes: many };
    observe(console, plain, () => ({ rates }));
    const [service, server] = console.type('-Ln --rate').out.split('\n').slice(3);
    assert.equal(service, 'TCP  10.9.0.6:5201                 123456K  123456K  123456K  123456K  123456K');
    assert.equal(server, '  -> 192.168.1.1:5201             123456789 123456789 123456789  123456K  123456K');
  });
});

describe('listings of connections', () => {
  for (const [words, name] of [
    ['-Lnc', 'Lnc-raw'],
    ['-Lnc --persistent-conn', 'Lnc-persistent'],
    ['-Lc', 'Lc'],
  ] as const) {
    test(words, () => {
      const console = new Console();
      console.backend.entries = connectionsOf(liveOutput(name));
      assert.equal(console.type(words).out, liveOutput(name));
    });
  }

  test("a template of a firewall mark, long expiries and a persistence engine, as ipvsadm writes the kernel's rows", () => {
    const end = (last: number, port: number) => ({
      address: { family: 4 as const, bytes: Uint8Array.of(10, 0, 0, last) },
      port,
    });
    const console = new Console();
    const ends = { client: end(1, 0), virtual: end(2, 5060), real: end(3, 5060) };
    console.backend.entries = [
      { protocol: 0, state: 'NONE', secondsLeft: 60.9, ...ends },
      { protocol: 132, state: 'ESTABLISHED', secondsLeft: 595959, ...ends },
      { protocol: 17, state: 'UDP', secondsLeft: 5, ...ends, persistenceEngine: { name: 'sip', data: 'call@host' } },
    ];
    assert.equal(
      console.type('-Lnc --persistent-conn').out.split('\n').slice(2).join('\n'),
      `\
IP  01:00  NONE        10.0.0.1:0         10.0.0.2:5060      10.0.0.3:5060
SCTP 9932:39 ESTABLISHED 10.0.0.1:0         10.0.0.2:5060      10.0.0.3:5060
UDP 00:05  UDP         10.0.0.1:0         10.0.0.2:5060      10.0.0.3:5060    sip                call@host
`,
    );
    assert.doesNotMatch(console.type('-Lnc').out, /sip/);
  });

  test('names of hosts and services, as ipvsadm wrote them of rows that were put before it', () => {
    const hosts = `
10.0.0.1 web.example web
192.168.1.2 rs.example
2001:db8::1 six.example
fd02::2 a-very-long-host-name-of-a-real-server.in-a-long-domain.example
10.0.0.3 a-very-long-host-name-of-a-virtual-service.in-a-long-domain.example
::1 lo6
`;
    const end = (text: string) => {
      const endpoint = parseEndpoint(text, undefined, new FileNames());
      return { address: endpoint!.address, port: endpoint!.port! };
    };
    const entry = (protocol: number, state: string, secondsLeft: number, ...ends: [string, string, string]) => {
      const [client, virtual, real] = ends.map(end) as [Endpoint, Endpoint, Endpoint];
      return { protocol, state, secondsLeft, client, virtual, real };
    };
    const console = new Console();
    console.names.hosts = hosts;
    console.backend.entries = [
      entry(6, 'FIN_WAIT', 116, '10.1.0.2:20014', '10.0.0.1:80', '192.168.1.2:80'),
      entry(6, 'ESTABLISHED', 3599, '10.1.0.2:80', '10.0.0.3:53', '192.168.1.3:8080'),
      entry(0, 'ASSURED', 359999, '10.1.0.2:0', '0.0.0.7:0', '192.168.1.3:0'),
      entry(132, 'C-SENT', 3, '10.1.0.2:20014', '10.0.0.1:80', '192.168.1.2:80'),
      entry(6, 'TIME_WAIT', 1, '[2001:db8::1]:20014', '[fd02::2]:80', '[fd02:1111:2222:3333:4444:5555:6666:7777]:8080'),
      entry(17, 'UDP', 0, '[fd02::2]:53', '[2001:db8::1]:53', '[::1]:53'),
      entry(0, 'NONE', 61, '[2001:db8::1]:0', '[::7]:0', '[fd02::3]:0'),
    ];
    assert.equal(
      console.type('-Lc').out.split('\n').slice(2).join('\n'),
      `\
TCP 01:56  FIN_WAIT    10.1.0.2:20014     web.example:http   rs.example:http
TCP 59:59  ESTABLISHED 10.1.0.2:http      a-very-long-host-name-of-a-virtual-service.in-a-long-domain 192.168.1.3:http-alt
IP  5999:59 ASSURED     10.1.0.2:0         0.0.0.7:0          192.168.1.3:0
SCTP 00:03  C-SENT      10.1.0.2:20014     web.example:80     rs.example:80
TCP 00:01  TIME_WAIT   [six.example]:20014 [a-very-long-host-name-of-a-real-server.in-a-long-domain.ex [fd02:1111:2222:3333:4444:5555:6666:7777]:http-alt
UDP 00:00  UDP         [a-very-long-host-name-of-a-real-server.in-a-long-domain.ex [six.example]:domain [lo6]:domain
IP  01:01  NONE        [six.example]:0    [::7]:0            [fd02::3]:0
`,
    );
  });

  test('more connections than are written at once', () => {
    const console = new Console();
    const [one] = connectionsOf(liveOutput('Lc'));
    assert.ok(one);
    console.backend.entries = new Array<typeof one>(10_000).fill(one);
    assert.equal(console.type('-Lnc').out.split('\n').length, 2 + 10_000 + 1);
  });
});
