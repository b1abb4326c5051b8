// SPDX-License-Identifier: Apache-2.0
/** dh, as net/netfilter/ipvs/ip_vs_dh.c fills its table: all members in turn, quiesced ones too. */
import { oneLevel, withoutMark } from './scheduler.js';

const PLACES = 256;

export const destinationHash = withoutMark((list) =>
  list.length === 0 ? [] : oneLevel(Array.from({ length: PLACES }, (_, place) => place % list.length)),
);
