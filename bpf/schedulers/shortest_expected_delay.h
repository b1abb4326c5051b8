/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sed: the least active connections for the weight, the new one counted. Inactive ones are not counted, and UDP has no others:
 * so all datagrams go to the real server with the greatest weight, as in IPVS.
 */
#pragma once

#include "scan.h"

/* level: index. */
static __always_inline int
pick_shortest_expected_delay(__u32 level)
{
	return find_least_delay(level);
}
