// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatListenAddress, parseListenAddress } from '../../src/cli/listen_address.js';
import { DEFAULT_LISTEN } from '../../src/cli/serve.js';

const CHILD = fileURLToPath(new URL('./serve_child.js', import.meta.url));

function start(t: TestContext, listen: string): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [CHILD, listen]);
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

async function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [, url] = /^metrics at (\S+)$/.exec(await firstLine(child)) ?? assert.fail('no address');
  return url!;
}

/** How a process that is expected to refuse ends. */
async function refusal(t: TestContext, listen: string): Promise<{ code: number | null; err: string }> {
  const child = start(t, listen);
  const [[code], err] = await Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stderr)]);
  return { code, err };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it within 2 s with exit code 0, whoever hangs on`, async (t) => {
    const child = start(t, '127.0.0.1:0');
    const url = await urlOf(child);
    assert.match(await (await fetch(url)).text(), /^xdpvs_attached 0$/m); // leaves an idle connection open
    const silent = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    t.after(() => silent.destroy());
    await once(silent, 'connect');

    const told = performance.now();
    child.kill(signal);
    const [code, by] = (await once(child, 'exit')) as [number | null, string | null];

    assert.deepEqual({ code, by }, { code: 0, by: null });
    assert.ok(performance.now() - told < 2000, `took ${performance.now() - told} ms`);
    await assert.rejects(fetch(url));
  });
}

test('an address in use is one line and exit code 1', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.after(() => holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;

  assert.deepEqual(await refusal(t, `127.0.0.1:${port}`), {
    code: 1,
    err:
      `xdpvs serve: cannot listen on 127.0.0.1:${port}: another process listens there; ` +
      'end it or give another --listen ADDR:PORT\n',
  });
});

test("an address that is not this host's is one line and exit code 1", async (t) => {
  assert.deepEqual(await refusal(t, '192.0.2.1:0'), {
    code: 1,
    err:
      'xdpvs serve: cannot listen on 192.0.2.1:0: this host does not have that address; ' +
      'give one of its own with --listen ADDR:PORT\n',
  });
});

test('what is not an address and a port is one line and exit code 2', async (t) => {
  assert.deepEqual(await refusal(t, '9749'), {
    code: 2,
    err: "xdpvs serve: cannot listen on '9749': not ADDR:PORT; write it like 127.0.0.1:19749 or [::1]:19749\n",
  });
});

test('addresses to listen on are read and written', () => {
  for (const text of [DEFAULT_LISTEN, '0.0.0.0:1', '[::1]:65535', '[fe80::1%eth0]:80', 'localhost:0']) {
    assert.equal(formatListenAddress(parseListenAddress(text) ?? assert.fail(text)), text);
  }
  for (const text of [
    '',
    ':80',
    '80',
    '127.0.0.1',
    '127.0.0.1:',
    '::1:80',
    '[::1]',
    '127.0.0.1:65536',
    'a:b',
    'a:1 ',
  ]) {
    assert.equal(parseListenAddress(text), undefined, text);
  }
});

test('it listens on loopback unless told otherwise', () => {
  assert.equal(parseListenAddress(DEFAULT_LISTEN)?.host, '127.0.0.1');
});
