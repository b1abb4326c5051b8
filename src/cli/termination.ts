// SPDX-License-Identifier: Apache-2.0

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
export function terminationSignal(): AbortSignal {
  const told = new AbortController();
  const end = (): void => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    told.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return told.signal;
}
