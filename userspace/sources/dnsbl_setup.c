// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine's beginning, change of setup, and end; and what it shows of itself.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "sources/dnsbl_inside.h"

#define SOURCES_LEAST 16U
#define SOURCES_MOST (1U << 28)

void mxw_dnsbl_setup_defaults(struct mxw_dnsbl_setup *setup)
{
	const struct mxw_dnsbl_sites *sites = &setup->plan.sites;

	setup->ttls = mxw_dnsbl_default_ttls();
	setup->canary_count = 0;
	setup->sources = 1000000;
	setup->queue = 20000;
	setup->suspect = 1;
	setup->patience = 20 * MXW_TICK;
	setup->retain = 36000 * MXW_TICK;
	for (unsigned int zone = 0; zone < sites->zone_count; zone++) {
		const struct mxw_known_list *known = mxw_known_list(sites->zone[zone]);
		struct mxw_health_rules rules = mxw_health_default_rules();

		rules.dead = known && known->flags & MXW_KNOWN_DEAD;
		rules.per_day = known ? known->per_day : 0;
		rules.names = setup->names;
		rules.allows = !mxw_dnsbl_plan_accuses(&setup->plan, zone);
		setup->health[zone] = rules;
	}
}

/* Bounds within which the engine's tables and clocks are right. The configuration has bounds of
 * its own, so this fails only where the two differ. */
static int check_setup(const struct mxw_dnsbl_setup *setup, struct mxw_err *err)
{
	if (setup->sources < SOURCES_LEAST || setup->sources > SOURCES_MOST)
		return mxw_fail(err, MXW_E_USAGE, "%u sources to remember: it is %u to %u",
				setup->sources, SOURCES_LEAST, SOURCES_MOST);
	if (setup->patience < MXW_TICK || setup->patience > 3600 * MXW_TICK * MXW_TICKS_SECOND)
		return mxw_fail(err, MXW_E_USAGE,
				"a patience of %llu ns: it is a tenth of a second to an hour",
				(unsigned long long)setup->patience);
	if (setup->retain > 86400 * MXW_TICK * MXW_TICKS_SECOND)
		return mxw_fail(err, MXW_E_USAGE,
				"%llu ns to remember listed sources: it is up to a day",
				(unsigned long long)setup->retain);
	if (!setup->queue || setup->suspect < 1)
		return mxw_fail(err, MXW_E_USAGE,
				"%u sources that may wait, suspect from %d on: both are above 0",
				setup->queue, setup->suspect);
	if (setup->canary_count > MXW_DNSBL_CANARIES)
		return mxw_fail(err, MXW_E_USAGE, "%u canaries: it is up to %d",
				setup->canary_count, MXW_DNSBL_CANARIES);
	return MXW_OK;
}

/* Memory of its own for the engine: the cache, and room for names. */
static int make_room(struct mxw_cache *cache, const struct mxw_dnsbl_setup *setup, uint64_t seed,
		     char (**name)[MXW_DNSBL_ZONE_TEXT])
{
	*name = NULL;
	if (mxw_cache_init(cache, setup->sources, (uint32_t)setup->plan.sites.zone_count, seed))
		return MXW_E_FAIL;
	if (!setup->names)
		return MXW_OK;
	*name = calloc((size_t)setup->sources + 1, sizeof(**name));
	if (*name)
		return MXW_OK;
	mxw_cache_free(cache);
	return MXW_E_FAIL;
}

/* A bit for each list that can only speak for a source. Of names all lists are asked at once: a
 * name that speaks for a source is evidence by itself. */
static uint32_t allow_lists(const struct mxw_dnsbl_setup *setup)
{
	uint32_t lists = 0;

	for (unsigned int list = 0; list < setup->plan.sites.zone_count && !setup->names; list++)
		if (!mxw_dnsbl_plan_accuses(&setup->plan, list))
			lists |= 1U << list;
	return lists;
}

static int out_of_memory(const struct mxw_dnsbl_setup *setup, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL, "out of memory for %u sources", setup->sources);
}

