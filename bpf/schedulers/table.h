/* SPDX-License-Identifier: GPL-2.0-only */
/* For schedulers that look a packet up in a table by a hash: the slots of the service's one level, filled by the controller. */
#pragma once

#include "client.h"
#include "order.h"

/* hash_32 of the Linux kernel, to 8 bits. */
static __always_inline __u32
hash_to_byte(__u32 value)
{
	return value * 0x61c88647U >> 24;
}

static __always_inline int
pick_from_table(const struct schedule_level *level, __u32 place)
{
	__u32 index = level->first_slot + place;
	const struct schedule_slot *slot = place < level->slot_count ? slot_at(index) : NULL;

	return slot && is_pickable(slot) ? (int)index : NO_SLOT;
}
