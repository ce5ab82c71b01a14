// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources: asked about, waited for, reported, asked again. Called by the daemon.
 *
 * A source that somebody waits for is OWED. Each list that may be asked and has no answer
 * that still holds is asked once; when nothing is pending any more, or the patience is over,
 * what is known is told. A little before an answer ends, the source is looked at again: was
 * it seen since it was asked about, the lists are asked again, otherwise it is left to end.
 */
#include <string.h>

#include "base/addr.h"
#include "base/text.h"
#include "sources/dnsbl_inside.h"

#define LEAD (5 * MXW_TICKS_SECOND) /* ahead of the end of an answer, and up to twice that */
#define RETRY 3 /* ticks, when a second's budget was spent */
#define GIVE_UP (120 * MXW_TICKS_SECOND) /* the resolver has answered long before */

/* Whether the list's answer counts, or will when it comes. One whose day is spent is as one
 * that is offline, unless it has answered already. */
static bool counts(const struct mxw_dnsbl *engine, const struct mxw_source *source,
		   unsigned int list, bool answered)
{
	const struct mxw_list_health *health = &engine->health[list];

	if (health->state != MXW_HEALTH_ONLINE ||
	    (!health->ipv6 && mxw_dnsbl_is_ipv6(engine, source)))
		return false;
	return answered || source->pending >> list & 1 || !(engine->spent >> list & 1);
}

static void make_opinion(const struct mxw_dnsbl *engine, uint32_t number,
			 struct mxw_dnsbl_opinion *opinion)
{
	const struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	struct mxw_dnsbl_answer answers[MXW_DNSBL_ZONES];
	struct mxw_dnsbl_view views[MXW_DNSBL_ZONES];
	uint32_t now = mxw_dnsbl_ticks(engine);

	for (unsigned int list = 0; list < engine->lists; list++) {
		bool have = mxw_cache_answer(&engine->cache, number, list, now, &answers[list]);

		views[list].answer = have ? &answers[list] : NULL;
		views[list].online = counts(engine, source, list, have);
	}
	opinion->key = source->key;
	mxw_dnsbl_address(source, opinion->addr);
	opinion->complete = !(source->state & MXW_SOURCE_OWED);
	opinion->withdrawn = false;
	mxw_dnsbl_score(&engine->setup.plan, views, &opinion->score);
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
	uint32_t lead = LEAD + mxw_dnsbl_random(engine) % LEAD;

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

static void count_source(struct mxw_dnsbl *engine, uint32_t number)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	uint32_t lists = 0;

	if (source->state & MXW_SOURCE_COUNTED)
		return;
	source->state |= MXW_SOURCE_COUNTED;
	for (unsigned int list = 0; list < engine->lists; list++)
		if (mxw_cache_said(&engine->cache, number, list) > MXW_SAID_LISTED)
			lists |= 1U << list;
	mxw_dnsbl_stats_source(engine->stats, lists);
}

static uint32_t patience(const struct mxw_dnsbl *engine)
{
	return (uint32_t)(engine->setup.patience / MXW_TICK);
}

void mxw_dnsbl_settle(struct mxw_dnsbl *engine, uint32_t number)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	uint32_t now = mxw_dnsbl_ticks(engine);
	bool later;

	if (mxw_dnsbl_ask(engine, number, now, MXW_PURPOSE_NEW, &later)) {
		if (!source->due) /* what was put off is under way, with what is left of patience */
			mxw_cache_schedule(&engine->cache, number,
					   source->began + patience(engine));
		return;
	}
	if (later && now - source->began < patience(engine)) {
		mxw_cache_schedule(&engine->cache, number, now + RETRY);
		return;
	}
	count_source(engine, number);
	source->state &= ~(uint32_t)(MXW_SOURCE_OWED | MXW_SOURCE_TOLD);
	mxw_dnsbl_tell(engine, number, false);
	schedule(engine, number);
}

/* Begins to wait for what has been asked. */
static void owe(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	source->began = now;
	source->state |= MXW_SOURCE_OWED;
	source->state &= ~(uint32_t)MXW_SOURCE_TOLD;
	mxw_cache_schedule(&engine->cache, number,
			   now + (source->pending ? patience(engine) : RETRY));
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
	bool later;

	if (source->state & MXW_SOURCE_OWED)
		return MXW_SEEN_WAIT;
	if (!mxw_dnsbl_ask(engine, number, now, MXW_PURPOSE_NEW, &later) && !later &&
	    !source->pending) {
		if (!source->due)
			schedule(engine, number);
		return MXW_SEEN_READY;
	}
	engine->counts.asked_about++;
	owe(engine, number, now);
	return MXW_SEEN_WAIT;
}

enum mxw_seen mxw_dnsbl_seen(struct mxw_dnsbl *engine, const uint8_t addr[16])
{
	uint64_t key = mxw_addr_key(addr);
	uint32_t now = mxw_dnsbl_ticks(engine), number;

	engine->counts.seen++;
	if (!mxw_dnsbl_askable(addr) || engine->outside.spared(engine->outside.context, key))
		return MXW_SEEN_SPARED;
	number = take_up(engine, key, now);
	memcpy(mxw_cache_source(&engine->cache, number)->low, addr + 8, 8);
	return look_up(engine, number, now);
}

enum mxw_seen mxw_dnsbl_seen_name(struct mxw_dnsbl *engine, const char *name)
{
	uint32_t now = mxw_dnsbl_ticks(engine), number;

	engine->counts.seen++;
	number = take_up(engine, mxw_dnsbl_name_key(engine, name), now);
	(void)mxw_text(engine->name[number], sizeof(engine->name[number]), "%s", name);
	return look_up(engine, number, now);
}

/* Strangers choose names; they do not know the seed. */
uint64_t mxw_dnsbl_name_key(const struct mxw_dnsbl *engine, const char *name)
{
	uint64_t hash = mxw_text_hash(name, engine->cache.seed);

	return hash ? hash : 1;
}

/* Still waited for: tells a part once, and takes up what was put off. */
static void look_at_owed(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);

	if (now - source->began > GIVE_UP)
		source->pending = 0;
	if (!source->pending) {
		mxw_dnsbl_settle(engine, number);
		return;
	}
	if (now - source->began >= patience(engine) && !(source->state & MXW_SOURCE_TOLD)) {
		source->state |= MXW_SOURCE_TOLD;
		mxw_dnsbl_tell(engine, number, false);
	}
	mxw_cache_schedule(&engine->cache, number,
			   source->state & MXW_SOURCE_TOLD ? source->began + GIVE_UP + 1
							   : source->began + patience(engine));
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

/* An answer is about to end, or has. */
static void look_at_idle(struct mxw_dnsbl *engine, uint32_t number, uint32_t now)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	uint32_t end;
	bool later;

	if (source->seen > source->began) {
		if (mxw_dnsbl_ask(engine, number, now + 2 * LEAD, MXW_PURPOSE_REFRESH, &later) ||
		    later) {
			engine->counts.refreshed++;
			owe(engine, number, now);
			return;
		}
		source->began = source->seen; /* cannot be asked; it may end */
	}
	end = end_of(engine, number, now);
	if (end)
		mxw_cache_schedule(&engine->cache, number, end);
	else
		mxw_cache_remove(&engine->cache, number);
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
