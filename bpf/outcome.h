/* SPDX-License-Identifier: GPL-2.0-only */
/* Where every journey is counted, and what XDP does with the packet then. */
#pragma once

#include "maps.h"

static __always_inline void
count_outcome(enum outcome outcome)
{
	__u32 index = bpf_get_smp_processor_id() * OUTCOMES_PER_CPU + outcome;
	__u64 *count = bpf_map_lookup_elem(&outcomes, &index);

	if (count)
		(*count)++;
}

/* What is not ours, or not understood, goes on to the host as if we were not there. */
static __always_inline int
action_of(enum outcome outcome)
{
	switch (outcome) {
	case NOT_IP:
	case NOT_TRANSPORT:
	case NOT_A_SERVICE:
	case NOT_FOR_THIS_HOST:
	case FRAGMENT:
	case MALFORMED:
	case NO_CONNECTION:
	case LEFT_TO_HOST:
	case DELIVERED_LOCALLY:
		return XDP_PASS;
	default:
		return XDP_DROP;
	}
}
