// SPDX-License-Identifier: Apache-2.0
/** FTP through NAT, with a real server (vsftpd) and a real client (curl). */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import type { Host } from '../support/host.js';
import { whyNoHosts } from '../support/hosts.js';
import type { Textbook } from '../support/topologies.js';
import { natHosts } from '../support/topologies.js';
import { addService, bracket, countPages } from '../support/virtual_service.js';

const skip = whyNoHosts() ?? false;

/** curl's words for each way to a data connection, by address family. */
const WAYS = {
  'PASV, IPv4': ['vip4', '--disable-epsv --no-ftp-skip-pasv-ip'],
  'EPSV, IPv4': ['vip4', '--no-ftp-skip-pasv-ip'],
  'PORT, IPv4': ['vip4', '--ftp-port - --disable-eprt'],
  'EPRT, IPv4': ['vip4', '--ftp-port -'],
  'EPSV, IPv6': ['vip6', ''],
  'EPRT, IPv6': ['vip6', '--ftp-port -'],
} as const;

async function ftpHosts(lifetime: Parameters<typeof natHosts>[0], mode: string): Promise<Textbook> {
  const hosts = await natHosts(lifetime);
  const { client, director, rs1, rs2, vip4, vip6 } = hosts;
  await director.ok(`xdpvs attach --mode ${mode} eth0 eth1`);
  await addService(director, { vip: vip4, port: 21, method: '-m', servers: ['192.168.25.1', '192.168.25.2'] });
  await addService(director, { vip: vip6, port: 21, method: '-m', servers: ['fd00:25::1', 'fd00:25::2'] });
  for (const server of [rs1, rs2]) server.serveFtp(server.name.toUpperCase());
  for (const address of ['192.168.25.1', '192.168.25.2']) await awaitFtp(director, client, address);
  return hosts;
}

/** Until it greets. */
async function awaitFtp(director: Host, client: Host, address: string): Promise<void> {
  for (let i = 0; i < 50; i++) if ((await director.run(`curl -sS -m 5 ftp://${address}/name`)).code === 0) return;
  throw new Error(`no FTP server answers ${client.name} at ${address}`);
}

for (const mode of ['native', 'generic'])
  test(
    `FTP through NAT in ${mode} mode, active and passive, by both real servers`,
    { skip, timeout: 120_000 },
    async (t) => {
      const hosts = await ftpHosts(t, mode);
      const { client, director, rs1 } = hosts;
      const large = readFileSync(join(rs1.scratch, 'rs1/ftp/large')).length;

      for (const [name, [vip, options]] of Object.entries(WAYS)) {
        const at = `ftp://${bracket(hosts[vip])}`;
        const pages: string[] = [];
        for (let i = 0; i < 4; i++) pages.push(await client.curl(`${at}/name`, options));
        assert.deepEqual(countPages(pages), { RS1: 2, RS2: 2 }, `${name}: ${pages.join('; ')}`);

        // Many data connections of one control connection, much through them, then on with it.
        const urls = ['name', 'large', 'name', 'incoming/', 'name', 'large'].map((file) => `'${at}/${file}'`);
        const got = await client.ok(`curl -gsS -m 20 ${options} ${urls.join(' ')} | wc -c`);
        assert.equal(Number(got) >= 2 * large, true, `${name}: ${got} bytes`);
      }

      writeFileSync(join(client.scratch, 'upload'), Buffer.alloc(400_000, 'up'));
      for (const [name, [vip, options]] of Object.entries(WAYS)) {
        const to = `ftp://${bracket(hosts[vip])}/incoming/${name.replace(/\W+/g, '-')}-${mode}`;
        const put = await client.run(`curl -gsS -m 20 ${options} -T ${join(client.scratch, 'upload')} '${to}'`);
        assert.equal(put.code, 0, `${name}: ${put.stderr}`);
      }
      assert.match(await director.ok('xdpvsadm -Lnc'), /172\.16\.100\.100:20 +192\.168\.25\.[12]:20/);
    },
  );

test('the client of FTP hears of the virtual address alone', { skip, timeout: 60_000 }, async (t) => {
  const { client, director, vip4 } = await ftpHosts(t, 'native');
  const { stderr } = await client.run(`curl -v -sS -m 10 --disable-epsv --no-ftp-skip-pasv-ip ftp://${vip4}/name`);
  assert.match(stderr, /227 Entering Passive Mode \(172,16,100,100,\d+,\d+\)\./);
  assert.doesNotMatch(stderr, /192,168/);
  // A control connection that asks and does not come.
  const ask = 'printf "USER anonymous\\r\\nPASS x\\r\\n" >&3; sleep 0.5; printf "EPSV\\r\\n" >&3; sleep 0.5';
  await client.run(`timeout 10 bash -c 'exec 3<>/dev/tcp/${vip4}/21; ${ask}'`);
  assert.match(await director.ok('xdpvsadm -Lnc'), /TCP 0[12]:\d\d +LISTEN +172\.16\.100\.1:0 +172\.16\.100\.100:\d+ /);
});
