// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources: asked about, waited for, reported, asked again. Called by the daemon.
 *
 * A source that somebody waits for is OWED. It waits for its turn; then each list that it needs
 * and that has no answer that still holds is asked once; when nothing is pending any more, or the
 * patience is over, what is known is told. A little before an answer ends, the source is looked at
 * again: if it was seen since it was asked about, the lists are asked again; otherwise it is left
 * to end.
 */
#include <string.h>

#include "base/addr.h"
#include "base/text.h"
#include "sources/dnsbl_inside.h"

#define GIVE_UP (120 * MXW_TICKS_SECOND) /* the resolver has answered long before */

/* What a list says of the source if it is online, and whether the list was left out for this source.
 * A list that is still to be asked, or whose answer has ended, was not left out. */
static struct mxw_dnsbl_view view_of(const struct mxw_dnsbl *engine, uint32_t number,
				     unsigned int list, struct mxw_dnsbl_answer *answer)
{
	const struct mxw_list_health *health = &engine->health[list];
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	struct mxw_dnsbl_view view = { .online = health->state == MXW_HEALTH_ONLINE };

	if (mxw_cache_answer(&engine->cache, number, list, mxw_dnsbl_ticks(engine), answer))
		view.answer = answer;
	if (!health->ipv6 && mxw_dnsbl_is_ipv6(engine, source))
		view.online = false;
	view.skipped = view.online && !view.answer && !(source->state & MXW_SOURCE_OWED) &&
		       mxw_cache_said(&engine->cache, number, list) == MXW_SAID_NONE;
	return view;
}

void mxw_dnsbl_add_up(const struct mxw_dnsbl *engine, uint32_t number,
		      struct mxw_dnsbl_score *score)
{
	struct mxw_dnsbl_answer answers[MXW_DNSBL_ZONES];
	struct mxw_dnsbl_view views[MXW_DNSBL_ZONES];

	for (unsigned int list = 0; list < engine->lists; list++)
		views[list] = view_of(engine, number, list, &answers[list]);
	mxw_dnsbl_score(&engine->setup.plan, views, score);
}

static void make_opinion(const struct mxw_dnsbl *engine, uint32_t number,
			 struct mxw_dnsbl_opinion *opinion)
{
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	opinion->key = source->key;
	mxw_dnsbl_address(source, opinion->addr);
	opinion->complete = !(source->state & MXW_SOURCE_OWED);
	opinion->present = mxw_dnsbl_is_present(engine, source);
	opinion->withdrawn = false;
	mxw_dnsbl_add_up(engine, number, &opinion->score);
}

void mxw_dnsbl_tell(struct mxw_dnsbl *engine, uint32_t number, bool withdrawn)
{
	struct mxw_dnsbl_opinion opinion;

	make_opinion(engine, number, &opinion);
	opinion.withdrawn = withdrawn;
	engine->counts.told++;
	engine->counts.told_partly += !opinion.complete;
	engine->outside.told(engine->outside.context, &opinion);
}

/* When to look at it again: before its first answer ends, and at the latest at its last. */
static void schedule(struct mxw_dnsbl *engine, uint32_t number)
{
	uint32_t now = mxw_dnsbl_ticks(engine), first = UINT32_MAX;
	uint32_t lead = MXW_LEAD + mxw_dnsbl_random(engine) % MXW_LEAD;

	for (unsigned int list = 0; list < engine->lists; list++) {
		uint32_t until = mxw_cache_until(&engine->cache, number, list);

		if (mxw_cache_said(&engine->cache, number, list) != MXW_SAID_NONE && until > now &&
		    until < first)
			first = until;
	}
	if (first == UINT32_MAX)
		first = now + engine->setup.ttls.error * MXW_TICKS_SECOND;
	mxw_cache_schedule(&engine->cache, number, first > now + lead ? first - lead : now + 1);
}

/* Lists that have it listed, or had. */
static uint32_t listed_by(const struct mxw_dnsbl *engine, uint32_t number)
{
	uint32_t lists = 0;

	for (unsigned int list = 0; list < engine->lists; list++)
		if (mxw_cache_said(&engine->cache, number, list) > MXW_SAID_LISTED)
			lists |= 1U << list;
	return lists;
}

/* The lists' answers about the source count in their share of hits: once for each source, whatever it does, while
 * it is remembered. Where it is known who is present, only those count. */
