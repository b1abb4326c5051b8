// SPDX-License-Identifier: Apache-2.0
/** Names of interfaces as the maps keep them: filled up with zeros, of which one at least. */
import { INTERFACE_NAME_SIZE } from '../abi/generated.js';

export function interfaceBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(INTERFACE_NAME_SIZE);
  bytes.set(new TextEncoder().encode(name).subarray(0, INTERFACE_NAME_SIZE - 1));
  return bytes;
}

export function interfaceName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end));
}
