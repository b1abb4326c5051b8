// SPDX-License-Identifier: Apache-2.0
/** twos: laid out as wrr's passes from the first on, so that each member has as many positions as its weight, and the last level has all. */
import { HEAD, withoutMark } from './scheduler.js';
import { weightedRoundRobin } from './weighted_round_robin.js';

export const twoChoices = withoutMark((list) => weightedRoundRobin.levels(list, HEAD));