static void count_hits(struct mxw_dnsbl *engine, uint32_t number)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	if (source->state & MXW_SOURCE_HITS ||
	    (mxw_dnsbl_knows_presence(engine) && !mxw_dnsbl_is_present(engine, source)))
		return;
	source->state |= MXW_SOURCE_HITS;
	for (unsigned int list = 0; list < engine->lists; list++) {
		uint16_t said = mxw_cache_said(&engine->cache, number, list);
		bool listed = said > MXW_SAID_LISTED;

		if (listed || said == MXW_SAID_NOT_LISTED)
			mxw_dnsbl_health_changed(engine, list,
						 mxw_list_health_hit(&engine->health[list], listed,
								     mxw_dnsbl_now(engine)));
	}
}

static void count_source(struct mxw_dnsbl *engine, uint32_t number)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	if (source->state & MXW_SOURCE_COUNTED)
		return;
	source->state |= MXW_SOURCE_COUNTED;
	mxw_dnsbl_stats_source(engine->stats, listed_by(engine, number));
}

/* Nobody waits for it any more. */
static void rest(struct mxw_dnsbl *engine, uint32_t number)
{
	mxw_cache_source(&engine->cache, number)->state &= MXW_SOURCE_COUNTED | MXW_SOURCE_HITS |
							   MXW_SOURCE_PRESENT;
}

void mxw_dnsbl_finish(struct mxw_dnsbl *engine, uint32_t number)
{
	count_source(engine, number);
	count_hits(engine, number);
	rest(engine, number);
	mxw_dnsbl_tell(engine, number, false);
	schedule(engine, number);
}

void mxw_dnsbl_settle(struct mxw_dnsbl *engine, uint32_t number)
{
	struct mxw_need need = mxw_dnsbl_need(engine, number);

	if (!need.lists) {
		mxw_dnsbl_skip(engine, number, &need);
		mxw_dnsbl_finish(engine, number);
	} else {
		(void)mxw_dnsbl_wait(engine, number, true);
	}
}

/* Begins to wait for what is to be asked. False: there is no room for that. */
static bool owe(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	source->began = now;
	source->state |= MXW_SOURCE_OWED;
	if (source->pending)
		mxw_cache_schedule(&engine->cache, number, now + mxw_dnsbl_patience(engine));
	else if (!mxw_dnsbl_wait(engine, number, false))
		return false;
	mxw_dnsbl_serve(engine);
	return true;
}

/* The source of the key, made the newest. */
static uint32_t take_up(struct mxw_dnsbl *engine, uint64_t key, uint32_t now)
{
	uint32_t number = mxw_cache_find(&engine->cache, key);

	if (number)
		mxw_cache_use(&engine->cache, number);
	else
		number = mxw_cache_add(&engine->cache, key);
	mxw_cache_source(&engine->cache, number)->seen = now;
	return number;
}

/* Asks what is not known of it. */
static enum mxw_seen look_up(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	struct mxw_need need;

	if (source->state & MXW_SOURCE_OWED) {
		mxw_dnsbl_serve(engine); /* it may have moved up */
		return MXW_SEEN_WAIT;
	}
	need = mxw_dnsbl_need(engine, number);
	if (!need.lists && !source->pending) {
		mxw_dnsbl_skip(engine, number, &need);
		count_hits(engine, number);
		rest(engine, number);
		if (!source->due)
			schedule(engine, number);
		return MXW_SEEN_READY;
	}
	engine->counts.asked_about++;
	return owe(engine, number, now) ? MXW_SEEN_WAIT : MXW_SEEN_SHED;
}

enum mxw_seen mxw_dnsbl_seen(struct mxw_dnsbl *engine, const uint8_t addr[16], enum mxw_rank rank)
{
	uint64_t key = mxw_addr_key(addr);
	uint32_t now = mxw_dnsbl_ticks(engine), number;

	engine->counts.seen++;
	if (!mxw_dnsbl_askable(addr) || engine->outside.spared(engine->outside.context, key))
		return MXW_SEEN_SPARED;
	number = take_up(engine, key, now);
	memcpy(mxw_cache_source(&engine->cache, number)->low, addr + 8, 8);
	mxw_dnsbl_raise(engine, number, rank);
	return look_up(engine, number, now);
}

enum mxw_seen mxw_dnsbl_seen_name(struct mxw_dnsbl *engine, const char *name, enum mxw_rank rank)
{
	uint32_t now = mxw_dnsbl_ticks(engine), number;

