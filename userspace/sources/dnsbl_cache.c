// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of sources. Called by the engine.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "sources/dnsbl_cache.h"

#define SPARED_IN_A_ROW 8

_Static_assert(sizeof(struct mxw_source) == MXW_SOURCE_BYTES, "the memory of a source");
_Static_assert((int)MXW_SAID_ERROR + MXW_DNSBL_FAULTS <= (int)MXW_SAID_LISTED + 1,
	       "faults and sets overlap");

int mxw_cache_init(struct mxw_cache *cache, uint32_t capacity, uint32_t lists, uint64_t seed)
{
	uint64_t slots = ((uint64_t)capacity + 1) * (lists ? lists : 1);

	memset(cache, 0, sizeof(*cache));
	cache->capacity = capacity;
	cache->lists = lists;
	cache->seed = seed;
	for (cache->head_bits = 4; (1ULL << cache->head_bits) < capacity; cache->head_bits++)
		;
	cache->source = calloc((size_t)capacity + 1, sizeof(*cache->source));
	cache->until = calloc(slots, sizeof(*cache->until));
	cache->said = calloc(slots, sizeof(*cache->said));
	cache->heads = calloc(1ULL << cache->head_bits, sizeof(*cache->heads));
	if (cache->source && cache->until && cache->said && cache->heads &&
	    !mxw_codes_init(&cache->codes))
		return MXW_OK;
	mxw_cache_free(cache);
	return MXW_E_FAIL;
}

void mxw_cache_free(struct mxw_cache *cache)
{
	free(cache->source);
	free(cache->until);
	free(cache->said);
	free(cache->heads);
	mxw_codes_free(&cache->codes);
	memset(cache, 0, sizeof(*cache));
}

/* Senders can forge any source; they do not know the seed. */
static uint32_t *head(const struct mxw_cache *cache, uint64_t key)
{
	uint64_t hash = (key ^ cache->seed) * 0x9e3779b97f4a7c15ULL;

	hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93ULL;
	return &cache->heads[hash >> (64 - cache->head_bits)];
}

uint32_t mxw_cache_find(const struct mxw_cache *cache, uint64_t key)
{
	uint32_t number = *head(cache, key);

	while (number && cache->source[number].key != key)
		number = cache->source[number].chain;
	return number;
}

static void unlink_use(struct mxw_cache *cache, const struct mxw_source *source)
{
	if (source->newer)
		cache->source[source->newer].older = source->older;
	else
		cache->newest = source->older;
	if (source->older)
		cache->source[source->older].newer = source->newer;
	else
		cache->oldest = source->newer;
}

static void link_newest(struct mxw_cache *cache, uint32_t number)
{
	struct mxw_source *source = &cache->source[number];

	source->newer = 0;
	source->older = cache->newest;
	if (cache->newest)
		cache->source[cache->newest].newer = number;
	else
		cache->oldest = number;
	cache->newest = number;
}

void mxw_cache_use(struct mxw_cache *cache, uint32_t number)
{
	if (cache->newest == number)
		return;
	unlink_use(cache, &cache->source[number]);
	link_newest(cache, number);
}

