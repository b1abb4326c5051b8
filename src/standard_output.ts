// SPDX-License-Identifier: Apache-2.0

/** As a shell counts a death by SIGPIPE. */
const EXIT_PIPE_CLOSED = 141;

/** `| head` has read enough. */
export function endWithTheReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT_PIPE_CLOSED);
  });
}
