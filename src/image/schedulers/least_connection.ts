// SPDX-License-Identifier: Apache-2.0
/** lc, wlc, sed, nq, lblc, lblcr: the data plane compares the loads of all usable members, of which the first of several equals wins. */
import { oneLevel, usableIn, withoutMark } from './scheduler.js';

export const weightedLeastConnection = withoutMark((list) => oneLevel(usableIn(list)));

/** lc does not look at weights above 0. */
export const leastConnection = withoutMark((list) => oneLevel(usableIn(list), { isUnweighted: true }));
