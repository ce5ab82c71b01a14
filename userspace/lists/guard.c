// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guards of lists. Called by the reader for each entry, and by apply for the whole. The ranges that
 * nobody may list are reserved.c's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/guard.h"

#define REFUSED_FEW 3 /* so many may be wrong in a list of any size */
#define REFUSED_SHARE 1000 /* and one in so many of a large one */
#define COMPARED_FROM 100 /* smaller lists come and go as they like */
#define GROWTH 3
#define LEFT_OF_THREE 2 /* less than two thirds left is a list that was cut, or is damaged */
#define LEFT_OF_OWN 10 /* of a file of the operator's: less than one in so many is an accident */
#define COVER_PART 20 /* of the IPv4 space, and of the routed part of IPv6: one in so many */

static uint8_t widest(uint8_t given, uint8_t fallback)
{
	return given ? given : fallback;
}

static const struct mxw_guard_protected *inside_protected(const struct mxw_guard *guard,
							  uint64_t first, uint64_t last)
{
	for (size_t i = 0; i < guard->protected_count; i++) {
		const struct mxw_guard_protected *item = &guard->protected[i];

		if (item->first <= first && last <= item->last)
			return item;
	}
	return NULL;
}

static enum mxw_guard_verdict refuse(char why[MXW_GUARD_WHY], const char *text)
{
	(void)snprintf(why, MXW_GUARD_WHY, "%s", text);
	return MXW_GUARD_REFUSE;
}

static enum mxw_guard_verdict too_wide(char why[MXW_GUARD_WHY], unsigned int length)
{
	(void)snprintf(why, MXW_GUARD_WHY, "wider than /%u: --max-prefix raises that", length);
	return MXW_GUARD_REFUSE;
}

static enum mxw_guard_verdict blocked_entry(const struct mxw_guard *guard, uint64_t first,
					    uint64_t last, char why[MXW_GUARD_WHY])
{
	const struct mxw_guard_protected *item = inside_protected(guard, first, last);

	if (!item)
		return MXW_GUARD_TAKE;
	(void)snprintf(why, MXW_GUARD_WHY, "never blocked: %s", item->why);
	return MXW_GUARD_REFUSE;
}

enum mxw_guard_verdict mxw_guard_entry4(const struct mxw_guard *guard, enum mxw_says says,
					struct mxw_range4 range, char why[MXW_GUARD_WHY])
{
	unsigned int length = widest(guard->widest4, MXW_GUARD_WIDEST4);
	bool whole;
	const char *reserved = mxw_guard_reserved4(range, &whole);

	if (says == MXW_SAYS_EXCLUDE)
		return MXW_GUARD_TAKE;
	if (says == MXW_SAYS_BLOCK && whole && guard->strip)
		return MXW_GUARD_STRIP;
	if ((uint64_t)range.last - range.first >= 1ULL << (32 - length))
		return too_wide(why, length);
	if (says == MXW_SAYS_BLOCK && reserved)
		return refuse(why, reserved);
	if (says == MXW_SAYS_BLOCK)
		return blocked_entry(guard, range.first, range.last, why);
	return MXW_GUARD_TAKE;
}

enum mxw_guard_verdict mxw_guard_entry6(const struct mxw_guard *guard, enum mxw_says says,
					struct mxw_range6 range, char why[MXW_GUARD_WHY])
{
	unsigned int length = widest(guard->widest6, MXW_GUARD_WIDEST6);
	bool whole;
	const char *reserved = mxw_guard_reserved6(range, &whole);

	if (says == MXW_SAYS_EXCLUDE)
		return MXW_GUARD_TAKE;
	if (says == MXW_SAYS_BLOCK && whole && guard->strip)
		return MXW_GUARD_STRIP;
	if (length && range.last - range.first > (~0ULL >> length))
		return too_wide(why, length);
	if (says == MXW_SAYS_BLOCK && reserved)
		return refuse(why, reserved);
	if (says == MXW_SAYS_BLOCK)
		return blocked_entry(guard, range.first, range.last, why);
	return MXW_GUARD_TAKE;
}

