// SPDX-License-Identifier: Apache-2.0

/** The words of each row of a file such as /etc/hosts: what follows # is a comment, and empty rows are left out. */
export function rowsOf(text: string): string[][] {
  const rows = text.split('\n').map((row) => row.replace(/#.*/, '').trim());
  return rows.filter((row) => row !== '').map((row) => row.split(/\s+/));
}
