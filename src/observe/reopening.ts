// SPDX-License-Identifier: Apache-2.0
/** Keeps one thing open for as long as it is the same thing: pinned maps come, go and are replaced under a reader. */

export interface Reopening<T> {
  /** `identity` tells two openings apart (the maps' ids, say); undefined when there is nothing to open. */
  readonly identity: () => string | undefined;
  readonly open: () => T;
  readonly close: (opened: T) => void;
}

export function reopening<T>({ identity, open, close }: Reopening<T>): () => T | undefined {
  let current: { readonly id: string; readonly opened: T } | undefined;

  return () => {
    const id = identity();
    if (current?.id === id) return current?.opened;

    const stale = current;
    current = undefined;
    if (stale) close(stale.opened);
    if (id !== undefined) current = { id, opened: open() };
    return current?.opened;
  };
}
