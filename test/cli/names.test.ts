// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../src/model/address.js';
import { HostsFile } from '../../src/cli/ipvsadm/hosts_file.js';
import { ServicesFile } from '../../src/cli/ipvsadm/services_file.js';
import { SystemNames } from '../../src/cli/ipvsadm/system_names.js';
import { Console } from './console.js';

const HOSTS = new HostsFile(`
127.0.0.1   localhost   # not ::1
::1         localhost six
10.0.0.1    Vip.example  vip
10.0.0.2    other vip
::ffff:10.0.0.3 mapped
2001:db8::1 only6
`);

test('a host of /etc/hosts has its first IPv4 address, in whatever case it is typed', () => {
  const address = (host: string) => {
    const found = HOSTS.addressOf(host);
    return found && formatAddress(found);
  };
  assert.equal(address('LOCALHOST'), '127.0.0.1');
  assert.equal(address('vip'), '10.0.0.1');
  assert.equal(address('six'), '127.0.0.1');
  assert.equal(address('mapped'), '10.0.0.3');
  assert.equal(address('only6'), undefined);
});

test('an address of /etc/hosts has the first name of its row', () => {
  assert.equal(HOSTS.hostOf('10.0.0.1'), 'Vip.example');
  assert.equal(HOSTS.hostOf('::1'), 'localhost');
  assert.equal(HOSTS.hostOf('10.0.0.4'), undefined);
});

test("a service's name, and no alias, is written for its port; both are read, for their protocol alone", () => {
  const services = new ServicesFile('http 80/tcp www web\nwww 80/sctp\n# ftp 21/tcp\n');
  assert.equal(services.serviceOf(80, 'tcp'), 'http');
  assert.equal(services.portOf('web', 'tcp'), 80);
  assert.equal(services.portOf('WEB', 'tcp'), undefined);
  assert.equal(services.portOf('http', 'udp'), undefined);
  assert.equal(services.portOf('ftp', 'tcp'), undefined);
});

test('what the host itself knows', () => {
  const names = new SystemNames();
  const loopback = parseAddress('127.0.0.1');
  assert.ok(loopback);
  assert.deepEqual(names.addressOf('localhost'), loopback);
  assert.equal(names.hostOf(loopback), 'localhost');
  assert.equal(names.portOf('http', 'tcp'), 80);
  assert.equal(names.serviceOf(53, 'udp'), 'domain');
  assert.equal(names.addressOf('--help'), undefined);
});

test('a long name is cut to its column in listings of IPv4, and to 59 bytes everywhere', () => {
  const console = new Console();
  console.names.hosts = `10.0.0.1 ${'a'.repeat(58)}.example\n2001:db8::1 ${'b'.repeat(58)}.example\n`;
  console.type('-A -t 10.0.0.1:80 -s rr');
  console.type('-A -t [2001:db8::1]:80 -s rr');
  assert.equal(console.type('-S').out, `-A -t ${'a'.repeat(58)}. -s rr\n-A -t [${'b'.repeat(58)} -s rr\n`);
  assert.equal(console.type('-L').out.split('\n')[3], `TCP  ${'a'.repeat(28)} rr`);
  assert.equal(console.type('-L').out.split('\n')[4], `TCP  [${'b'.repeat(58)} rr`);
});
