// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources that wait, and what they wait for: every list that they need, at once. So no list is
 * asked for a verdict that another one's budget makes impossible. Called for each source that
 * waits, and with each answer.
 */
#include "sources/dnsbl_inside.h"

#define OLDEST (30 * MXW_TICKS_SECOND) /* then the filter reports the source again, if it comes */
#define MINUTE (60 * MXW_TICKS_SECOND)
#define PRESENT_MINUTES 1440 /* that a connection counts */
#define NOBODY_PRESENT (60 * MINUTE) /* then nobody tells which sources are present */

static uint16_t minute(const struct mxw_dnsbl *engine)
{
	return (uint16_t)(mxw_dnsbl_ticks(engine) / MINUTE);
}

bool mxw_dnsbl_is_present(const struct mxw_dnsbl *engine, const struct mxw_source *source)
{
	return source->state & MXW_SOURCE_PRESENT &&
	       (uint16_t)(minute(engine) - source->present) < PRESENT_MINUTES;
}

enum mxw_rank mxw_dnsbl_rank(const struct mxw_dnsbl *engine, const struct mxw_source *source)
{
	if (mxw_dnsbl_is_present(engine, source))
		return MXW_RANK_PRESENT;
	return source->state & MXW_SOURCE_REPEATS ? MXW_RANK_REPEATS : MXW_RANK_REST;
}

bool mxw_dnsbl_knows_presence(const struct mxw_dnsbl *engine)
{
	return engine->present_at && mxw_dnsbl_ticks(engine) - engine->present_at < NOBODY_PRESENT;
}

/* Names are not addresses, and belong to no net. */
static bool may_be_present(struct mxw_dnsbl *engine, const struct mxw_source *source)
{
	return engine->name || mxw_dnsbl_is_present(engine, source) ||
	       mxw_nets_admit(&engine->nets, engine->cache.seed, source->key, minute(engine));
}

void mxw_dnsbl_raise(struct mxw_dnsbl *engine, uint32_t number, enum mxw_rank rank)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	if (rank == MXW_RANK_PRESENT && !may_be_present(engine, source))
		rank = MXW_RANK_REPEATS;
	if (rank == MXW_RANK_PRESENT) {
		source->state |= MXW_SOURCE_PRESENT;
		source->present = minute(engine);
		engine->present_at = mxw_dnsbl_ticks(engine);
	} else if (!mxw_dnsbl_is_present(engine, source)) {
		source->state &= (uint8_t)~MXW_SOURCE_PRESENT;
		if (rank == MXW_RANK_REPEATS)
			source->state |= MXW_SOURCE_REPEATS;
	}
	rank = mxw_dnsbl_rank(engine, source);
	if (source->queue > rank + 1)
		mxw_cache_wait(&engine->cache, number, rank, false);
}

/* Lists that may know the source and have no answer that holds beyond the tick. */
static uint32_t unanswered(const struct mxw_dnsbl *engine, uint32_t number, uint32_t by)
{
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	bool ipv6 = mxw_dnsbl_is_ipv6(engine, source);
	char name[MXW_DNS_NAME];
	uint32_t lists = 0;

	for (unsigned int list = 0; list < engine->lists; list++) {
		const struct mxw_list_health *health = &engine->health[list];

		if (health->state != MXW_HEALTH_ONLINE || (ipv6 && !health->ipv6) ||
		    source->pending >> list & 1)
			continue;
		if (mxw_cache_said(&engine->cache, number, list) != MXW_SAID_NONE &&
		    mxw_cache_until(&engine->cache, number, list) > by)
			continue;
		if (!mxw_dnsbl_question(engine, number, list, name))
			lists |= 1U << list;
	}
	return lists;
}

/* Whether something speaks against the source, so that others are to be heard. */
static bool suspect(const struct mxw_dnsbl *engine, uint32_t number)
{
	const struct mxw_dnsbl_outside *outside = &engine->outside;
	uint64_t key = mxw_cache_source(&engine->cache, number)->key;
	int32_t beside = outside->beside ? outside->beside(outside->context, key) : 0;
	int64_t against = beside > 0 ? beside : 0;
	struct mxw_dnsbl_score score;

	mxw_dnsbl_add_up(engine, number, &score);
	for (unsigned int i = 0; i < score.part_count; i++) {
		int32_t weight = engine->setup.plan.sites.line[score.part[i].line].weight;

		against += weight > 0 ? weight : 0;
	}
	return against >= engine->setup.suspect;
}

/* Of the lists, those that may be asked today. */
static void sort_out(struct mxw_dnsbl *engine, uint32_t lists, struct mxw_need *need)
{
	uint64_t now = mxw_dnsbl_now(engine);

	for (uint32_t rest = lists; rest; rest &= rest - 1) {
		uint32_t bit = rest & -rest;
		unsigned int list = (unsigned int)__builtin_ctz(rest);

		if (mxw_list_health_may(&engine->health[list], need->purpose, false, now) ==
		    MXW_ASK_PER_DAY)
			need->dry |= bit;
		else
			need->lists |= bit;
	}
}

/* Block lists first. Allow lists follow when something speaks against the source, or when it may
 * become known good and their budget is not needed for others. */
struct mxw_need mxw_dnsbl_need(struct mxw_dnsbl *engine, uint32_t number)
{
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	bool present = mxw_dnsbl_is_present(engine, source);
	struct mxw_need need = { .purpose = present ? MXW_PURPOSE_PRESENT : MXW_PURPOSE_REST };
	uint32_t early = source->state & MXW_SOURCE_EARLY ? 2 * MXW_LEAD : 0;
	uint32_t lists = unanswered(engine, number, mxw_dnsbl_ticks(engine) + early);

