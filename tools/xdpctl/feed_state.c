// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a feed is. Called by feed list, feed show and status.
 */
#include <string.h>

#include "feed_state.h"

/* Whether its list cannot be read, or the kernel's classes do not what the feed is to do. */
static bool amiss(const struct mxw_feed_page *page, const struct mxw_feed_rule *rules)
{
	uint8_t class = MXW_FEED_CLASS(page->feed.slot, 0);

	if (page->broken)
		return true;
	return rules && !page->expired && rules[class].action != page->feed.action;
}

const char *feed_state(const struct mxw_feed_page *page, const struct mxw_feed_rule *rules)
{
	if (page->broken)
		return "damaged";
	if (page->expired)
		return "too old";
	if (!rules)
		return "stored";
	if (amiss(page, rules))
		return "not in force";
	if (page->feed.held)
		return "held";
	return page->feed.error[0] ? "failed" : "ok";
}

void feed_count_states(const struct mxw_feed_book *book, const struct mxw_feed_rule *rules,
		       struct feed_states *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < book->count; i++) {
		const struct mxw_feed_page *page = &book->pages[i];

		out->feeds++;
		out->held += page->feed.held;
		out->failed += page->feed.error[0] != '\0';
		out->expired += page->expired;
		out->amiss += amiss(page, rules);
	}
}
