/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about sources: the answer of each list, until when, and when to look at the
 * source again. MXW_SOURCE_BYTES and 6 bytes a list for each source, allocated once and
 * touched as sources come; the one that was idle longest makes room. For sources/ alone.
 *
 * Sources have numbers from 1 on; 0 is none. Times are ticks of 100 ms since the engine
 * began, so 32 bits last 13 years.
 */
#ifndef MXW_DNSBL_CACHE_H
#define MXW_DNSBL_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/dnsbl_answer.h"
#include "policy/rank.h"
#include "sources/dnsbl_codes.h"

#define MXW_TICKS_SECOND 10U
#define MXW_WHEEL 4096U /* slots of a tick each; a power of two */
#define MXW_SOURCE_BYTES 56

/* What a source's list said: MXW_SAID_NONE, _NOT_LISTED, _ERROR + fault, _LISTED + set. */
enum mxw_said {
	MXW_SAID_NONE = 0,
	MXW_SAID_NOT_LISTED = 1,
	MXW_SAID_ERROR = 2,
	MXW_SAID_LISTED = 31,
};

enum mxw_source_state {
	MXW_SOURCE_OWED = 1 << 0, /* who asked is still to be told */
	MXW_SOURCE_TOLD = 1 << 1, /* ... but has been told a part */
	MXW_SOURCE_COUNTED = 1 << 2, /* is in the statistics of hits */
	MXW_SOURCE_PRESENT = 1 << 3, /* it has completed a connection; see present */
	MXW_SOURCE_REPEATS = 1 << 4, /* goes before the rest, until it is told */
	MXW_SOURCE_EARLY = 1 << 5, /* answers that end soon are asked for too */
	MXW_SOURCE_ASKED = 1 << 6, /* lists have been asked since it is owed */
	MXW_SOURCE_HITS = 1 << 7, /* is in the lists' shares of hits */
};

struct mxw_source {
	uint64_t key; /* bpf/key.h; 0: no source */
	uint8_t low[8]; /* lower half of the IPv6 address seen last */
	uint32_t chain; /* next with the same hash, or next free */
	uint32_t newer, older; /* in order of use */
	uint32_t wheel_next, wheel_prev; /* or in its queue */
	uint32_t pending; /* bit per list: asked, and no answer yet */
	uint32_t seen; /* tick of the last event */
	uint32_t due; /* tick at which to look at it; 0 = never */
	uint32_t began; /* tick at which the lists were last asked */
	uint16_t present; /* minute of the last connection that was completed, modulo */
	uint8_t state; /* enum mxw_source_state */
	uint8_t queue; /* in which it waits, enum mxw_rank + 1; 0 = none */
};

/* Sources that wait, the one to be asked about next first. */
struct mxw_queue {
	uint32_t first, last, count;
};

struct mxw_cache {
	struct mxw_source *source; /* by number */
	uint32_t *until; /* tick, by number and list */
	uint16_t *said; /* enum mxw_said, by number and list */
	uint32_t *heads; /* of the chains */
	struct mxw_codes codes;
	uint64_t seed;
	uint32_t capacity, count, lists;
	uint32_t fresh, free; /* highest number ever used; first of those given back */
	uint32_t newest, oldest;
	unsigned int head_bits;
	uint32_t wheel[MXW_WHEEL], turning; /* first of each slot, and of the slot being emptied */
	uint32_t turned; /* tick up to which the wheel is */
	struct mxw_queue queue[MXW_RANKS];
	uint64_t evicted; /* sources that made room */
};

/* Returns 0, or MXW_E_FAIL without memory. lists <= MXW_DNSBL_ZONES. */
int mxw_cache_init(struct mxw_cache *cache, uint32_t capacity, uint32_t lists, uint64_t seed);
void mxw_cache_free(struct mxw_cache *cache);

uint32_t mxw_cache_find(const struct mxw_cache *cache, uint64_t key);

/* A new source, the newest, with nothing known. key != 0 and not in the cache. One that is
 * present, or waits, makes room only if all of the eight that were idle longest do. */
uint32_t mxw_cache_add(struct mxw_cache *cache, uint64_t key);

void mxw_cache_remove(struct mxw_cache *cache, uint32_t number);

/* Makes it the newest. */
void mxw_cache_use(struct mxw_cache *cache, uint32_t number);

/* To be looked at in that tick, or at the next chance if it is past. */
void mxw_cache_schedule(struct mxw_cache *cache, uint32_t number, uint32_t due);

/* Not to be looked at, and waits no more. */
void mxw_cache_rest(struct mxw_cache *cache, uint32_t number);

/* dnsbl_queue.c: it waits in the queue of the rank, as the first or the last one, and is not
 * looked at; to be called again for another place. */
void mxw_cache_wait(struct mxw_cache *cache, uint32_t number, enum mxw_rank rank, bool first);
/* ... it waits no more. */
void mxw_cache_wait_no_more(struct mxw_cache *cache, uint32_t number);
/* ... how many wait in all queues. */
uint32_t mxw_cache_waiting(const struct mxw_cache *cache);

/* A source that is due by now, which is then not scheduled any more; 0 = no more. */
uint32_t mxw_cache_due(struct mxw_cache *cache, uint32_t now);

/* Keeps an answer until the tick. One with too many different codes becomes an error. */
void mxw_cache_keep(struct mxw_cache *cache, uint32_t number, unsigned int list,
		    const struct mxw_dnsbl_answer *answer, uint32_t until);

/* What the list said about the source, enum mxw_said. */
uint16_t mxw_cache_said(const struct mxw_cache *cache, uint32_t number, unsigned int list);

/* The same as an answer whose ttl is what is left of it. False: nothing, or too old. */
bool mxw_cache_answer(const struct mxw_cache *cache, uint32_t number, unsigned int list,
		      uint32_t now, struct mxw_dnsbl_answer *answer);

void mxw_cache_forget(struct mxw_cache *cache, uint32_t number, unsigned int list);

static inline struct mxw_source *mxw_cache_source(const struct mxw_cache *cache, uint32_t number)
{
	return &cache->source[number];
}

/* Tick until which the answer holds. */
static inline uint32_t mxw_cache_until(const struct mxw_cache *cache, uint32_t number,
				       unsigned int list)
{
	return cache->until[(uint64_t)number * cache->lists + list];
}

#endif
