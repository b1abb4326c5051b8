// SPDX-License-Identifier: Apache-2.0
import { serviceKeyCodec } from '../abi/generated.js';
import type { ServiceKey as KeyFields } from '../abi/generated.js';
import type { ServiceKey } from '../model/types.js';
import { addressBytes, addressOf } from './addresses.js';
import { keyBytes, keyText } from './image.js';
import { PROTOCOL, familyOf } from './words.js';

export function keyFieldsOf(key: ServiceKey): KeyFields {
  if (key.kind === 'mark') {
    return { address: new Uint8Array(16), port: 0, protocol: 0, family: key.family, mark: key.mark };
  }
  return {
    address: addressBytes(key.address),
    port: key.port,
    protocol: PROTOCOL.number(key.protocol),
    family: key.address.family,
    mark: 0,
  };
}

function serviceKeyOf(fields: KeyFields): ServiceKey {
  if (fields.mark !== 0) return { kind: 'mark', mark: fields.mark, family: familyOf(fields.family) };
  return {
    kind: 'address',
    protocol: PROTOCOL.word(fields.protocol),
    address: addressOf(fields.address, fields.family),
    port: fields.port,
  };
}

const { address: ADDRESS, port: PORT, protocol: PROTOCOL_AT, family: FAMILY, mark: MARK } = serviceKeyCodec.offsets;

/** What `serviceKeyText` made a string of. Of ten thousand keys nearly all are addresses, and those are read without a view. */
export function serviceKeyOfText(text: string): ServiceKey {
  const bytes = keyBytes(text);
  for (let byte = MARK; byte < MARK + 4; byte++)
    if (bytes[byte] !== 0) return serviceKeyOf(serviceKeyCodec.decode(bytes));
  return {
    kind: 'address',
    protocol: PROTOCOL.word(bytes[PROTOCOL_AT]!),
    address: addressOf(bytes.subarray(ADDRESS), bytes[FAMILY]!),
    port: (bytes[PORT]! << 8) | bytes[PORT + 1]!,
  };
}

/** The bytes of struct service_key as a string: how images name a service. */
export function serviceKeyText(key: ServiceKey): string {
  return keyText(serviceKeyCodec.encode(keyFieldsOf(key)));
}
