// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { metricsServer } from '../../src/observe/http.js';
import type { Source } from '../../src/observe/source.js';
import { BUILD, fakeSource } from './fake_source.js';

async function listen(t: TestContext, source: Source): Promise<{ url: string; failures: (string | undefined)[] }> {
  const failures: (string | undefined)[] = [];
  const server = metricsServer(source, (failure) => failures.push(failure));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, failures };
}

test('/metrics answers in the text format', async (t) => {
  const { url, failures } = await listen(t, fakeSource({}));
  const response = await fetch(`${url}/metrics?collect[]=all`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(await response.text(), /^xdpvs_virtual_services 0$/m);
  assert.deepEqual(failures, [undefined]);
});

test('HEAD answers with the headers alone', async (t) => {
  const { url } = await listen(t, fakeSource({}));
  const response = await fetch(`${url}/metrics`, { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await response.text(), '');
});

test('the front page leads to the metrics', async (t) => {
  const { url } = await listen(t, fakeSource({}));
  const response = await fetch(`${url}/`);
  assert.equal(response.status, 200);
  const page = await response.text();
  assert.match(page, /href="\/metrics"/);
  assert.match(page, new RegExp(`xdpvs ${BUILD.version}`));
});

test('there is nothing else', async (t) => {
  const { url } = await listen(t, fakeSource({}));
  for (const path of ['/metric', '/metrics/', '/../etc/passwd']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
});

test('nothing can be written', async (t) => {
  const { url } = await listen(t, fakeSource({}));
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(`${url}/metrics`, { method });
    assert.equal(response.status, 405, method);
    assert.equal(response.headers.get('allow'), 'GET, HEAD');
  }
});

test('maps that cannot be read fail the scrape and say why; the next scrape tries again', async (t) => {
  let isReadable = false;
  const source = fakeSource({});
  const { url, failures } = await listen(t, {
    ...source,
    director: () => {
      if (!isReadable) throw new Error('the pinned maps are of another build');
      return source.director();
    },
  });

  const failed = await fetch(`${url}/metrics`);
  assert.equal(failed.status, 500);
  assert.equal(await failed.text(), 'the pinned maps are of another build\n');
  isReadable = true;
  assert.equal((await fetch(`${url}/metrics`)).status, 200);
  assert.deepEqual(failures, ["cannot read the director's maps: the pinned maps are of another build", undefined]);
});

test('scrapes at once do not meet', async (t) => {
  const { url } = await listen(t, fakeSource({}));
  const pages = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(`${url}/metrics`)).text()));
  const lines = pages.map((page) => page.split('\n').filter((line) => !line.startsWith('xdpvs_scrape_duration')));
  for (const page of lines) assert.deepEqual(page, lines[0]);
});
