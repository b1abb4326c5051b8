// SPDX-License-Identifier: Apache-2.0
/** The files of /proc/net against what the kernel printed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ipVs } from '../../../src/cli/proc/ip_vs.js';
import { CONNECTIONS_HEADING, connectionRow } from '../../../src/cli/proc/ip_vs_conn.js';
import { ipVsStats, ipVsStatsPercpu } from '../../../src/cli/proc/ip_vs_stats.js';
import type { Connection } from '../../../src/observe/connections.js';
import type { ObservedService } from '../../../src/observe/source.js';
import type { Address, State } from '../../../src/model/types.js';
import { Console } from '../console.js';
import { RECORDED, SUITES, liveOutput } from '../recorded.js';
import { Shell } from '../shell.js';
import { stateOf } from '../show/reading.js';

const NOTHING = { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n };
const NO_RATES = { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 };

function recorded(name: string): string {
  return RECORDED.find((each) => each.name.endsWith(name))?.out ?? assert.fail(name);
}

function observedIn({ services }: State): ObservedService[] {
  const load = { active: 0, inactive: 0, persistent: 0 };
  return Array.from(services.values(), (service) => ({
    service,
    counts: NOTHING,
    realServers: service.realServers.map((realServer) => ({ realServer, load, counts: NOTHING })),
  }));
}

/** What the suite's commands before this one made. */
function stateBefore(suite: string, name: string): State {
  const console = new Console();
  const shell = new Shell(console);
  for (const each of SUITES.get(suite) ?? assert.fail(suite)) {
    if (each.name === name) return console.backend.read();
    shell.run(each.cmd);
  }
  return assert.fail(name);
}

test('ip_vs, with services of every kind, as the kernel printed it', () => {
  assert.equal(ipVs(observedIn(stateBefore('basic', '055-proc-ip_vs'))), recorded('055-proc-ip_vs'));
});

test('ip_vs of no service, as the kernel printed it', () => {
  assert.equal(ipVs([]), recorded('023-proc-ip_vs'));
});

test('ip_vs with flags and numbers', () => {
  const state = stateOf(
    '-A -u 10.0.0.1:53 -s rr -o -p 60 -M 255.255.255.0',
    '-a -u 10.0.0.1:53 -r 10.1.0.1 -w 2147483647',
    '-A -f 7 -s rr -p 300 -o',
    '-A -t [2001:db8::1]:80 -s rr -p 300 -M 64',
  );
  const [first, ...others] = observedIn(state);
  const loaded = first!.realServers.map((one) => ({
    ...one,
    load: { active: 12, inactive: 34567890123, persistent: 0 },
  }));
  assert.deepEqual(
    ipVs([{ ...first!, realServers: loaded }, ...others])
      .split('\n')
      .slice(3)
      .sort(),
    [
      '',
      '  -> 0A010001:0035      Route   2147483647 12         34567890123',
      'FWM  00000007 rr ops persistent 300 FFFFFFFF',
      'TCP  [2001:0db8:0000:0000:0000:0000:0000:0001]:0050 rr persistent 300 40000000',
      'UDP  0A000001:0035 rr ops  persistent 60 FFFFFF00',
    ].sort(),
  );
});

/** `live` is a recording of connections in this format. */
function connectionsIn(live: string): Connection[] {
  return live
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((row) => {
      const [protocol, client, clientPort, virtual, virtualPort, real, realPort, state, seconds] = row.split(/ +/);
      const end = (address = '', port = '') => ({ address: addressOf(address), port: parseInt(port, 16) });
      return {
        protocol: protocol === 'TCP' ? 6 : 17,
        state: state ?? '',
        secondsLeft: Number(seconds),
        client: end(client, clientPort),
        virtual: end(virtual, virtualPort),
        real: end(real, realPort),
        isTemplate: false,
        mark: 0,
      };
    });
}

function addressOf(text: string): Address {
  const bytes = Uint8Array.from(Buffer.from(text.replaceAll(':', ''), 'hex'));
  return { family: bytes.length === 4 ? 4 : 6, bytes };
}

test('ip_vs_conn, as the kernel printed it', () => {
  const live = liveOutput('proc-conn');
  const connections = connectionsIn(live);
  assert.ok(connections.some(({ client }) => client.address.family === 6));
  assert.equal(CONNECTIONS_HEADING + connections.map(connectionRow).join(''), live);
  assert.equal(CONNECTIONS_HEADING, recorded('024-proc-ip_vs_conn'));
});

test('ip_vs_conn has the Call-ID of a template of SIP, as the kernel printed it', () => {
  const row = 'UDP 0A020A1A 0000 0A090001 13C4 C0A80101 13C4 NONE           2998 sip ab@pc\n';
  const [template] = connectionsIn(CONNECTIONS_HEADING + row);
  assert.equal(connectionRow({ ...template!, persistenceEngine: { name: 'sip', data: 'ab@pc' } }), row);
});

test('ip_vs_conn has names for protocols that it knows, and numbers for others', () => {
  const [one] = connectionsIn(liveOutput('proc-conn'));
  const names = [0, 6, 17, 132, 47].map((protocol) => connectionRow({ ...one!, protocol }).split(' ')[0]);
  assert.deepEqual(names, ['IP', 'TCP', 'UDP', 'SCTP', 'IP47']);
});

test('ip_vs_stats and ip_vs_stats_percpu, as the kernel printed them', () => {
  const totals = { connections: 0x25n, inPackets: 0x9cn, outPackets: 0x3cn, inBytes: 0x2668n, outBytes: 0xfc0n };
  const rates = { connections: 1, inPackets: 4, outPackets: 2, inBytes: 0x119, outBytes: 0x6e };
  const byCpu = [
    { connections: 0x1cn, inPackets: 0x5en, outPackets: 0x24n, inBytes: 0x182cn, outBytes: 0x920n },
    { connections: 9n, inPackets: 0x3en, outPackets: 0x18n, inBytes: 0xe3cn, outBytes: 0x6a0n },
  ];
  assert.equal(ipVsStats({ totals, byCpu, rates }), liveOutput('proc-stats'));
  assert.equal(ipVsStatsPercpu({ totals, byCpu, rates }), liveOutput('proc-stats-percpu'));
});

test('the same of nothing', () => {
  const nothing = { totals: NOTHING, byCpu: [NOTHING, NOTHING], rates: NO_RATES };
  assert.equal(ipVsStats(nothing), recorded('025-proc-ip_vs_stats'));
  assert.equal(ipVsStatsPercpu(nothing), recorded('026-proc-ip_vs_stats_percpu'));
});
