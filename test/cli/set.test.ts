// SPDX-License-Identifier: Apache-2.0
/** `xdpvs set` as typed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { setCommand } from '../../src/cli/set_command.js';
import { SETTINGS } from '../../src/model/settings.js';
import { MemoryBackend } from './memory_backend.js';

function director() {
  const backend = new MemoryBackend();
  const set = (...words: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const say = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
    const [name, value] = words.filter((word) => word !== '--json');
    const rc = setCommand(backend, { name, value, json: words.includes('--json') }, say);
    return { rc, out: out.join('\n'), err: err.join('\n') };
  };
  return { backend, set };
}

const DONE = { rc: 0, out: '', err: '' };

test('a setting is set, shown, and as it was again', () => {
  const { backend, set } = director();
  assert.deepEqual(set('drop_packet', '3'), DONE);
  assert.match(set('drop_packet').out, /^SETTING {6}VALUE {2}DEFAULT {2}MEANING\ndrop_packet {6}3 {8}0 /);
  assert.deepEqual(set('net.ipv4.vs.drop_packet', '0'), DONE);
  assert.deepEqual(backend.state.settings, {});
});

test('all are listed with value and default, also for programs', () => {
  const { set } = director();
  set('conn_reuse_mode', '-1');
  const { out, rc } = set();
  assert.equal(rc, 0);
  assert.equal(out.split('\n').length, 1 + SETTINGS.length);
  const rows = JSON.parse(set('--json').out) as { name: string; value: number; default: number; meaning: string }[];
  assert.deepEqual(
    rows.filter((row) => row.value !== row.default).map(({ name, value }) => [name, value]),
    [['conn_reuse_mode', -1]],
  );
  assert.ok(rows.every(({ meaning }) => meaning.length > 10));
});

test('timeouts of states: three are those of ipvsadm --set', () => {
  const { backend, set } = director();
  for (const [name, value] of [
    ['timeout.tcp.established', '1'],
    ['timeout.tcp.fin_wait', '2'],
    ['timeout.udp', '3'],
    ['timeout.tcp.syn_recv', '4'],
  ] as const)
    assert.deepEqual(set(name, value), DONE, name);
  assert.deepEqual(backend.state.timeouts, { tcp: 1, tcpFin: 2, udp: 3 });
  assert.deepEqual(backend.state.settings, { 'timeout.tcp.syn_recv': 4 });
});

for (const [words, message] of [
  ['drop_packet 4', "drop_packet takes a whole number from 0 to 3, not '4': nothing was changed"],
  ['drop_entry -1', "drop_entry takes a whole number from 0 to 3, not '-1': nothing was changed"],
  ['secure_tcp on', "secure_tcp takes a whole number from 0 to 3, not 'on': nothing was changed"],
  ['pmtu_disc 1.5', "pmtu_disc takes a whole number from -2147483648 to 2147483647, not '1.5': nothing was changed"],
  ['sloppy_tcp 2147483648', /not '2147483648'/],
  ['timeout.udp 0', "timeout.udp takes a whole number from 1 to 2147483, not '0': nothing was changed"],
  ['fast 1', "there is no setting 'fast': `xdpvs set` lists them"],
  ['constructor 1', "there is no setting 'constructor': `xdpvs set` lists them"],
  ['conntrack 1', /^xdpvs set: conntrack means nothing here: packets do not pass netfilter.*; leave it out$/],
  ['sync_threshold 3', /^xdpvs set: sync_threshold means nothing here/],
  ['backup_only 0', /^xdpvs set: backup_only means nothing here/],
  ['snat_reroute', /^xdpvs set: snat_reroute means nothing here/],
] as const) {
  test(`${words} is refused in a line and changes nothing`, () => {
    const { backend, set } = director();
    const { rc, out, err } = set(...words.split(' '));
    assert.deepEqual([rc, out, backend.changes], [2, '', 0]);
    assert.ok(!err.includes('\n'));
    if (typeof message === 'string') assert.equal(err, `xdpvs set: ${message}`);
    else assert.match(err, message);
  });
}
