// SPDX-License-Identifier: Apache-2.0
/** Where the data plane is told to look for FTP's control connections, and nowhere else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  REAL_SERVER_FTP,
  SETTING_FTP,
  realServerCodec,
  serviceKeyCodec,
  settingsCodec,
} from '../../src/abi/generated.js';
import { keyText } from '../../src/image/image.js';
import { reachOf } from '../../src/image/reach.js';
import type { ForwardingMethod, ServiceKey } from '../../src/model/types.js';
import { addServer, addService, editServer, server, tcp, udp } from './commands.js';
import { Director } from './director.js';

function directorWith(key: ServiceKey, method: ForwardingMethod): Director {
  const director = new Director();
  director.run(addService(key, 'rr'));
  director.run(addServer(key, server('10.0.0.1:21', 1, method)));
  return director;
}

/** Whether packets of its real server are looked at, and unknown ones for what is expected. */
function looks(director: Director): [server: boolean, unknown: boolean] {
  const record = realServerCodec.decode(director.arrays.real_servers, 0);
  const { flags } = settingsCodec.decode(director.settings);
  return [(record.flags & REAL_SERVER_FTP) !== 0, (flags & SETTING_FTP) !== 0];
}

test('NAT of port 21, or of all ports, has the helper', () => {
  assert.deepEqual(looks(directorWith(tcp('192.0.2.21:21'), 'masquerade')), [true, true]);
  assert.deepEqual(looks(directorWith(tcp('192.0.2.21:0'), 'masquerade')), [true, true]);
});

test('other ports, protocols and methods have not', () => {
  assert.deepEqual(looks(directorWith(tcp('192.0.2.21:80'), 'masquerade')), [false, false]);
  assert.deepEqual(looks(directorWith(udp('192.0.2.21:21'), 'masquerade')), [false, false]);
  assert.equal(looks(directorWith(tcp('192.0.2.21:21'), 'direct-route'))[0], false);
});

test('a mark has it where something is marked', () => {
  const mark = keyText(
    serviceKeyCodec.encode({ address: new Uint8Array(16), port: 0, protocol: 0, family: 4, mark: 7 }),
  );
  assert.equal(reachOf([mark], 0) & SETTING_FTP, 0);
  assert.equal(reachOf([mark], 1) & SETTING_FTP, SETTING_FTP);
});

test('a real server that is no longer masqueraded keeps it, for the connections that are', () => {
  const key = tcp('192.0.2.21:21');
  const director = directorWith(key, 'masquerade');
  director.run(editServer(key, server('10.0.0.1:21', 1, 'direct-route')));
  assert.deepEqual(looks(director), [true, true]);
});
