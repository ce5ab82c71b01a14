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

void mxw_cache_wait_no_more(struct mxw_cache *cache, uint32_t number)
{
	struct mxw_source *source = mxw_cache_source(cache, number);
	struct mxw_queue *queue;

	if (!source->queue)
		return;
	queue = &cache->queue[source->queue - 1];
	if (source->wheel_prev)
		mxw_cache_source(cache, source->wheel_prev)->wheel_next = source->wheel_next;
	else
		queue->first = source->wheel_next;
	if (source->wheel_next)
		mxw_cache_source(cache, source->wheel_next)->wheel_prev = source->wheel_prev;
	else
		queue->last = source->wheel_prev;
	source->queue = 0;
	queue->count--;
}

uint32_t mxw_cache_waiting(const struct mxw_cache *cache)
{
	uint32_t sum = 0;

	for (int rank = 0; rank < MXW_RANKS; rank++)
		sum += cache->queue[rank].count;
	return sum;
}
