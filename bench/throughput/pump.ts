// SPDX-License-Identifier: Apache-2.0
/** One sender on one CPU, on the client: begins when told by a line on standard input, ends after so many packets. */
import { once } from 'node:events';

import { addon } from '../../src/kernel/addon.js';

const [pin = '', packets = '0'] = process.argv.slice(2);
const program = addon.openPinned(pin);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const start = process.hrtime.bigint();
addon.testRun(program, { data: new Uint8Array(64), repeat: Number(packets), liveFrames: true });
process.stdout.write(`${process.hrtime.bigint() - start}\n`);
process.exit(0);
