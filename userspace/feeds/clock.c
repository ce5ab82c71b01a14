// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clock by which a list is read. Called with rights: the worker has no file of time zones.
 */
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "feeds/clock.h"

#define DAY 86400
#define DAYS 366

static int64_t offset_at(uint64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm local;

	return localtime_r(&when, &local) ? local.tm_gmtoff : 0;
}

/* Local time changes between the two. */
static uint64_t find_change(uint64_t before, uint64_t after)
{
	int64_t offset = offset_at(after);

	while (after - before > 1) {
		uint64_t middle = before + (after - before) / 2;

		if (offset_at(middle) == offset)
			after = middle;
		else
			before = middle;
	}
	return after;
}

/* A file of tomorrow is of a clock that was ahead. */
static uint64_t made_at(int input, uint64_t now)
{
	struct stat st;

	if (input < 0 || fstat(input, &st) || !S_ISREG(st.st_mode) || st.st_mtime <= 0 ||
	    (uint64_t)st.st_mtime > now)
		return now;
	return (uint64_t)st.st_mtime;
}

void mxw_feed_clock(int input, struct mxw_format_clock *out)
{
	uint64_t now = mxw_clock_wall() / MXW_SECOND;
	uint64_t at = now;

	*out = (struct mxw_format_clock){ .made = made_at(input, now), .offset = offset_at(now) };
	out->offset_before = out->offset;
	for (int i = 0; i < DAYS && at > DAY && !out->changed; i++, at -= DAY) {
		if (offset_at(at - DAY) == out->offset)
			continue;
		out->offset_before = offset_at(at - DAY);
		out->changed = find_change(at - DAY, at);
	}
}