	engine->counts.seen++;
	number = take_up(engine, mxw_dnsbl_name_key(engine, name), now);
	(void)mxw_text(engine->name[number], sizeof(engine->name[number]), "%s", name);
	mxw_dnsbl_raise(engine, number, rank);
	return look_up(engine, number, now);
}

enum mxw_seen mxw_dnsbl_again(struct mxw_dnsbl *engine, uint64_t key)
{
	uint32_t number = mxw_cache_find(&engine->cache, key);

	return number ? look_up(engine, number, mxw_dnsbl_ticks(engine)) : MXW_SEEN_SPARED;
}

/* Strangers choose names; they do not know the seed. */
uint64_t mxw_dnsbl_name_key(const struct mxw_dnsbl *engine, const char *name)
{
	uint64_t hash = mxw_text_hash(name, engine->cache.seed);

	return hash ? hash : 1;
}

/* Still waited for: tells a part once. */
static void look_at_owed(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	uint32_t patience = mxw_dnsbl_patience(engine);

	if (now - source->began > GIVE_UP) {
		source->pending = 0;
		mxw_dnsbl_finish(engine, number);
		return;
	}
	if (!source->pending) {
		mxw_dnsbl_settle(engine, number);
		return;
	}
	if (now - source->began >= patience && !(source->state & MXW_SOURCE_TOLD)) {
		source->state |= MXW_SOURCE_TOLD;
		mxw_dnsbl_tell(engine, number, false);
	}
	mxw_cache_schedule(&engine->cache, number,
			   source->state & MXW_SOURCE_TOLD ? source->began + GIVE_UP + 1
							   : source->began + patience);
}

/* Tick at which all that lists said about it has ended; of a source that was listed, when it
 * may be forgotten. 0 = now. */
static uint32_t end_of(const struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	uint32_t retain = (uint32_t)(engine->setup.retain / MXW_TICK), last = 0;

	for (unsigned int list = 0; list < engine->lists; list++) {
		uint16_t said = mxw_cache_said(&engine->cache, number, list);
		uint32_t until = mxw_cache_until(&engine->cache, number, list);

		if (said > MXW_SAID_LISTED)
			until += retain;
		if (said != MXW_SAID_NONE && until > last)
			last = until;
	}
	return last > now ? last : 0;
}

void mxw_dnsbl_leave(struct mxw_dnsbl *engine, uint32_t number)
{
	uint32_t end = end_of(engine, number, mxw_dnsbl_ticks(engine));

	rest(engine, number);
	if (end)
		mxw_cache_schedule(&engine->cache, number, end);
	else
		mxw_cache_remove(&engine->cache, number);
}

/* An answer is about to end, or has. A listed source that comes again goes before new ones: its
 * entry is not to end because strangers forge those. */
static void look_at_idle(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	struct mxw_need need;

	if (source->seen <= source->began) {
		mxw_dnsbl_leave(engine, number);
		return;
	}
	source->state |= MXW_SOURCE_EARLY;
	if (listed_by(engine, number))
		mxw_dnsbl_raise(engine, number, MXW_RANK_REPEATS);
	need = mxw_dnsbl_need(engine, number);
	if (need.lists) {
		engine->counts.refreshed++;
		(void)owe(engine, number, now);
		return;
	}
	mxw_dnsbl_skip(engine, number, &need);
	source->began = source->seen; /* cannot be asked; it may end */
	mxw_dnsbl_leave(engine, number);
}

void mxw_dnsbl_tick(struct mxw_dnsbl *engine)
{
	uint32_t now = mxw_dnsbl_ticks(engine), number;

	mxw_dnsbl_tend_lists(engine);
	while ((number = mxw_cache_due(&engine->cache, now))) {
		if (mxw_cache_source(&engine->cache, number)->state & MXW_SOURCE_OWED)
			look_at_owed(engine, number, now);
		else
			look_at_idle(engine, number, now);
	}
	mxw_dnsbl_shed_old(engine);
	mxw_dnsbl_serve(engine);
}

bool mxw_dnsbl_opinion(const struct mxw_dnsbl *engine, uint64_t key,
		       struct mxw_dnsbl_opinion *opinion)
{
	uint32_t number = mxw_cache_find(&engine->cache, key);

	if (!number)
		return false;
	make_opinion(engine, number, opinion);
	return true;
}
