// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

import type { Director } from '../support/director.js';
import { directorTest, serverMac } from '../support/director.js';
import { ethernet, tcp, udp } from '../support/frames.js';
import { FROM_CLIENT } from './scene.js';

const test = directorTest();

/** Services of marks 1 to 3, each with the real server of its number. */
const SERVICES = [1, 2, 3].flatMap((mark) => [`-A -f ${mark} -s rr`, `-a -f ${mark} -r 192.168.1.${mark}:0 -g`]);

function sent(director: Director, frame: Buffer): number | string {
  const { outcome, frame: out } = director.receive(ethernet(frame, FROM_CLIENT));
  const mac = [...out.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  const number = [1, 2, 3].find((candidate) => serverMac(candidate) === mac);
  return outcome.startsWith('FORWARDED') && number !== undefined ? number : outcome;
}

let port = 1000;
function syn(director: Director, virtual: string, from = '10.1.0.2'): number | string {
  return sent(director, tcp(`${from}:${++port}`, virtual, 'SYN'));
}

test('a rule marks what all of it matches', SERVICES, (director) => {
  director.mark('-d 10.9.0.0/24 -p tcp -m multiport --dports 80,443,8000:8080 -j MARK --set-mark 1');
  const picks = ['10.9.0.1:80', '10.9.0.200:443', '10.9.0.1:8000', '10.9.0.1:8080'].map((to) => syn(director, to));
  assert.deepEqual(picks, [1, 1, 1, 1]);
  for (const to of ['10.9.1.1:80', '10.9.0.1:81', '10.9.0.1:8081', '10.9.0.1:7999'])
    assert.equal(syn(director, to), 'NOT_A_SERVICE', to);
  assert.equal(sent(director, udp('10.1.0.2:1', '10.9.0.1:80', 'x')), 'NOT_A_SERVICE');
  assert.deepEqual(director.marked(), [4]);
});

test('the last rule that matches has the last word', SERVICES, (director) => {
  director.mark(
    '-d 10.9.0.0/16 -j MARK --set-mark 1',
    '-d 10.9.0.1 -j MARK --set-mark 2',
    '-d 10.9.0.1 -p tcp --dport 443 -j MARK --set-mark 3',
  );
  assert.deepEqual(
    [syn(director, '10.9.5.5:80'), syn(director, '10.9.0.1:80'), syn(director, '10.9.0.1:443')],
    [1, 2, 3],
  );
  assert.deepEqual(director.marked(), [3, 2, 1]);
});

test('masks change some bits of the mark', SERVICES, (director) => {
  director.mark('-d 10.9.0.1 -j MARK --set-mark 0xf1', '-d 10.9.0.1 -j MARK --set-xmark 0x2/0xff');
  assert.equal(syn(director, '10.9.0.1:80'), 2);
  director.mark('-d 10.9.0.1 -j MARK --or-mark 1', '-d 10.9.0.1 -j MARK --or-mark 2');
  assert.equal(syn(director, '10.9.0.1:80'), 3);
  director.mark('-d 10.9.0.1 -j MARK --set-mark 7', '-d 10.9.0.1 -j MARK --and-mark 1');
  assert.equal(syn(director, '10.9.0.1:80'), 1);
});

test('what stands after ! is matched by all else', SERVICES, (director) => {
  director.mark('-d 10.9.0.1 -p tcp ! -s 10.1.0.2 ! --dport 22 -j MARK --set-mark 1');
  assert.equal(syn(director, '10.9.0.1:80'), 'NOT_A_SERVICE');
  assert.equal(syn(director, '10.9.0.1:80', '10.1.0.3'), 1);
  assert.equal(syn(director, '10.9.0.1:22', '10.1.0.3'), 'NOT_A_SERVICE');
});

test('an interface is the one that the packet came by', SERVICES, (director) => {
  director.mark('-i farm -d 10.9.0.1 -j MARK --set-mark 1');
  assert.equal(syn(director, '10.9.0.1:80'), 'NOT_A_SERVICE');
  director.mark('-i lan -d 10.9.0.1 -j MARK --set-mark 1');
  assert.equal(syn(director, '10.9.0.1:80'), 1);
});

test('families have marks of their own', ['-A -f 1 -6 -s rr', '-a -f 1 -6 -r fd02::1 -g'], (director) => {
  director.mark('-d fd09::/120 -p tcp -j MARK --set-mark 1', '-4 -j MARK --set-mark 1');
  assert.equal(syn(director, '[fd09::5]:80', '[fd01::2]'), 1);
  assert.equal(syn(director, '[fd09::1:5]:80', '[fd01::2]'), 'NOT_A_SERVICE');
  assert.equal(syn(director, '10.9.0.1:80'), 'NOT_A_SERVICE');
});

test(
  'a mark comes before an address, and without its service or rule is as none',
  [...SERVICES, '-A -t 10.9.0.1:80 -s rr', '-a -t 10.9.0.1:80 -r 192.168.1.3:80 -g'],
  (director) => {
    assert.equal(syn(director, '10.9.0.1:80'), 3);
    director.mark('-d 10.9.0.1 -j MARK --set-mark 1');
    assert.equal(syn(director, '10.9.0.1:80'), 1);
    director.run('-D -f 1');
    assert.equal(syn(director, '10.9.0.1:80'), 3);
  },
);

test('only what could begin a connection is looked at; the rest follow it, rule or not', SERVICES, (director) => {
  director.mark('-d 10.9.0.1 -j MARK --set-mark 1');
  assert.equal(sent(director, tcp('10.1.0.2:7', '10.9.0.1:80', 'ACK')), 'NOT_A_SERVICE');
  assert.equal(sent(director, tcp('10.1.0.2:7', '10.9.0.1:80', 'SYN')), 1);
  director.mark();
  assert.equal(sent(director, tcp('10.1.0.2:7', '10.9.0.1:80', 'ACK')), 1);
  assert.equal(syn(director, '10.9.0.1:80'), 'NOT_A_SERVICE');
});

test('without a real server the client is told', ['-A -f 1 -s rr'], (director) => {
  director.mark('-d 10.9.0.1 -j MARK --set-mark 1');
  assert.equal(syn(director, '10.9.0.1:80'), 'NO_REAL_SERVER');
});

test(
  "a real server's own port is taken, but by those that a template controls",
  ['-A -f 1 -s rr', '-a -f 1 -r 192.168.1.1:8080 -m'],
  (director) => {
    director.mark('-d 10.9.0.1 -j MARK --set-mark 1');
    const portOf = (from: number) =>
      director.receive(ethernet(tcp(`10.1.0.2:${from}`, '10.9.0.1:80', 'SYN'), FROM_CLIENT)).frame.readUInt16BE(36);
    assert.equal(portOf(1), 8080);
    director.run('-E -f 1 -s rr -p 100');
    assert.deepEqual([portOf(1), portOf(2)], [8080, 80]);
    director.run('-E -f 1 -s rr');
    assert.deepEqual([portOf(1), portOf(2), portOf(3)], [8080, 80, 8080]);
    assert.deepEqual(director.connections(), [
      'IP NONE 10.1.0.2:0 0.0.0.1:0 192.168.1.1:0',
      'TCP SYN_RECV 10.1.0.2:1 10.9.0.1:80 192.168.1.1:8080',
      'TCP SYN_RECV 10.1.0.2:2 10.9.0.1:80 192.168.1.1:80',
      'TCP SYN_RECV 10.1.0.2:3 10.9.0.1:80 192.168.1.1:8080',
    ]);
  },
);

test('the last of as many rules as have room is met', SERVICES, (director) => {
  const rules = Array.from({ length: 1024 }, (_, index) => `-d 10.9.${index >> 8}.${index & 255} -j MARK --set-mark 1`);
  director.mark(...rules);
  assert.equal(syn(director, '10.9.3.255:80'), 1);
  assert.equal(syn(director, '10.9.4.0:80'), 'NOT_A_SERVICE');
  assert.throws(() => director.mark(...rules, '-d 10.9.9.9 -j MARK --set-mark 1'), /no more than 1024 rules/);
});
