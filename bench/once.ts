// SPDX-License-Identifier: Apache-2.0
/** A value made when it is first asked for: rows that are not wanted cost nothing. */
export type Lazy<T> = () => T;

export function once<T>(make: () => T): Lazy<T> {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
