// SPDX-License-Identifier: Apache-2.0
/** Sizes that bpf/maps.h spells and BTF does not keep. */

/** Counters of one CPU in `outcomes`. */
export const OUTCOMES_PER_CPU = 64;

/** As many numbers as `interface_numbers` has entries, and number 0, which means none. */
export const INTERFACE_COUNT = 4097;
