// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The age of a feed's content. Called by what takes lists, and by the feed verbs.
 */
#include <string.h>
#include <sys/stat.h>

#include "apply/feed_content.h"
#include "base/clock.h"
#include "feeds/read.h"
#include "lists/formats/time.h"

/* Servers that do not know a date say 1970. */
#define NO_DATE (365 * 86400ULL)

/* The publisher's own date, wall clock s; 0 if there is none, or one that is not over yet. A
 * directory's says nothing about the files in it. */
static uint64_t publisher_date(const struct mxw_feed *feed, const char *last_modified,
			       uint64_t read)
{
	uint64_t date = 0;
	struct stat st;

	if (feed->kind == MXW_FEED_URL)
		date = mxw_time_of_mail(mxw_text_of(last_modified));
	else if (feed->kind == MXW_FEED_FILE && stat(feed->where, &st) == 0 && st.st_mtime > 0)
		date = (uint64_t)st.st_mtime;
	return date > NO_DATE && date <= read / MXW_SECOND ? date : 0;
}

uint64_t mxw_feed_content_date(const struct mxw_feed *feed, const char *last_modified, bool differs,
			       uint64_t read)
{
	uint64_t date = publisher_date(feed, last_modified, read) * MXW_SECOND;

	/* Whoever gives the same list a newer date still stands by it. */
	if (!differs)
		return date > feed->changed ? date : feed->changed;
	if (!date)
		return read;
	/* It cannot be older than the reading that gave another list, whatever its date says. */
	return date < feed->fetched && feed->fetched < read ? feed->fetched : date;
}

static bool same_ranges(const struct mxw_ranges *a, const struct mxw_ranges *b)
{
	if (a->v4_count != b->v4_count || a->v6_count != b->v6_count)
		return false;
	return (!a->v4_count || memcmp(a->v4, b->v4, a->v4_count * sizeof(*a->v4)) == 0) &&
	       (!a->v6_count || memcmp(a->v6, b->v6, a->v6_count * sizeof(*a->v6)) == 0);
}

bool mxw_feed_content_same(const struct mxw_list *a, const struct mxw_list *b)
{
	if (!same_ranges(&a->block, &b->block) || !same_ranges(&a->allow, &b->allow) ||
	    a->endings.all != b->endings.all || a->endings.count != b->endings.count)
		return false;
	for (size_t i = 0; i < a->endings.count; i++)
		if (a->endings.item[i].end != b->endings.item[i].end ||
		    !same_ranges(&a->endings.item[i].ranges, &b->endings.item[i].ranges))
			return false;
	return true;
}

uint64_t mxw_feed_content_age(const struct mxw_feed *feed)
{
	uint64_t now = mxw_clock_wall();

	return now > feed->changed ? (now - feed->changed) / MXW_SECOND : 0;
}

bool mxw_feed_content_over(const struct mxw_feed *feed)
{
	return feed->max_content_ns &&
	       mxw_feed_content_age(feed) >= feed->max_content_ns / MXW_SECOND;
}
