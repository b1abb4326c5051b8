// SPDX-License-Identifier: Apache-2.0
/** fo, ovf: the data plane takes the first member that suits, so they are sorted; of equal weights the first of the list comes first. */
import { oneLevel, usableIn, withoutMark } from './scheduler.js';

export const heaviestFirst = withoutMark((list) =>
  oneLevel(usableIn(list).sort((a, b) => list[b]!.weight - list[a]!.weight)),
);
