// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of automatic entries in the log: one line each while they are few. Thousands of bots a
 * second must cost neither the log nor the time of the loop, so the rest is summed up. Called back by
 * apply/auto, and by the loop.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/text.h"
#include "daemon/daemon.h"

#define LINES_A_SECOND 50
#define SUM_EVERY (10 * MXW_SECOND)

/* Whether this one gets a line. With debug all do. */
static bool has_line(struct mxw_daemon *daemon, enum mxw_auto_what what, uint64_t now)
{
	struct mxw_daemon_changes *changes = &daemon->changes;

	if (now / MXW_SECOND != changes->second) {
		changes->second = now / MXW_SECOND;
		changes->lines = 0;
	}
	if (daemon->log.level >= MXW_LOG_DEBUG || changes->lines++ < LINES_A_SECOND)
		return true;
	changes->left_out[what]++;
	return false;
}

void mxw_daemon_on_change(void *context, const struct mxw_auto_change *change)
{
	struct mxw_daemon *daemon = context;
	const struct mxw_prefix prefix = { .key = change->source, .len = MXW_KEY_BITS };
	uint64_t now = mxw_clock_mono();
	char source[MXW_ADDR_TEXT], left[24], score[16];

	if (!has_line(daemon, change->what, now))
		return;
	(void)snprintf(left, sizeof(left), "%" PRIu64,
		       (uint64_t)(change->until > now ? (change->until - now) / MXW_SECOND : 0));
	(void)snprintf(score, sizeof(score), "%" PRId32, change->score);
	mxw_log_event(&daemon->log, MXW_LOG_INFO, mxw_auto_what_name(change->what), "source",
		      mxw_prefix_format(&prefix, source), "for", left, "score", score, "who",
		      change->who, "why", change->why, MXW_LOG_END);
}

void mxw_daemon_changes_second(struct mxw_daemon *daemon, uint64_t now)
{
	struct mxw_daemon_changes *changes = &daemon->changes;
	char text[256];
	size_t at = 0;

	if (now - changes->summed < SUM_EVERY)
		return;
	changes->summed = now;
	for (int what = 0; what < MXW_AUTO_WHATS; what++) {
		if (changes->left_out[what])
			at += mxw_text(text + at, sizeof(text) - at, "%s%" PRIu64 " %s",
				       at ? ", " : "", changes->left_out[what],
				       mxw_auto_what_name((enum mxw_auto_what)what));
		changes->left_out[what] = 0;
	}
	if (at)
		mxw_log_say(&daemon->log, MXW_LOG_INFO,
			    "besides those logged, in the last 10 s: %s", text);
}
