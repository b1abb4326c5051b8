/* SPDX-License-Identifier: GPL-2.0-only */
/* The sum over a tunnel's header and all that it carries; of a packet put together from fragments most is not in the frame. */
#pragma once

#include "../ending.h"
#include "../rooms.h"

/* offset: of the header in the frame. length: of it and all that follows. */
static __noinline __u64
sum_carried(struct xdp_md *ctx, __u32 offset, __u32 length)
{
	const struct errand *errand = errand_here();
	const struct assembly *assembly;
	__u32 head = bpf_xdp_get_buff_len(ctx) - offset;

	if (length <= head)
		return sum_frame(ctx, offset, length);
	assembly = errand && errand->assembly != NO_ASSEMBLY ? assembly_at(errand->assembly) : NULL;
	if (!assembly)
		return 0;
	return sum_frame(ctx, offset, head) + sum_pieces(errand->assembly, assembly->transport_size, assembly->total);
}
