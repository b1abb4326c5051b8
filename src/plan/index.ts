// SPDX-License-Identifier: Apache-2.0
export { apply } from './apply.js';
export type { MapWriter } from './apply.js';
export type { Change } from './change.js';
export { diff } from './diff.js';