	sort_out(engine, lists & ~engine->allows, &need);
	lists &= engine->allows;
	if (need.lists || !lists || source->pending & ~engine->allows)
		return need;
	if (suspect(engine, number)) {
		sort_out(engine, lists, &need);
		return need;
	}
	need.purpose = MXW_PURPOSE_CLEAN;
	if (present || !mxw_dnsbl_knows_presence(engine))
		sort_out(engine, lists, &need);
	need.moot = lists & ~need.lists;
	need.dry &= ~lists;
	return need;
}

/* What a list said before that is over is not waited for; but a listing is, because it may
 * still be so. */
void mxw_dnsbl_skip(struct mxw_dnsbl *engine, uint32_t number, const struct mxw_need *need)
{
	uint32_t now = mxw_dnsbl_ticks(engine);

	for (uint32_t rest = need->dry | need->moot; rest; rest &= rest - 1) {
		unsigned int list = (unsigned int)__builtin_ctz(rest);

		engine->stats[list].over_day += need->dry >> list & 1;
		if (mxw_cache_said(&engine->cache, number, list) <= MXW_SAID_LISTED &&
		    mxw_cache_until(&engine->cache, number, list) <= now)
			mxw_cache_forget(&engine->cache, number, list);
	}
}

static void shed(struct mxw_dnsbl *engine, uint32_t number)
{
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	engine->counts.shed[mxw_dnsbl_rank(engine, source)]++;
	mxw_cache_wait_no_more(&engine->cache, number);
	mxw_dnsbl_leave(engine, number);
}

/* The newest of the lowest rank that waits, but none above the given one. 0: none. */
static uint32_t newest_of_lowest(const struct mxw_cache *cache, enum mxw_rank above)
{
	for (int rank = MXW_RANKS - 1; rank > (int)above; rank--)
		if (cache->queue[rank].count)
			return cache->queue[rank].last;
	return 0;
}

bool mxw_dnsbl_wait(struct mxw_dnsbl *engine, uint32_t number, bool first)
{
	enum mxw_rank rank = mxw_dnsbl_rank(engine, mxw_cache_source(&engine->cache, number));

	if (mxw_cache_waiting(&engine->cache) >= engine->setup.queue) {
		uint32_t other = newest_of_lowest(&engine->cache, rank);

		if (!other && first)
			other = engine->cache.queue[rank].last;
		shed(engine, other ? other : number);
		if (!other)
			return false;
	}
	mxw_cache_wait(&engine->cache, number, rank, first);
	return true;
}

/* Whether each of the lists may be asked in this second. */
static bool affords(struct mxw_dnsbl *engine, const struct mxw_need *need)
{
	uint64_t now = mxw_dnsbl_now(engine);

	for (uint32_t rest = need->lists; rest; rest &= rest - 1) {
		unsigned int list = (unsigned int)__builtin_ctz(rest);

		if (mxw_list_health_may(&engine->health[list], need->purpose, false, now) ==
		    MXW_ASK_YES)
			continue;
		engine->stats[list].over_second++;
		return false;
	}
	return true;
}

static void spend(struct mxw_dnsbl *engine, const struct mxw_need *need)
{
	for (uint32_t rest = need->lists; rest; rest &= rest - 1)
		(void)mxw_list_health_ask(&engine->health[__builtin_ctz(rest)], need->purpose,
					  false, mxw_dnsbl_now(engine));
}

/* All that it needs is asked now, with what is left of patience. */
static void ask(struct mxw_dnsbl *engine, uint32_t number, enum mxw_rank rank,
		const struct mxw_need *need)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	spend(engine, need);
	engine->counts.admitted[rank] += !(source->state & MXW_SOURCE_ASKED);
	source->state |= MXW_SOURCE_ASKED;
	source->state &= (uint8_t)~MXW_SOURCE_EARLY;
	mxw_dnsbl_ask(engine, number, need->lists);
	mxw_cache_schedule(&engine->cache, number, source->began + mxw_dnsbl_patience(engine));
}

/* Its turn has come. False: budgets or the resolver have no room for it yet. */
static bool admit(struct mxw_dnsbl *engine, uint32_t number, enum mxw_rank rank)
{
	const struct mxw_dnsbl_outside *outside = &engine->outside;
	struct mxw_need need = mxw_dnsbl_need(engine, number);

	if (need.lists && outside->room &&
	    !outside->room(outside->context, rank == MXW_RANK_PRESENT))
		return false;
	if (!affords(engine, &need))
		return false;
	mxw_cache_wait_no_more(&engine->cache, number);
	mxw_dnsbl_skip(engine, number, &need);
	if (need.lists)
		ask(engine, number, rank, &need);
	if (!mxw_cache_source(&engine->cache, number)->pending)
		mxw_dnsbl_finish(engine, number);
	return true;
}

void mxw_dnsbl_serve(struct mxw_dnsbl *engine)
{
	for (int rank = 0; rank < MXW_RANKS; rank++) {
		uint32_t number;

		while ((number = engine->cache.queue[rank].first))
			if (!admit(engine, number, (enum mxw_rank)rank))
				return;
	}
}

void mxw_dnsbl_shed_old(struct mxw_dnsbl *engine)
{
	uint32_t now = mxw_dnsbl_ticks(engine);

	for (int rank = 0; rank < MXW_RANKS; rank++) {
		uint32_t number;

		while ((number = engine->cache.queue[rank].first) &&
		       now - mxw_cache_source(&engine->cache, number)->began > OLDEST)
			shed(engine, number);
	}
}
