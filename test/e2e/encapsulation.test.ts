// SPDX-License-Identifier: Apache-2.0
/** HTTP over GRE and GUE to real servers behind a router, taken off there by `xdpvs realserver`. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { whyNoHosts } from '../support/hosts.js';
import { tunnelHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

const FAR4 = ['192.168.25.1', '192.168.25.2'];
const FAR6 = ['fd00:25::1', 'fd00:25::2'];

/** The same words on the director and on the real servers, but for the one whose checksums a real server need not expect. */
const KINDS = [
  ['--tun-type gre', '--tun-type gre'],
  ['--tun-type gre --tun-csum', '--tun-type gre --tun-csum'],
  ['--tun-type gue --tun-port 6080', '--tun-type gue --tun-port 6080'],
  ['--tun-type gue --tun-port 6080 --tun-remcsum', '--tun-type gue --tun-port 6080 --tun-csum'],
] as const;

for (const [options, there] of KINDS) {
  test(`TUN ${options}: both families in both, and an upload too large for the tunnel`, { skip }, async (t) => {
    const { client, director, rs1, rs2, vip4, vip6 } = await tunnelHosts(t);
    await Promise.all(
      [rs1, rs2].map((server) => server.ok(`xdpvs realserver start --tunnel ${there} ${vip4} ${vip6}`)),
    );
    await director.ok('xdpvs attach eth0');
    const file = join(client.scratch, 'upload');
    writeFileSync(file, Buffer.alloc(300_000, 'up'));
    for (const servers of [FAR4, FAR6]) {
      for (const vip of [vip4, vip6]) {
        await addService(director, { vip, method: '-i', options, servers });
        const url = `http://${bracket(vip)}/`;
        assert.deepEqual(countPages(await client.curls(4, url)), { RS1: 2, RS2: 2 });
        assert.match(await client.curl(url, `--data-binary @${file}`), /^RS/);
      }
      await director.ok('xdpvsadm -C');
    }
  });
}
