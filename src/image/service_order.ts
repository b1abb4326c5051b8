// SPDX-License-Identifier: Apache-2.0
import { serviceRecordCodec } from '../abi/generated.js';
import { wordOf } from './entries.js';
import { ImageInconsistent } from './errors.js';
import type { Image } from './image.js';
import { numberIn } from './service_value.js';

type Lists = Pick<Image, 'services' | 'arrays'>;

/** Services as they were added. What is sorted are numbers: ten thousand are sorted at once then. */
export function inOrder(image: Lists): (readonly [key: string, value: Uint8Array])[] {
  const services = [...image.services];
  const count = services.length;
  const places = Float64Array.from(services, ([, bytes], index) => addedOf(image, numberIn(bytes)) * count + index);
  return Array.from(places.sort(), (place) => services[place % count]!);
}

function addedOf(image: Lists, number: number): number {
  const records = image.arrays.service_records;
  if (!records.has(number)) throw new ImageInconsistent(`virtual service ${number} has no record`);
  return wordOf(records, number, serviceRecordCodec.offsets.added);
}
