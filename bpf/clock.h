/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells user space the time by which connections expire. */
#pragma once

#include "bpf.h"
#include "abi.h"

/* ctx: struct clock, filled in. */
SEC("syscall")
int read_clock(struct clock *clock)
{
	clock->jiffies = bpf_jiffies64();
	clock->monotonic_ns = bpf_ktime_get_ns();
	clock->tai_ns = bpf_ktime_get_tai_ns();
	return 0;
}
