// SPDX-License-Identifier: Apache-2.0
/** What a file changes of what is there, and what it leaves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differences } from '../../src/config/difference.js';
import { merge } from '../../src/config/merge.js';
import type { State } from '../../src/model/types.js';
import { differenceText } from '../../src/cli/show/difference_text.js';
import { stateOf } from '../cli/show/reading.js';

const NO_TIMEOUTS = { tcp: 0, tcpFin: 0, udp: 0 };

function desired(...commands: readonly string[]): State {
  return { ...stateOf(...commands), timeouts: NO_TIMEOUTS };
}

function texts(before: State, after: State): string[] {
  return differences(before, after).map((each) => `${each.kind} ${differenceText(each)}`);
}

const HERE = stateOf(
  '-A -t 10.0.0.1:80 -s rr',
  '-a -t 10.0.0.1:80 -r 10.1.0.1 -m',
  '-a -t 10.0.0.1:80 -r 10.1.0.2 -m',
  '-a -t 10.0.0.1:80 -r 10.1.0.3 -m',
  '-A -u 10.0.0.1:53 -s wrr',
);

function serversOf(state: State): string[] {
  return [...state.services.values()].flatMap(({ realServers }) =>
    realServers.map(({ address }) => String(address.bytes.at(-1))),
  );
}

test('the same in another order is the same', () => {
  const shuffled = desired(
    '-A -u 10.0.0.1:53 -s wrr',
    '-A -t 10.0.0.1:80 -s rr',
    '-a -t 10.0.0.1:80 -r 10.1.0.2 -m',
    '-a -t 10.0.0.1:80 -r 10.1.0.3 -m',
    '-a -t 10.0.0.1:80 -r 10.1.0.1 -m',
  );
  const merged = merge(HERE, shuffled);
  assert.deepEqual(merged, HERE, 'and keeps the order that is there');
  assert.deepEqual(differences(HERE, merged), []);
});

test('what stays keeps its place, what is new comes as -a would add it', () => {
  const merged = merge(
    HERE,
    desired(
      '-A -t 10.0.0.1:80 -s rr',
      '-a -t 10.0.0.1:80 -r 10.1.0.5 -m',
      '-a -t 10.0.0.1:80 -r 10.1.0.3 -m',
      '-a -t 10.0.0.1:80 -r 10.1.0.1 -m -w 9',
      '-a -t 10.0.0.1:80 -r 10.1.0.6 -m',
    ),
  );
  assert.deepEqual(serversOf(merged), ['6', '5', '3', '1']);
  assert.deepEqual(texts(HERE, merged), [
    'changed 10.1.0.1:80: weight 1 -> 9',
    'added 10.1.0.5:80 NAT weight 1',
    'added 10.1.0.6:80 NAT weight 1',
    'removed 10.1.0.2:80 NAT weight 1',
    'removed udp 10.0.0.1:53 wrr',
  ]);
});

test('every field of a service and of a real server that changes is named', () => {
  const before = stateOf('-A -u 10.0.0.1:53 -s wlc', '-a -u 10.0.0.1:53 -r 10.1.0.1:53 -m');
  const after = desired(
    '-A -u 10.0.0.1:53 -s mh -b mh-port -p 60 -o --pe sip',
    '-a -u 10.0.0.1:53 -r 10.1.0.1:53 -i -w 0 -x 10 -y 5 --tun-type gue --tun-port 6080 --tun-csum',
  );
  assert.deepEqual(texts(before, merge(before, after)), [
    'changed udp 10.0.0.1:53: scheduler wlc -> mh, flags none -> mh-port, one-packet scheduling off -> on, ' +
      'persistence none -> 60 s, persistence engine none -> sip',
    'changed 10.1.0.1:53: method NAT -> TUN, tunnel ipip -> gue port 6080 checksum outer, weight 1 -> 0, ' +
      'upper threshold 0 -> 10, lower threshold 0 -> 5',
  ]);
});

test('timeouts that are not said stay', () => {
  const merged = merge(HERE, { ...HERE, timeouts: { tcp: 0, tcpFin: 60, udp: 0 } });
  assert.deepEqual(merged.timeouts, { tcp: 900, tcpFin: 60, udp: 300 });
  assert.deepEqual(texts(HERE, merged), ['changed timeouts: tcp-fin 120 -> 60']);
});
