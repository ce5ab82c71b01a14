/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sources are listed, judged as the filter judges them: by the key of
 * bpf/key.h, so IPv6 by /64 and an embedded IPv4 address as that address. Pure.
 */
#ifndef SYNFLOOD_LISTED_H
#define SYNFLOOD_LISTED_H

#include "bpf/key.h"
#include "bench/synflood/address.h"

struct sf_keys {
	uint64_t first, last; /* keys, both included */
};

struct sf_listed {
	struct sf_keys *keys; /* sorted, apart from each other */
	size_t count; /* 0 = nothing is listed */
	uint64_t *touched; /* one bit for each IPv4 /24: whether any of it is listed */
};

/* The caller frees it with sf_listed_free(), also after an error. */
int sf_listed_make(struct sf_listed *listed, const struct sf_ranges *ranges, struct mxw_err *err);
void sf_listed_free(struct sf_listed *listed);

/* Whether a key lies in the list, by search. */
bool sf_listed_search(const struct sf_listed *listed, uint64_t key);

/* An IPv4 address is high 0 with the address in low, and ipv6 false. */
static inline bool sf_listed_has(const struct sf_listed *listed, bool ipv6, uint64_t high,
				 uint64_t low)
{
	uint64_t key = ipv6 ? mxw_key_v6(high, low) : low;
	uint64_t unit = key >> 8;

	if (!listed->count)
		return false;
	if (key >> 32 == 0 && !(listed->touched[unit / 64] >> unit % 64 & 1))
		return false;
	return sf_listed_search(listed, key);
}

#endif
