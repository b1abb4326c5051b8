/* SPDX-License-Identifier: GPL-2.0-only */
/* For schedulers that take the first slot that suits them. */
#pragma once

#include "order.h"

struct fit {
	__u32 next;			/* slot */
	int found;
};

typedef bool (*condition)(const struct schedule_slot *slot, const struct load *load);

static __always_inline long
try_slot(struct fit *fit, condition suits)
{
	__u32 index = fit->next++;
	const struct schedule_slot *slot = slot_at(index);
	const struct load *load = slot ? load_of(slot->real_server) : NULL;

	if (!load || is_overloaded(slot->real_server, load, slot->calm) || !suits(slot, load))
		return 0;
	fit->found = index;
	return 1;
}

typedef long (*slot_tester)(__u32 step, void *fit);

static __always_inline int
first_fit(const struct virtual_service *service, slot_tester try_next)
{
	const struct schedule_level *level = only_level(service);
	struct fit fit = { .found = NO_SLOT };

	if (!level)
		return NO_SLOT;
	fit.next = level->first_slot;
	bpf_loop(level->slot_count, try_next, &fit, 0);
	return fit.found;
}
