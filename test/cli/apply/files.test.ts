// SPDX-License-Identifier: Apache-2.0
/** Files into states: what is wrong is told where it is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { desiredState } from '../../../src/cli/apply/desired.js';
import { Words, readRule } from '../../../src/cli/mark/read_rule.js';
import { saveDocument } from '../../../src/cli/save/document.js';
import { saveLines } from '../../../src/cli/save/lines.js';
import { merge } from '../../../src/config/merge.js';
import { ConfigError } from '../../../src/config/place.js';
import { textOf } from '../../../src/config/text.js';
import { writeYaml } from '../../../src/config/yaml.js';
import { Draft } from '../../../src/model/draft.js';
import { EMPTY_STATE } from '../../../src/model/state.js';
import type { State } from '../../../src/model/types.js';
import { FileNames } from '../file_names.js';
import { randomFrom, randomServer, randomService } from '../random.js';
import { stateOf } from '../show/reading.js';

const NAMES = new FileNames();

function read(text: string): State {
  return desiredState(textOf(Buffer.from(text)), NAMES);
}

function complaint(text: string | Uint8Array): string {
  try {
    desiredState(textOf(Buffer.from(text as string)), NAMES);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    assert.doesNotMatch(error.message, /\n/);
    return `${error.place.line}:${error.place.column} ${error.message}`;
  }
  return assert.fail('it was taken');
}

/** A service, and what stands below it. */
function service(...lines: readonly string[]): string {
  return ['services:', '  - tcp: 192.0.2.80:80', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

const WRONG: Readonly<Record<string, readonly (readonly [text: string, complaint: string])[]>> = {
  'what is no configuration': [
    ['', '1:1 nothing is in it: for no services at all write `services: []`'],
    [' \n\n', '1:1 nothing is in it: for no services at all write `services: []`'],
    ['# only a comment\n', '1:1 the file must be a map of fields, not null'],
    ['42\n', '1:1 the file must be a map of fields, not 42'],
    ['{}\n', "1:1 field 'services' is missing: the file needs it"],
    ['services: {}\n', '1:11 services must be a list of virtual services, not {}'],
    ['services: []\nserver: 1\n', "2:1 unknown field 'server': the file has timeouts, settings, marks, services"],
    ['services: [\n', '2:1 not YAML: Flow sequence in block collection must be sufficiently indented'],
    ['a: 1\n---\nb: 1\n', '2:1 not YAML: Source contains multiple documents'],
    ['services: !x []\n', '1:11 not YAML: Unresolved tag: !x'],
  ],
  'a file that ends early': [
    [service('servers:', '  - address: 10.0.0.1').trimEnd(), '4:26 the file ends within a line: was it cut off?'],
    ['-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 10.0.0', '2:30 the file ends within a line: was it cut off?'],
  ],
  'fields of services': [
    [service('sheduler: rr'), "3:5 unknown field 'sheduler': a service has tcp, udp, sctp, mark, family, scheduler, "],
    [service('scheduler: fast'), '3:16 scheduler must be one of rr, wrr, lc, '],
    [service('scheduler: rr', 'persistence-engine: rtsp'), '4:25 persistence-engine must be one of sip, not'],
    [service('scheduler: rr', 'one-packet: 1'), '4:17 one-packet must be true or false, not 1'],
    [service('scheduler: rr', 'one-packet: true'), '4:17 One-Packet Scheduling is only for UDP virtual services'],
    [
      service('scheduler: rr', 'scheduler-flags: [rr-port]'),
      '4:23 an item of scheduler-flags must be one of sh-fallback',
    ],
    [service('scheduler: rr', 'scheduler-flags: [sh-port]'), "4:22 incompatible scheduler flag `sh-port'"],
    [service('persistence: { timeout: 0 }'), '3:29 timeout must be whole seconds from 1 to 2678400, not 0'],
    [service('persistence: { mask: 64 }'), '3:26 mask must be a netmask such as 255.255.255.0 here'],
    [
      "services:\n  - tcp: '[::1]:80'\n    persistence: { mask: 255.0.0.0 }\n",
      '3:26 mask must be a prefix length such as 64 here',
    ],
    [service('family: 6'), "3:5 family is a mark's: an address has its own"],
    [service('udp: 192.0.2.80:53'), '2:5 a service is found by one of tcp, udp, sctp and mark: give exactly one'],
    ['services:\n  - scheduler: rr\n', '2:5 a service is found by one of tcp, udp, sctp and mark: give exactly one'],
    [service('tcp: 192.0.2.81:80'), '3:5 not YAML: Map keys must be unique'],
  ],
  'addresses and ports': [
    [
      'services:\n  - tcp: 192.0.2.80\n',
      "2:10 tcp must be ADDRESS:PORT, an IPv6 address in brackets and the whole in quotes, not '192.0.2.80'",
    ],
    ['services:\n  - tcp: www:80\n', '2:10 tcp must be ADDRESS:PORT'],
    ['services:\n  - tcp: 192.0.2.300:80\n', '2:10 illegal virtual server address[:port] specified'],
    ['services:\n  - tcp: 192.0.2.80:65536\n', '2:10 illegal virtual server address[:port] specified'],
    ['services:\n  - tcp: 192.0.2.80:0\n    scheduler: rr\n', '2:10 Zero port specified for non-persistent service'],
    ['services:\n  - tcp: [2001:db8::1]:80\n', '2:23 not YAML: '],
    ['services:\n  - tcp: 80\n', '2:10 tcp must be ADDRESS:PORT'],
  ],
  'real servers': [
    [service('scheduler: rr', 'servers: [{}]'), "4:15 field 'address' is missing: a real server needs it"],
    [service('scheduler: rr', 'servers: [{ address: 10.0.0 }]'), '4:26 address must be ADDRESS or ADDRESS:PORT'],
    [service('scheduler: rr', 'servers: [{ address: 10.0.0.256 }]'), '4:26 illegal real server address'],
    [service('scheduler: rr', 'servers: [{ address: 224.0.0.1 }]'), '4:15 no host can have this address'],
    [
      service('scheduler: rr', "servers: [{ address: '2001:db8::1' }]"),
      '4:26 Different address family is allowed only for',
    ],
    [
      service('scheduler: rr', 'servers: [{ address: 10.0.0.1, weight: -1 }]'),
      '4:44 weight must be a whole number from 0',
    ],
    [
      service('scheduler: rr', 'servers: [{ address: 10.0.0.1, weight: 1.5 }]'),
      '4:44 weight must be a whole number from 0',
    ],
    [
      service('scheduler: rr', "servers: [{ address: 10.0.0.1, weight: '1' }]"),
      '4:44 weight must be a whole number from 0',
    ],
    [
      service('scheduler: rr', 'servers: [{ address: 10.0.0.1, method: fast }]'),
      '4:44 method must be one of nat, dr, tun',
    ],
    [
      service('scheduler: rr', 'servers: [{ address: 10.0.0.1:81 }]'),
      '4:26 only NAT changes ports: leave the port out',
    ],
    [
      service('scheduler: rr', 'servers: [{ address: 10.0.0.1, tunnel: { type: gre } }]'),
      '4:52 Tunnel options conflict with',
    ],
    [
      service('scheduler: rr', 'servers: [{ address: 10.0.0.1 }, { address: 10.0.0.1:80 }]'),
      '4:38 the service has this real',
    ],
  ],
  lines: [
    ['-A -t 192.0.2.80:80 -s rr\nfoo\n', '2:1 this is no command: a line begins with -A, -a or --set'],
    ['-A -t 192.0.2.80:80 -s rr -q\n', '1:27 -q: unknown option'],
    ['-A -t 192.0.2.80:80 -s rr stray\n', '1:27 unexpected argument stray'],
    ['  -A   -t 192.0.2.80:80 -s   \n', '1:25 -s: missing argument'],
    ['-A -t 192.0.2.80:80 -s fast\n', "1:24 there is no scheduler 'fast': give one of rr, wrr, "],
    ['-A -t 192.0.2.80:80 -p --pe nosuch\n', '1:1 there is no such persistence engine: leave it out'],
    [
      '-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 10.0.0.999 -m\n',
      '2:24 illegal real server address[:port] specified',
    ],
    ['-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 10.0.0.9 -w x\n', '2:36 illegal weight specified'],
    [
      '-A -t 192.0.2.80:80 -s rr\n\n# again\n-A -t 192.0.2.80:80 -s rr\n',
      '4:1 this service was named before: name each once',
    ],
    [
      '-A -t 192.0.2.80:80 -s rr\n-D -t 192.0.2.80:80\n',
      '2:1 -D does not say what is to be: a file has -A, -a and --set',
    ],
    ['-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -m\n', "2:1 You need to supply the 'real-server' option"],
    ['-a -t 192.0.2.80:80 -r 10.0.0.1\n', '1:1 no line before this one adds the service: give its -A first'],
    ['-L\n', '1:1 -L does not say what is to be'],
  ],
};

for (const [what, cases] of Object.entries(WRONG)) {
  describe(what, () => {
    for (const [text, expected] of cases) {
      test(`${JSON.stringify(text)}: ${expected}`, () => {
        const got = complaint(text);
        assert.equal(got.slice(0, expected.length), expected, got);
      });
    }
  });
}

test('what is not UTF-8 is told', () => {
  assert.equal(complaint(Uint8Array.of(0xff, 0xfe, 0x0a)), '1:1 this is not text in UTF-8');
  const text = Buffer.from('# \u00fc\u20ac\n-A -t 192.0.2.80:80\n');
  assert.equal(complaint(Buffer.concat([text, Buffer.of(0x2d, 0x61, 0xc3, 0x0a)])), '3:3 this is not text in UTF-8');
});

test('aliases are told where they are', () => {
  assert.match(complaint('services:\n  - *nobody\n'), /^2:5 not YAML: Unresolved alias/);
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [one, other] of ['ab', 'bc', 'cd', 'de', 'ef']) {
    bomb.push(`${other}: &${other} [${new Array(9).fill(`*${one}`).join(',')}]`);
  }
  assert.match(complaint(`${bomb.join('\n')}\nservices: []\n`), /^2:8 not YAML: Excessive alias count/);
  const deep = `services: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`;
  assert.match(complaint(deep), /^1:\d+ lists or maps stand too deeply in each other/);
  assert.match(
    complaint(service('servers: [{ address: 10.0.0.1, weight: .inf }]')),
    /^3:44 weight must .*, not Infinity$/,
  );
});

test('lines may have comments, empty lines and the name of the program', () => {
  const { services } = read(
    '# saved\n\n  ipvsadm -A -t 192.0.2.80:80 -s rr\r\nxdpvsadm -a -t 192.0.2.80:80 -r 10.0.0.1 -m\n',
  );
  assert.equal(services.get('tcp 192.0.2.80:80')?.realServers.length, 1);
});

test('the YAML form says what ipvsadm does when it says as little', () => {
  const least = read(service('servers:', '  - address: 10.0.0.1'));
  assert.deepEqual(least.services, stateOf('-A -t 192.0.2.80:80', '-a -t 192.0.2.80:80 -r 10.0.0.1').services);
  assert.deepEqual(read('services: []\n').services.size, 0);
});

test('the YAML form says all that ipvsadm does', () => {
  const most = read(`
timeouts: { tcp: 60, udp: 30 }
services:
  - udp: '[2001:db8::53]:53'
    scheduler: mh
    scheduler-flags: [mh-port, mh-fallback]
    persistence: { timeout: 60, mask: 64 }
    persistence-engine: sip
    one-packet: true
    servers:
      - { address: '[2001:db8::1]:5353', method: nat, weight: 0, upper-threshold: 9, lower-threshold: 8 }
      - address: 10.0.0.1
        method: tun
        tunnel: { type: gue, port: 6080, checksum: remote }
  - mark: 4294967295
    family: 6
    scheduler: rr
    persistence: {}
    servers: [{ address: '[2001:db8::1]', method: tun }]
  - sctp: 192.0.2.80:0
    scheduler: rr
    persistence: { mask: 255.255.255.0 }
`);
  const key = '-u [2001:db8::53]:53';
  assert.deepEqual(most, {
    services: stateOf(
      `-A ${key} -s mh -b mh-port,mh-fallback -p 60 -M 64 --pe sip -o`,
      `-a ${key} -r [2001:db8::1]:5353 -m -w 0 -x 9 -y 8`,
      `-a ${key} -r 10.0.0.1 -i --tun-type gue --tun-port 6080 --tun-remcsum`,
      '-A -f 4294967295 -6 -s rr -p 360',
      '-a -f 4294967295 -6 -r 2001:db8::1 -i',
      '-A --sctp-service 192.0.2.80:0 -s rr -p 360 -M 255.255.255.0',
    ).services,
    timeouts: { tcp: 60, tcpFin: 0, udp: 30 },
  });
});

const RULE = '-d 192.0.2.80 -p tcp -m multiport --dports 80,443 -j MARK --set-mark 1';

test('rules that mark packets are read in both forms, and stay where a file says nothing of them', () => {
  const [rule] = read(`-t mangle -A PREROUTING ${RULE}\n`).marks ?? [];
  assert.equal(rule?.value, 1);
  assert.deepEqual(read(`marks:\n  - ${RULE}\nservices: []\n`).marks, [rule]);
  assert.deepEqual(read('marks: []\nservices: []\n').marks, []);
  assert.equal(read('services: []\n').marks, undefined);
  assert.equal(read('-A -t 192.0.2.80:80 -s rr\n').marks, undefined);

  assert.deepEqual(merge({ ...EMPTY_STATE, marks: [rule!] }, read('services: []\n')).marks, [rule]);
  assert.equal(merge({ ...EMPTY_STATE, marks: [rule!] }, read('marks: []\nservices: []\n')).marks, undefined);
});

test('a rule that is wrong is told where it is', () => {
  const wrong = RULE.replace('tcp', 'icp');
  assert.match(complaint(`services: []\nmarks:\n  - ${RULE}\n  - ${wrong}\n`), /^4:5 -p is tcp, udp, sctp/);
  assert.match(complaint(`# rules\n  -t mangle -A PREROUTING ${wrong}\n`), /^2:3 -p is tcp, udp, sctp/);
  assert.match(complaint('services: []\nmarks: [no]\n'), /^2:9 an item of marks must be a rule such as/);
  assert.match(complaint('-t mangle -F PREROUTING\n'), /^1:1 this does not say what is to be/);
});

test('what is saved is read as what it was, in both forms, whatever it is', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const state = randomState(seed);
    assert.deepEqual(read(`${saveLines(state).join('\n')}\n`), state, `lines, seed ${seed}`);
    assert.deepEqual(read(writeYaml(saveDocument(state))), state, `YAML, seed ${seed}`);
  }
});

