/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel gives to every BPF program, and the few idioms the rest is written in. UAPI headers suffice: no vmlinux.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* linux/socket.h is not for BPF. */
#define AF_INET 2
#define AF_INET6 10

/* Newer than the headers of the oldest kernel we load on. */
#ifndef BPF_FIB_LOOKUP_SRC
#define BPF_FIB_LOOKUP_SRC (1U << 4)
#endif
#define NO_SOURCE_ADDRESS 9		/* BPF_FIB_LKUP_RET_NO_SRC_ADDR */
#define EINVAL 22

/* memcpy and friends of a fixed size become plain loads and stores. */
#define copy(to, from, size) __builtin_memcpy(to, from, size)
#define clear(to, size) __builtin_memset(to, 0, size)

/* A range that the verifier believes: clang may not put another comparison in its place. */
static __always_inline bool
is_within(__u32 *value, __u32 least, __u32 most)
{
	barrier_var(*value);
	if (*value < least)
		return false;
	barrier_var(*value);
	if (*value > most)
		return false;
	barrier_var(*value);
	return true;
}

/* A size that is from 1 to `most`, a power of two, said so that the verifier of 6.1 knows it: it learns nothing from != 0. */
static __always_inline __u32
sure_size(__u32 size, __u32 most)
{
	size = (size - 1) & (most - 1);
	barrier_var(size);
	return size + 1;
}