/* Whether a range of the sorted list touches the protected one. */
static bool touches(const struct mxw_ranges *ranges, const struct mxw_guard_protected *item)
{
	const struct mxw_range4 window4 = { (uint32_t)item->first, (uint32_t)item->last };
	const struct mxw_range6 window6 = { item->first, item->last };
	bool ipv4 = item->last >> 32 == 0;
	size_t low = 0, high = ipv4 ? ranges->v4_count : ranges->v6_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		bool before = ipv4 ? ranges->v4[middle].last < window4.first
				   : ranges->v6[middle].last < window6.first;

		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	if (ipv4)
		return low < ranges->v4_count && ranges->v4[low].first <= window4.last;
	return low < ranges->v6_count && ranges->v6[low].first <= window6.last;
}

static int add_key_range(struct mxw_ranges *ranges, const struct mxw_guard_protected *item,
			 struct mxw_err *err)
{
	if (item->last >> 32 == 0)
		return mxw_ranges_add4(
			ranges, (struct mxw_range4){ (uint32_t)item->first, (uint32_t)item->last },
			err);
	return mxw_ranges_add6(ranges, (struct mxw_range6){ item->first, item->last }, err);
}

static int subtract_from(struct mxw_ranges *ranges, const struct mxw_ranges *what,
			 struct mxw_err *err)
{
	struct mxw_ranges left = { 0 };
	int error = mxw_ranges_subtract(ranges, what, &left, err);

	if (error)
		return error;
	mxw_ranges_free(ranges);
	*ranges = left;
	return MXW_OK;
}

int mxw_guard_cut(const struct mxw_guard *guard, struct mxw_list *list, uint64_t *cut,
		  struct mxw_err *err)
{
	struct mxw_ranges hit = { 0 };
	int error = MXW_OK;

	*cut = 0;
	for (size_t i = 0; i < guard->protected_count && !error; i++) {
		if (!touches(&list->block, &guard->protected[i]))
			continue;
		error = add_key_range(&hit, &guard->protected[i], err);
		++*cut;
	}
	if (!error && *cut)
		error = mxw_ranges_settle(&hit, NULL, err);
	if (!error && *cut)
		error = subtract_from(&list->block, &hit, err);
	if (!error && (list->allow.v4_count || list->allow.v6_count))
		error = subtract_from(&list->block, &list->allow, err);
	mxw_ranges_free(&hit);
	return error;
}

struct mxw_guard_size mxw_guard_measure(const struct mxw_list *list)
{
	return (struct mxw_guard_size){
		.ranges = list->block.v4_count + list->block.v6_count + list->allow.v4_count +
			  list->allow.v6_count,
		.addresses4 = mxw_ranges_addresses4(&list->block),
		.networks6 = mxw_ranges_networks6(&list->block),
		.allowed4 = mxw_ranges_addresses4(&list->allow),
		.allowed6 = mxw_ranges_networks6(&list->allow),
	};
}

static enum mxw_guard_ruling hold_change(const char *what, uint64_t now, uint64_t then,
					 struct mxw_err *err)
{
	(void)mxw_fail(err, MXW_E_FAIL,
		       "the list %s from %" PRIu64 " to %" PRIu64
		       ": it is held, and the last good one stays in force",
		       what, then, now);
	return MXW_GUARD_HOLD;
}

static bool explodes(uint64_t now, uint64_t then)
{
	return then && now / GROWTH > then;
}

static bool collapses(bool own, uint64_t now, uint64_t then)
{
	return now < (own ? then / LEFT_OF_OWN : then / 3 * LEFT_OF_THREE);
}

/* With the last good list. Who takes addresses out of his own file wants their mail, so that
 * file may shrink further than a download, which may have been cut. */
