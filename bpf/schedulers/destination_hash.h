/* SPDX-License-Identifier: GPL-2.0-only */
/* dh: by the address that the client asked for. 256 places go round all real servers, whatever their weights. */
#pragma once

#include "table.h"

static __always_inline int
pick_by_destination(const struct virtual_service *service, const struct facts *packet)
{
	const struct schedule_level *level = only_level(service);

	return level ? pick_from_table(level, hash_to_byte(folded_destination(packet))) : NO_SLOT;
}
