// SPDX-License-Identifier: Apache-2.0
/** A process that serves a made-up director, for serve.test.ts: `node serve_child.js ADDR:PORT`. */
import { serve } from '../../src/cli/serve.js';
import { fakeSource } from './fake_source.js';

const [, , listen] = process.argv;
if (listen !== undefined) {
  process.exitCode = await serve(
    fakeSource({}),
    { listen },
    {
      out: (line) => console.log(line),
      err: (line) => console.error(line),
    },
  );
}