static enum mxw_guard_ruling compare(const struct mxw_guard_case *list, struct mxw_err *err)
{
	const struct mxw_guard_size *size = &list->size, *last = &list->last;
	uint64_t now4 = size->addresses4 + size->allowed4, now6 = size->networks6 + size->allowed6;
	uint64_t then4 = last->addresses4 + last->allowed4,
		 then6 = last->networks6 + last->allowed6;

	if (explodes(size->ranges, last->ranges))
		return hold_change("grows", size->ranges, last->ranges, err);
	if (collapses(list->own, size->ranges, last->ranges))
		return hold_change("shrinks", size->ranges, last->ranges, err);
	if (explodes(now4, then4) || explodes(now6, then6))
		return hold_change("covers more than before: it grows",
				   explodes(now4, then4) ? now4 : now6,
				   explodes(now4, then4) ? then4 : then6, err);
	if (collapses(list->own, now4, then4) || collapses(list->own, now6, then6))
		return hold_change("covers less: it shrinks",
				   collapses(list->own, now4, then4) ? now4 : now6,
				   collapses(list->own, now4, then4) ? then4 : then6, err);
	return MXW_GUARD_GOOD;
}

/* Bans come and go with those who are banned. Held in a wave of them, such a list would not block the new ones;
 * held at its end, it would go on to drop whom its program has forgiven. */
static bool is_compared(const struct mxw_guard_case *list)
{
	bool blocks_only = !list->size.allowed4 && !list->size.allowed6;

	return list->last.ranges >= COMPARED_FROM && !(list->own && list->state && blocks_only);
}

static bool too_many_refused(const struct mxw_guard_case *list, struct mxw_err *err)
{
	if (list->refused <= REFUSED_FEW || list->refused <= list->entries / REFUSED_SHARE)
		return false;
	(void)mxw_fail(err, MXW_E_FAIL,
		       "%" PRIu64 " of %" PRIu64
		       " entries are refused, more than one in %d: so the whole list is refused",
		       list->refused, list->entries, REFUSED_SHARE);
	return true;
}

static enum mxw_guard_ruling judge_empty(const struct mxw_guard_case *list, struct mxw_err *err)
{
	if (!list->may_be_empty || list->refused) {
		(void)mxw_fail(err, MXW_E_FAIL, "the list is empty%s: it is not taken",
			       list->refused ? " without the refused entries" : "");
		return MXW_GUARD_BAD;
	}
	if (list->has_last && !list->last.ranges)
		return MXW_GUARD_GOOD;
	(void)mxw_fail(err, MXW_E_FAIL, "the list is empty: it is held%s",
		       list->has_last ? ", and the last good one stays in force" : "");
	return MXW_GUARD_HOLD;
}

/* Whether so much is more than a list may have of the address space. */
static bool covers(const char *does, uint64_t addresses4, uint64_t networks6, struct mxw_err *err)
{
	if (addresses4 <= (1ULL << 32) / COVER_PART && networks6 <= (1ULL << 61) / COVER_PART)
		return false;
	(void)mxw_fail(err, MXW_E_FAIL,
		       "the list %s %" PRIu64 " IPv4 addresses and %" PRIu64
		       " IPv6 /64s, more than %d %% of all: it is held",
		       does, addresses4, networks6, 100 / COVER_PART);
	return true;
}

enum mxw_guard_ruling mxw_guard_judge(const struct mxw_guard_case *list, struct mxw_err *err)
{
	const struct mxw_guard_size *size = &list->size;

	if (too_many_refused(list, err))
		return MXW_GUARD_BAD;
	if (!size->ranges)
		return judge_empty(list, err);
	if (is_compared(list) && compare(list, err) != MXW_GUARD_GOOD)
		return MXW_GUARD_HOLD;
	if (covers("blocks", size->addresses4, size->networks6, err) ||
	    covers("allows", size->allowed4, size->allowed6, err))
		return MXW_GUARD_HOLD;
	return MXW_GUARD_GOOD;
}