function randomState(seed: number): State {
  const random = randomFrom(seed);
  const draft = new Draft(EMPTY_STATE);
  draft.setTimeouts({ tcp: 1 + random(1000), tcpFin: 1 + random(1000), udp: 1 + random(1000) });
  for (let i = 0; i < 5; i++) {
    const { realServers: _none, ...request } = randomService(random);
    ignoreTwice(() => draft.addService(request));
    for (let j = random(4); j > 0; j--) {
      const [upper, lower] = [random(2) * random(1000), 0];
      const server = {
        ...randomServer(random, request.key),
        upperThreshold: upper,
        lowerThreshold: Math.min(upper, lower),
      };
      ignoreTwice(() => draft.addServer(request.key, server));
    }
  }
  const marks = Array.from({ length: random(4) }, (_, index) =>
    readRule(new Words([...MARKS[random(3)]!.split(' '), '-j', 'MARK', '--set-mark', String(index + 1)]), () => 1),
  );
  return { ...draft.state(), ...(marks.length > 0 && { marks }) };
}

const MARKS = ['! -s 198.51.100.0/24 -p udp --sport 53', '-d 2001:db8::/64', '-4'];

/** Chance may name one twice. */
function ignoreTwice(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!/exists/.test((error as Error).message)) throw error;
  }
}
