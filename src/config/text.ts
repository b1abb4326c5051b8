// SPDX-License-Identifier: Apache-2.0
/** A file's bytes into text. Throws ConfigError for what is no text, or not all of it. */
import { BEGINNING, ConfigError } from './place.js';

export function textOf(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (text.trim() === '')
    throw new ConfigError('nothing is in it: for no services at all write `services: []`', BEGINNING);
  if (text.endsWith('\n')) return text;
  // Half an address is often one too: 10.0.0.1 of 10.0.0.17.
  const lines = text.split('\n');
  const place = { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  throw new ConfigError('the file ends within a line: was it cut off? If it is whole, end it with a newline', place);
}

function decode(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(text);
  const wrong = bytes.findIndex((byte, index) => byte !== again[index]);
  if (wrong < 0) return text.replace(/^\ufeff/, '');
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, wrong)).split('\n');
  const place = { line: before.length, column: (before.at(-1) ?? '').replace(/\ufffd+$/, '').length + 1 };
  throw new ConfigError('this is not text in UTF-8', place);
}
