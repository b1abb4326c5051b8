// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from './console.js';

const SERVICE = '-A -t 10.0.0.1:80 -s rr';

function restored(lines: readonly string[], words = '-R') {
  const console = new Console({});
  const ran = console.type(words, lines.map((line) => `${line}\n`).join(''));
  return { ...ran, services: [...console.backend.state.services.keys()], changes: console.backend.changes };
}

test('a thousand lines are one change for the director', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `-a -t 10.0.0.1:80 -r 10.1.0.${index % 250}:${index} -m`);
  assert.deepEqual(restored([SERVICE, ...lines.slice(1)]), {
    out: '',
    err: '',
    rc: 0,
    services: ['tcp 10.0.0.1:80'],
    changes: 1,
  });
});

test('after a refusal the next line is taken, and the last line decides the exit code', () => {
  const { err, rc, services } = restored([SERVICE, SERVICE, '-D -t 10.0.0.9:80', '-A -u 10.0.0.1:53 -s rr']);
  assert.equal(err, 'Service already exists\nNo such service\n');
  assert.equal(rc, 0);
  assert.deepEqual(services, ['tcp 10.0.0.1:80', 'udp 10.0.0.1:53']);
  assert.equal(restored([SERVICE, SERVICE]).rc, 255);
});

test('a wrong command line ends it; lines before it count', () => {
  const { err, rc, services } = restored([SERVICE, SERVICE, '-A -t bad -s rr', '-C']);
  assert.equal(err, 'Service already exists\nillegal virtual server address[:port] specified\n');
  assert.equal(rc, 2);
  assert.deepEqual(services, ['tcp 10.0.0.1:80']);
});

test('an option that cannot be read is told in its place, and the next line taken', () => {
  const { err, rc, services } = restored(['-D -t 10.0.0.9:80', '-A -q', '-D -t 10.0.0.8:80', SERVICE]);
  assert.equal(err, 'No such service\n-q: unknown option\nNo such service\n');
  assert.equal(rc, 0);
  assert.deepEqual(services, ['tcp 10.0.0.1:80']);
});

test("blank lines count for nothing, and lines may begin with the program's name", () => {
  const { rc, services } = restored(['', ' \t', `ipvsadm ${SERVICE}`, 'ipvsadm', ` ${SERVICE.replace('80', '81')}\r`]);
  assert.equal(rc, 0);
  assert.deepEqual(services, ['tcp 10.0.0.1:80', 'tcp 10.0.0.1:81']);
});

test('quotes mean nothing, comments are wrong command lines', () => {
  assert.equal(restored(["-A -t '10.0.0.1:80' -s rr"]).err, 'illegal virtual server address[:port] specified\n');
  const { err, rc } = restored(['# a comment', SERVICE]);
  assert.equal(err, "Try `ipvsadm -h' or 'ipvsadm --help' for more information.\n");
  assert.equal(rc, 255);
});

test('a listing between shows what the lines before it made', () => {
  const { out, changes } = restored([SERVICE, '-S -n', '-D -t 10.0.0.1:80', '-S -n']);
  assert.equal(out, '-A -t 10.0.0.1:80 -s rr\n');
  assert.equal(changes, 2);
});

test('listing a service that is not there ends it with 1', () => {
  const { err, rc, services } = restored(['-L -t 10.0.0.1:80', SERVICE]);
  assert.deepEqual([err, rc, services], ['No such service\n', 1, []]);
});

test('a restore within a restore is none', () => {
  assert.equal(restored([SERVICE, '-R', '-C']).rc, 255);
});

test('xdpvsadm-restore begins from nothing and passes over comments, in one change', () => {
  const console = new Console({});
  console.type('-A -t 10.0.0.5:80 -s rr');
  assert.equal(console.run('xdpvsadm-restore', [], `# saved\n${SERVICE}\n`).rc, 0);
  assert.deepEqual([...console.backend.state.services.keys()], ['tcp 10.0.0.1:80']);
  assert.equal(console.backend.changes, 2);
});

test('xdpvsadm-save takes -n and no other option', () => {
  const console = new Console({});
  console.type(SERVICE);
  assert.equal(console.run('xdpvsadm-save', []).out, '-A -t 10.0.0.1:http -s rr\n');
  assert.equal(console.run('xdpvsadm-save', ['-n']).out, '-A -t 10.0.0.1:80 -s rr\n');
  const { out, rc } = console.run('xdpvsadm-save', ['-c']);
  assert.deepEqual([out, rc], ['', 1]);
});
