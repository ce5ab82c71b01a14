// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources that wait to be asked about: a queue for each rank, in the memory of sources. Called by
 * the engine.
 */
#include "sources/dnsbl_cache.h"

void mxw_cache_wait(struct mxw_cache *cache, uint32_t number, enum mxw_rank rank, bool first)
{
	struct mxw_queue *queue = &cache->queue[rank];
	struct mxw_source *source;

	mxw_cache_rest(cache, number);
	source = mxw_cache_source(cache, number);
	source->queue = (uint8_t)(rank + 1);
	source->wheel_prev = first ? 0 : queue->last;
	source->wheel_next = first ? queue->first : 0;
	if (source->wheel_prev)
		mxw_cache_source(cache, source->wheel_prev)->wheel_next = number;
	else
		queue->first = number;
	if (source->wheel_next)
		mxw_cache_source(cache, source->wheel_next)->wheel_prev = number;
	else
		queue->last = number;
	queue->count++;
}

uint32_t mxw_cache_waiting(const struct mxw_cache *cache)
{
	uint32_t sum = 0;

	for (int rank = 0; rank < MXW_RANKS; rank++)
		sum += cache->queue[rank].count;
	return sum;
}
