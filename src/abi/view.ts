// SPDX-License-Identifier: Apache-2.0
let latest: DataView | undefined;

/**
 * A view of the whole buffer that bytes lie in: position `byteOffset + i` is byte i. Thousands of entries of one buffer are
 * read in a row, so the view of the latest buffer is kept.
 */
export function viewOf({ buffer }: Uint8Array): DataView {
  if (latest?.buffer !== buffer) latest = new DataView(buffer);
  return latest!;
}
