// SPDX-License-Identifier: Apache-2.0
export { compile } from './compile.js';
export { counters, totalCounts } from './counters.js';
export type { ServerCounters, ServiceCounters } from './counters.js';
export type { Counts } from './counts.js';
export { decompile, serverNumbers } from './decompile.js';
export { markedBy } from './marks.js';
export { CapacityExceeded, ImageInconsistent } from './errors.js';
export { emptyImage } from './image.js';
export type { Image } from './image.js';
export { lookAt, readImage } from './read.js';
export type { RawMaps } from './read.js';
export { serviceKeyText } from './service_key.js';
export type { Capacities, Cursor, Load, Marked, Snapshot } from './snapshot.js';
export { ServerNumbers } from './server_numbers.js';
export { zero, zeroMarkCounts } from './zero.js';