int mxw_dnsbl_create(struct mxw_dnsbl **out, const struct mxw_dnsbl_setup *setup,
		     const struct mxw_dnsbl_outside *outside, struct mxw_err *err)
{
	uint64_t seeds[2];
	struct mxw_dnsbl *engine;
	int error = check_setup(setup, err);

	if (error)
		return error;
	if (getrandom(seeds, sizeof(seeds), 0) != sizeof(seeds))
		return mxw_fail(err, MXW_E_FAIL, "the system gives no random numbers");
	engine = calloc(1, sizeof(*engine));
	if (!engine)
		return out_of_memory(setup, err);
	engine->lists = (uint32_t)setup->plan.sites.zone_count;
	if (make_room(&engine->cache, setup, seeds[0], &engine->name)) {
		free(engine);
		return out_of_memory(setup, err);
	}
	engine->setup = *setup;
	engine->allows = allow_lists(setup);
	engine->outside = *outside;
	engine->random = seeds[1];
	engine->began = mxw_dnsbl_now(engine);
	for (unsigned int list = 0; list < engine->lists; list++)
		mxw_list_health_init(&engine->health[list], &setup->health[list], engine->began);
	*out = engine;
	return MXW_OK;
}

void mxw_dnsbl_free(struct mxw_dnsbl *engine)
{
	if (!engine)
		return;
	mxw_cache_free(&engine->cache);
	free(engine->name);
	free(engine);
}

/* The list's number in the old setup, or -1. */
static int old_number(const struct mxw_dnsbl *engine, const char *zone)
{
	for (unsigned int list = 0; list < engine->lists; list++)
		if (strcmp(engine->setup.plan.sites.zone[list], zone) == 0)
			return (int)list;
	return -1;
}

/* A source and its answers into the other cache. Lists whose answer was pending are asked again. Returns its
 * number there. */
static uint32_t move_source(const struct mxw_dnsbl *engine, uint32_t number, struct mxw_cache *to,
			    const int *from)
{
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	uint32_t copy = mxw_cache_add(to, source->key), now = mxw_dnsbl_ticks(engine);
	struct mxw_source *copied = mxw_cache_source(to, copy);
	struct mxw_dnsbl_answer answer;

	memcpy(copied->low, source->low, sizeof(copied->low));
	copied->seen = source->seen;
	copied->began = source->began;
	copied->state = source->state;
	copied->present = source->present;
	for (unsigned int list = 0; list < to->lists; list++)
		if (from[list] >= 0 && mxw_cache_answer(&engine->cache, number,
							(unsigned int)from[list], now, &answer))
			mxw_cache_keep(to, copy, list, &answer,
				       mxw_cache_until(&engine->cache, number,
						       (unsigned int)from[list]));
	mxw_cache_schedule(to, copy, source->state & MXW_SOURCE_OWED ? now + 1 : source->due);
	return copy;
}

/* Those in use last are the last to come, so the oldest are the ones that do not fit. */
static void move_sources(struct mxw_dnsbl *engine, struct mxw_cache *to,
			 char (*name)[MXW_DNSBL_ZONE_TEXT], const int *from)
{
	to->turned = engine->cache.turned;
	for (uint32_t number = engine->cache.oldest; number;
	     number = mxw_cache_source(&engine->cache, number)->newer) {
		uint32_t copy = move_source(engine, number, to, from);

		if (name)
			memcpy(name[copy], engine->name[number], sizeof(name[copy]));
	}
	to->evicted += engine->cache.evicted;
	mxw_cache_free(&engine->cache);
	free(engine->name);
	engine->cache = *to;
	engine->name = name;
}

/* What overlaps with lists that have other numbers now begins again. */
static void move_stats(const struct mxw_dnsbl_stats *old, struct mxw_dnsbl_stats *stats,
		       const int *from, uint32_t lists)
{
	*stats = *old;
	memset(stats->with, 0, sizeof(stats->with));
	for (unsigned int list = 0; list < lists; list++)
		if (from[list] >= 0)
			stats->with[list] = old->with[from[list]];
}

static void move_lists(struct mxw_dnsbl *engine, const struct mxw_dnsbl *before,
		       const struct mxw_dnsbl_setup *setup, const int *from)
{
	uint64_t now = mxw_dnsbl_now(engine);

	for (unsigned int list = 0; list < engine->lists; list++) {
		memset(&engine->stats[list], 0, sizeof(engine->stats[list]));
		if (from[list] < 0) {
			mxw_list_health_init(&engine->health[list], &setup->health[list], now);
			continue;
		}
		engine->health[list] = before->health[from[list]];
		engine->health[list].waiting = 0; /* its answers will not be known again */
		mxw_list_health_retune(&engine->health[list], &setup->health[list]);
		move_stats(&before->stats[from[list]], &engine->stats[list], from, engine->lists);
	}
}

