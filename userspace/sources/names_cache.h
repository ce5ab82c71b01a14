/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about the reverse names of sources. A table of fixed size: a source has four
 * places, and the one used least lately makes room. For sources/names*.c alone.
 */
#ifndef MXW_NAMES_CACHE_H
#define MXW_NAMES_CACHE_H

#include <stdint.h>

#include "policy/reverse.h"

struct mxw_names_entry {
	uint64_t key; /* bpf/key.h; 0: free */
	uint32_t until; /* s of its owner's clock; when kind ends */
	uint32_t used; /* s; last */
	uint32_t forgone; /* s; from when a look-up without room is not waited for; 0: none was */
	uint16_t job; /* that is looking it up, number + 1; 0 = none. Such a one stays. */
	uint8_t kind; /* enum mxw_reverse_kind */
	char name[MXW_NAME_TEXT]; /* mxw_reverse_name() */
};

struct mxw_names_cache {
	struct mxw_names_entry *entry;
	uint32_t sets; /* of four; a power of two */
	uint64_t seed;
};

/* Room for sources or some more. Returns 0, or MXW_E_FAIL without memory. */
int mxw_names_cache_init(struct mxw_names_cache *cache, uint32_t sources, uint64_t seed);
void mxw_names_cache_free(struct mxw_names_cache *cache);

/* NULL if it is not there. */
struct mxw_names_entry *mxw_names_cache_find(const struct mxw_names_cache *cache, uint64_t key);

/* The source's entry; a new one says UNKNOWN, ended. NULL if all its places are being looked
 * up. */
struct mxw_names_entry *mxw_names_cache_take(struct mxw_names_cache *cache, uint64_t key,
					     uint32_t now);

#endif
