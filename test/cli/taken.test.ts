// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from './console.js';

const SERVICE = '-A -t 10.0.0.1:80 -s rr';
const SERVER = '-a -t 10.0.0.1:80 -r 10.1.0.1:80';

const TAKEN: readonly string[] = [
  '-A -t 10.0.0.2:80',
  '-A -u 10.0.0.2:80 -s sh -b flag-1,sh-port -o',
  `${SERVER} -x 5 -y 3`,
  '-A -t [2001:db8::1]:80 -s wrr',
  '-A -u 10.0.0.1:53 -s rr',
  '-A -t 10.0.0.2:0 -s rr -p 60 -M 255.255.255.0',
  '-A -f 7 -6 -s rr -p',
  '-A -u 10.0.0.2:5060 -s rr -p --pe sip',
  '-A -u 10.0.0.2:5060 -s rr --pe sip',
  '-A --sctp-service 10.0.0.1:2905 -s rr',
  '-E -t 10.0.0.1:80 -s wrr',
  `${SERVER} -m -w 0`,
  `${SERVER} -g`,
  `${SERVER} -i`,
  '-a -t 10.0.0.1:80 -r [2001:db8::9]:80 -i --tun-type ipip',
  '-a -t 10.0.0.1:80 -r 10.1.0.8:80 -i --tun-type gre --tun-csum',
  '-a -t 10.0.0.1:80 -r 10.1.0.9:80 -i --tun-type gue --tun-port 6080 --tun-remcsum',
  '-D -t 10.0.0.1:80',
  '--set 600 0 0',
  '-Z',
  '-Z -t 10.0.0.1:80',
  '-L -n --stats',
  '-L --timeout',
  '-L --daemon',
  '--start-daemon master --mcast-interface lo',
  '-Lnc',
  '-C',
];

for (const line of TAKEN) {
  test(`${line} is taken`, () => {
    const console = new Console({});
    console.type(SERVICE);
    const { err, rc } = console.type(line);
    assert.deepEqual([err, rc], ['', 0]);
  });
}

test('what only names a service that is not there is told so', () => {
  const console = new Console({});
  assert.deepEqual(console.type('-D -f 7'), { out: '', err: 'No such service\n', rc: 255 });
  assert.deepEqual(console.type('-L --sctp-service 10.0.0.1:80'), { out: '', err: 'No such service\n', rc: 1 });
});

test('a person is told that a sync daemon does nothing yet, a script reads what ipvsadm writes', () => {
  const console = new Console({});
  const start = '--start-daemon backup --mcast-interface lo --syncid 7';
  assert.deepEqual(console.type(start), { out: '', err: '', rc: 0 });
  const line = 'backup sync daemon (mcast=lo, syncid=7, maxlen=65507, group=224.0.0.81, port=8848, ttl=1)\n';
  assert.deepEqual(console.type('-L --daemon'), { out: line, err: '', rc: 0 });
  assert.deepEqual(console.remarks, new Array(2).fill('the daemon is noted, but connections are not synchronised yet'));
  assert.deepEqual(console.type(start), { out: '', err: 'Daemon has already run\n', rc: 255 });
  assert.equal(console.type('--stop-daemon backup').rc, 0);
  assert.equal(console.type('-L --daemon').out, '');
  assert.equal(console.remarks.length, 2);
});