/* A bit for each list by its old number. */
static uint32_t move_bits(uint32_t bits, const int *from, uint32_t lists)
{
	uint32_t moved = 0;

	for (unsigned int list = 0; list < lists; list++)
		if (from[list] >= 0 && bits >> from[list] & 1)
			moved |= 1U << list;
	return moved;
}

int mxw_dnsbl_retune(struct mxw_dnsbl *engine, const struct mxw_dnsbl_setup *setup,
		     struct mxw_err *err)
{
	uint32_t lists = (uint32_t)setup->plan.sites.zone_count;
	struct mxw_dnsbl *before;
	struct mxw_cache cache;
	char(*name)[MXW_DNSBL_ZONE_TEXT];
	int from[MXW_DNSBL_ZONES];
	int error = check_setup(setup, err);

	if (error)
		return error;
	before = malloc(sizeof(*before));
	if (!before || make_room(&cache, setup, engine->cache.seed, &name)) {
		free(before);
		return out_of_memory(setup, err);
	}
	for (unsigned int list = 0; list < MXW_DNSBL_ZONES; list++)
		from[list] = list < lists ? old_number(engine, setup->plan.sites.zone[list]) : -1;
	*before = *engine;
	move_sources(engine, &cache, name, from);
	engine->lists = lists;
	engine->generation++;
	move_lists(engine, before, setup, from);
	engine->withdrawing = move_bits(before->withdrawing, from, lists);
	engine->withdraw_at = 1;
	engine->setup = *setup;
	engine->allows = allow_lists(setup);
	free(before);
	return MXW_OK;
}

void mxw_dnsbl_port_25_only(struct mxw_dnsbl *engine, bool only)
{
	engine->setup.plan.port_25_only = only;
}

const struct mxw_dnsbl_setup *mxw_dnsbl_setup_of(const struct mxw_dnsbl *engine)
{
	return &engine->setup;
}

const struct mxw_list_health *mxw_dnsbl_health(const struct mxw_dnsbl *engine, unsigned int list)
{
	return &engine->health[list];
}

const struct mxw_dnsbl_stats *mxw_dnsbl_stats(const struct mxw_dnsbl *engine, unsigned int list)
{
	return &engine->stats[list];
}

uint32_t mxw_dnsbl_used_today(struct mxw_dnsbl *engine, unsigned int list, uint32_t *limit)
{
	struct mxw_budget *day = &engine->health[list].day;

	*limit = day->limit;
	return mxw_budget_used(day, mxw_dnsbl_now(engine));
}

void mxw_dnsbl_spent(struct mxw_dnsbl *engine, unsigned int list, uint32_t spent[MXW_BUDGET_SLOTS])
{
	mxw_budget_spent(&engine->health[list].day, mxw_dnsbl_now(engine), spent);
}

void mxw_dnsbl_spent_before(struct mxw_dnsbl *engine, unsigned int list,
			    const uint32_t spent[MXW_BUDGET_SLOTS], uint64_t age)
{
	mxw_list_health_spent_before(&engine->health[list], mxw_dnsbl_now(engine), spent, age);
}

void mxw_dnsbl_flow_left(struct mxw_dnsbl *engine, unsigned int list,
			 uint32_t left[MXW_FLOW_SHARES])
{
	for (int share = 0; share < MXW_FLOW_SHARES; share++)
		left[share] = mxw_flow_left(&engine->health[list].flow, (enum mxw_flow_share)share,
					    mxw_dnsbl_now(engine));
}

enum mxw_ask mxw_dnsbl_spend(struct mxw_dnsbl *engine, unsigned int list)
{
	enum mxw_ask may = mxw_list_health_ask(&engine->health[list], MXW_PURPOSE_PROBE, false,
					       mxw_dnsbl_now(engine));

	engine->stats[list].asked += may == MXW_ASK_YES;
	return may;
}

struct mxw_dnsbl_counts mxw_dnsbl_counts(const struct mxw_dnsbl *engine)
{
	struct mxw_dnsbl_counts counts = engine->counts;

	counts.sources = engine->cache.count;
	counts.capacity = engine->cache.capacity;
	counts.evicted = engine->cache.evicted;
	for (int rank = 0; rank < MXW_RANKS; rank++)
		counts.waiting[rank] = engine->cache.queue[rank].count;
	return counts;
}
