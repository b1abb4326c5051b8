// SPDX-License-Identifier: Apache-2.0
/** Which real servers the data plane lets call, command by command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { KEY_CODECS, SETTING_CALLING, VALUE_CODECS, settingsCodec } from '../../src/abi/generated.js';
import { keyBytes } from '../../src/image/image.js';
import type { ServiceKey } from '../../src/model/types.js';
import {
  addServer,
  addService,
  deleteServer,
  deleteService,
  editServer,
  editService,
  server,
  tcp,
  udp,
} from './commands.js';
import { Director } from './director.js';
import { Random } from './random.js';

const SIP = { persistenceEngine: 'sip' };
const KEY = udp('10.9.0.1:5060');
const OTHER = udp('10.9.0.2:5060');
const NAT = server('192.168.1.1:5080', 1, 'masquerade');

/** `ADDRESS:PORT`, and by whose number. */
function calling(director: Director): string[] {
  const entries = [...director.callingServers].map(([key, value]) => {
    const { address, port } = KEY_CODECS.calling_servers.decode(keyBytes(key));
    return `${address.subarray(0, 4).join('.')}:${port} ${VALUE_CODECS.calling_servers.decode(value)}`;
  });
  const isSet = (settingsCodec.decode(director.settings).flags & SETTING_CALLING) !== 0;
  assert.equal(isSet, entries.length > 0, 'the data plane looks only when there are any');
  return entries.sort();
}

test('a masqueraded real server of a UDP service with an engine calls, from the port that requests go to', () => {
  const director = new Director();
  director.run(addService(KEY, 'rr', SIP));
  assert.deepEqual(calling(director), []);
  director.run(addServer(KEY, NAT));
  director.run(addServer(KEY, server('192.168.1.2:5060', 0, 'masquerade')));
  director.run(addServer(KEY, server('192.168.1.3:5060', 1, 'direct-route')));
  assert.deepEqual(calling(director), ['192.168.1.1:5080 0', '192.168.1.2:5060 1']);
  director.run(editServer(KEY, { ...NAT, method: 'tunnel' }));
  assert.deepEqual(calling(director), ['192.168.1.2:5060 1']);
  director.run(deleteServer(KEY, server('192.168.1.2:5060')));
  assert.deepEqual(calling(director), []);
});

test('none does of a service without an engine, of TCP, of port 0 or of a mark', () => {
  const mark: ServiceKey = { kind: 'mark', mark: 7, family: 4 };
  const others = [tcp('10.9.0.1:5060'), udp('10.9.0.1:0'), mark];
  const director = new Director();
  for (const key of others) director.run(addService(key, 'rr', SIP));
  director.run(addService(KEY, 'rr'));
  for (const key of [...others, KEY]) director.run(addServer(key, NAT));
  assert.deepEqual(calling(director), []);
  director.run(editService(KEY, SIP));
  assert.deepEqual(calling(director), ['192.168.1.1:5080 3']);
  director.run(editService(KEY, { persistenceEngine: undefined } as never));
  assert.deepEqual(calling(director), []);
});

test('of two services with the same real server the later one says whose call it is, and whether it is one', () => {
  const director = new Director();
  for (const key of [KEY, OTHER]) {
    director.run(addService(key, 'rr', SIP));
    director.run(addServer(key, NAT));
  }
  assert.deepEqual(calling(director), ['192.168.1.1:5080 1']);
  director.run(editService(OTHER, { persistenceEngine: undefined } as never));
  assert.deepEqual(calling(director), []);
  director.run(deleteService(OTHER));
  assert.deepEqual(calling(director), ['192.168.1.1:5080 0']);
});

test('whatever commands came before, the map is what the services say, read back and made anew', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = new Random(seed);
    const director = new Director();
    const keys = [KEY, OTHER, udp('10.9.0.3:0')];
    for (const key of keys) director.run(addService(key, 'rr'));
    for (let step = 0; step < 20; step++) {
      const key = random.pick(keys);
      const method = random.pick(['masquerade', 'direct-route'] as const);
      const changed = server(`192.168.1.${1 + random.below(3)}:5060`, 1, method);
      const has = [...director.state.services.values()].some(
        (service) =>
          service.key.kind === 'address' &&
          Buffer.from(service.key.address.bytes).equals((key as { address: { bytes: Uint8Array } }).address.bytes) &&
          service.realServers.some(({ address }) => Buffer.from(address.bytes).equals(changed.address.bytes)),
      );
      const edits = has ? [editServer(key, changed), deleteServer(key, changed)] : [addServer(key, changed)];
      const engine = random.below(2) === 0 ? SIP : ({ persistenceEngine: undefined } as never);
      director.run(random.pick([...edits, editService(key, engine)]));
      const fresh = new Director();
      fresh.run(() => director.state);
      const addressesOf = (each: Director) => calling(each).map((text) => text.split(' ')[0]);
      assert.deepEqual(addressesOf(director), addressesOf(fresh), `seed ${seed} step ${step}`);
    }
  }
});
