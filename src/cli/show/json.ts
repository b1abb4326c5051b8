// SPDX-License-Identifier: Apache-2.0

/** For programs. Counters are of 64 bits, and JSON's readers take more than 2^53 as the nearest double anyway. */
export function json(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each), indent);
}
