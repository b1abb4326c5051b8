// SPDX-License-Identifier: Apache-2.0
/**
 * How a command ends. Node itself first waits for what V8 compiles beside the main thread, which in turn may wait for the
 * main thread to collect garbage: about one command in a few thousand never came back (seen with Node 20; nodejs/node#54918).
 * So the process ends here, as soon as what it said is written; that also saves taking the JavaScript engine down.
 */
import type { Writable } from 'node:stream';

import { addon } from './kernel/addon.js';

/** As a shell counts a death by SIGPIPE. */
const EXIT_PIPE_CLOSED = 141;

/** Never comes back. */
export async function endProcess(code: number): Promise<never> {
  await Promise.all([written(process.stdout), written(process.stderr)]);
  return addon.exit(code);
}

/** `| head` has read enough. */
export function endWithTheReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    addon.exit(EXIT_PIPE_CLOSED);
  });
}

/** Pipes and sockets take only so much at once. */
async function written(stream: Writable): Promise<void> {
  if (stream.writableLength === 0) return;
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
