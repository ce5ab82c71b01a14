// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of reverse names.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "sources/names_cache.h"

#define WAYS 4U

int mxw_names_cache_init(struct mxw_names_cache *cache, uint32_t sources, uint64_t seed)
{
	cache->seed = seed;
	for (cache->sets = 1; cache->sets * WAYS < sources && cache->sets < 1U << 28;)
		cache->sets *= 2;
	cache->entry = calloc((size_t)cache->sets * WAYS, sizeof(*cache->entry));
	return cache->entry ? MXW_OK : MXW_E_FAIL;
}

void mxw_names_cache_free(struct mxw_names_cache *cache)
{
	free(cache->entry);
	cache->entry = NULL;
}

/* The places of a source. Senders can forge any; they do not know the seed. */
static struct mxw_names_entry *places(const struct mxw_names_cache *cache, uint64_t key)
{
	uint64_t hash = (key ^ cache->seed) * 0x9e3779b97f4a7c15ULL;

	hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93ULL;
	return &cache->entry[(hash >> 32 & (cache->sets - 1)) * WAYS];
}

struct mxw_names_entry *mxw_names_cache_find(const struct mxw_names_cache *cache, uint64_t key)
{
	struct mxw_names_entry *place = places(cache, key);

	for (unsigned int i = 0; i < WAYS; i++)
		if (place[i].key == key)
			return &place[i];
	return NULL;
}

struct mxw_names_entry *mxw_names_cache_take(struct mxw_names_cache *cache, uint64_t key,
					     uint32_t now)
{
	struct mxw_names_entry *place = places(cache, key), *entry;

	entry = mxw_names_cache_find(cache, key);
	for (unsigned int i = 0; !entry && i < WAYS; i++)
		if (!place[i].key)
			entry = &place[i];
	if (!entry) {
		for (unsigned int i = 0; i < WAYS; i++)
			if (!place[i].job && (!entry || place[i].used < entry->used))
				entry = &place[i];
		if (!entry)
			return NULL;
	}
	if (entry->key != key) {
		memset(entry, 0, sizeof(*entry));
		entry->key = key;
	}
	entry->used = now;
	return entry;
}
