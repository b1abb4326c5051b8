/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock alone, without the data plane, which is loaded with HZ as a constant and so after it has been asked. */
#include "clock.h"

char LICENSE[] SEC("license") = "GPL";
