// SPDX-License-Identifier: Apache-2.0
import { endProcess } from '../end_process.js';
import { main } from '../main.js';

await endProcess(await main(process.argv.slice(2)));