static void unschedule(struct mxw_cache *cache, uint32_t number)
{
	struct mxw_source *source = &cache->source[number];
	uint32_t *slot = &cache->wheel[source->due % MXW_WHEEL];

	if (!source->due)
		return;
	if (source->wheel_prev)
		cache->source[source->wheel_prev].wheel_next = source->wheel_next;
	else if (cache->turning == number)
		cache->turning = source->wheel_next;
	else
		*slot = source->wheel_next;
	if (source->wheel_next)
		cache->source[source->wheel_next].wheel_prev = source->wheel_prev;
	source->due = 0;
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

void mxw_cache_rest(struct mxw_cache *cache, uint32_t number)
{
	mxw_cache_wait_no_more(cache, number);
	unschedule(cache, number);
}

void mxw_cache_schedule(struct mxw_cache *cache, uint32_t number, uint32_t due)
{
	struct mxw_source *source = &cache->source[number];
	uint32_t *slot;

	mxw_cache_rest(cache, number);
	if (due <= cache->turned)
		due = cache->turned + 1;
	slot = &cache->wheel[due % MXW_WHEEL];
	source->due = due;
	source->wheel_prev = 0;
	source->wheel_next = *slot;
	if (*slot)
		cache->source[*slot].wheel_prev = number;
	*slot = number;
}

/* Takes the next off the slot being emptied; those of a later turn go back into it. */
static uint32_t next_turning(struct mxw_cache *cache, uint32_t now)
{
	while (cache->turning) {
		uint32_t number = cache->turning, due = cache->source[number].due;

		unschedule(cache, number);
		if (due <= now)
			return number;
		mxw_cache_schedule(cache, number, due);
	}
	return 0;
}

uint32_t mxw_cache_due(struct mxw_cache *cache, uint32_t now)
{
	/* After a long sleep once around is enough. */
	if (now > cache->turned && now - cache->turned > MXW_WHEEL)
		cache->turned = now - MXW_WHEEL;
	for (;;) {
		uint32_t number = next_turning(cache, now);

		if (number)
			return number;
		if (cache->turned >= now)
			return 0;
		cache->turned++;
		cache->turning = cache->wheel[cache->turned % MXW_WHEEL];
		cache->wheel[cache->turned % MXW_WHEEL] = 0;
	}
}

void mxw_cache_forget(struct mxw_cache *cache, uint32_t number, unsigned int list)
{
	uint16_t *said = &cache->said[(uint64_t)number * cache->lists + list];

	if (*said > MXW_SAID_LISTED)
		mxw_codes_drop(&cache->codes, (uint16_t)(*said - MXW_SAID_LISTED));
	*said = MXW_SAID_NONE;
}

void mxw_cache_remove(struct mxw_cache *cache, uint32_t number)
{
	struct mxw_source *source = &cache->source[number];
	uint32_t *link = head(cache, source->key);

	while (*link != number)
		link = &cache->source[*link].chain;
	*link = source->chain;
	mxw_cache_rest(cache, number);
	unlink_use(cache, source);
	for (unsigned int list = 0; list < cache->lists; list++)
		mxw_cache_forget(cache, number, list);
	memset(source, 0, sizeof(*source));
	source->chain = cache->free;
	cache->free = number;
	cache->count--;
}

/* The one idle longest, but for those that forged sources are not to push out: these count as
 * used. Few tries, so that it takes no longer when all are such. */
static uint32_t least_wanted(struct mxw_cache *cache)
{
	for (int tries = 0; tries < SPARED_IN_A_ROW; tries++) {
		const struct mxw_source *source = &cache->source[cache->oldest];

		if (!(source->state & MXW_SOURCE_PRESENT) && !source->queue)
			break;
		mxw_cache_use(cache, cache->oldest);
	}
	return cache->oldest;
}

uint32_t mxw_cache_add(struct mxw_cache *cache, uint64_t key)
{
	uint32_t number, *first = head(cache, key);
	struct mxw_source *source;

	if (cache->count == cache->capacity) {
		mxw_cache_remove(cache, least_wanted(cache));
		cache->evicted++;
	}
	number = cache->free;
	if (number)
		cache->free = cache->source[number].chain;
	else
		number = ++cache->fresh;
	source = &cache->source[number];
	memset(source, 0, sizeof(*source));
	source->key = key;
	source->chain = *first;
	*first = number;
	link_newest(cache, number);
	cache->count++;
	return number;
}

static uint16_t say(struct mxw_cache *cache, unsigned int list,
		    const struct mxw_dnsbl_answer *answer)
{
	uint16_t set;

	if (answer->state == MXW_DNSBL_NOT_LISTED)
		return MXW_SAID_NOT_LISTED;
	if (answer->state == MXW_DNSBL_ERROR)
		return (uint16_t)(MXW_SAID_ERROR + answer->fault);
	set = mxw_codes_take(&cache->codes, list, answer->codes, answer->count);
	return (uint16_t)(set ? MXW_SAID_LISTED + set : MXW_SAID_ERROR + MXW_DNSBL_MALFORMED);
}

void mxw_cache_keep(struct mxw_cache *cache, uint32_t number, unsigned int list,
		    const struct mxw_dnsbl_answer *answer, uint32_t until)
{
	uint64_t at = (uint64_t)number * cache->lists + list;
	uint16_t said = say(cache, list, answer);

	mxw_cache_forget(cache, number, list);
	cache->said[at] = said;
	cache->until[at] = until;
}

uint16_t mxw_cache_said(const struct mxw_cache *cache, uint32_t number, unsigned int list)
{
	return cache->said[(uint64_t)number * cache->lists + list];
}

bool mxw_cache_answer(const struct mxw_cache *cache, uint32_t number, unsigned int list,
		      uint32_t now, struct mxw_dnsbl_answer *answer)
{
	uint16_t said = mxw_cache_said(cache, number, list);
	uint32_t until = mxw_cache_until(cache, number, list);
	const struct mxw_code_set *set;

	if (said == MXW_SAID_NONE || until <= now)
		return false;
	answer->state = MXW_DNSBL_NOT_LISTED;
	answer->fault = MXW_DNSBL_FINE;
	answer->count = 0;
	answer->ttl = (until - now + MXW_TICKS_SECOND - 1) / MXW_TICKS_SECOND;
	if (said > MXW_SAID_LISTED) {
		set = mxw_codes_get(&cache->codes, (uint16_t)(said - MXW_SAID_LISTED));
		answer->state = MXW_DNSBL_LISTED;
		answer->count = set->count;
		memcpy(answer->codes, set->codes, set->count * sizeof(set->codes[0]));
	} else if (said >= MXW_SAID_ERROR) {
		answer->state = MXW_DNSBL_ERROR;
		answer->fault = (uint8_t)(said - MXW_SAID_ERROR);
	}
	return true;
}
