// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Judging what may be blocked. Called by changes of entries and feeds, and by the commands before
 * them, which name the lines that are refused.
 */
#include <stdio.h>

#include "apply/block_guard.h"
#include "lists/guard.h"

/* Wider than this needs force, in key bits: IPv4 /8, IPv6 /16. */
#define WIDEST_IPV4 (32 + 8)
#define WIDEST_IPV6 16

int mxw_block_guard_open(const struct mxw_maps *maps, bool force, struct mxw_block_guard *guard,
			 struct mxw_err *err)
{
	guard->force = force;
	return mxw_never_known(maps, &guard->never, err);
}

void mxw_block_guard_close(struct mxw_block_guard *guard)
{
	mxw_never_free(&guard->never);
}

/* An own address is refused whatever the operator means: the filter would pass it all the same. */
int mxw_block_guard_prefix(const struct mxw_block_guard *guard, const char *word,
			   const struct mxw_prefix *prefix, struct mxw_err *err)
{
	const struct mxw_never_item *host = mxw_never_is_host(&guard->never, word);
	const struct mxw_never_item *item = host ? host : mxw_never_touched(&guard->never, prefix);
	char text[MXW_ADDR_TEXT], other[MXW_ADDR_TEXT];

	(void)mxw_prefix_format(prefix, text);
	if (item && item->own && (item->host || mxw_prefix_contains(&item->prefix, prefix)))
		return mxw_fail(err, MXW_E_USAGE,
				"%s is this machine's own (%s) and is never blocked",
				mxw_never_format(item, other), item->why);
	if (guard->force)
		return MXW_OK;
	if (item)
		return mxw_fail(
			err, MXW_E_USAGE,
			"%s touches the never-block set: %s (%s); with --force it is stored, "
			"and that address still passes",
			text, mxw_never_format(item, other), item->why);
	if (prefix->len < (mxw_prefix_is_ipv4(prefix) ? WIDEST_IPV4 : WIDEST_IPV6))
		return mxw_fail(
			err, MXW_E_USAGE,
			"%s is wider than IPv4 /8 or IPv6 /16 and would block a large part of "
			"the internet: use --force if you mean it",
			text);
	return MXW_OK;
}

/* Reserved ranges and widths: the rules of a feed's lists. */
static enum mxw_guard_verdict judge_entry(const struct mxw_feed *feed,
					  const struct mxw_delta *delta, char why[MXW_GUARD_WHY])
{
	const struct mxw_guard guard = { .widest4 = feed->widest4, .widest6 = feed->widest6 };
	enum mxw_says says = delta->allow ? MXW_SAYS_ALLOW : MXW_SAYS_BLOCK;

	if (delta->ipv4)
		return mxw_guard_entry4(
			&guard, says,
			(struct mxw_range4){ (uint32_t)delta->first, (uint32_t)delta->last }, why);
	return mxw_guard_entry6(&guard, says, (struct mxw_range6){ delta->first, delta->last },
				why);
}

/* "198.51.100.0/24", or the first address of what is not a prefix. */
static const char *delta_text(const struct mxw_delta *delta, char out[MXW_ADDR_TEXT])
{
	struct mxw_prefix prefix = { .key = delta->first, .len = MXW_KEY_BITS };

	while (prefix.len && mxw_prefix_last(&prefix) < delta->last)
		prefix.len--;
	if (mxw_prefix_last(&prefix) != delta->last)
		prefix.len = MXW_KEY_BITS;
	return mxw_prefix_format(&prefix, out);
}

int mxw_block_guard_delta(const struct mxw_block_guard *guard, const struct mxw_feed *feed,
			  const char *word, const struct mxw_delta *delta, struct mxw_err *err)
{
	const struct mxw_never_item *item = mxw_never_is_host(&guard->never, word);
	char why[MXW_GUARD_WHY] = "", text[MXW_ADDR_TEXT];
	enum mxw_guard_verdict verdict;

	if (delta->remove)
		return MXW_OK;
	if (!item)
		item = mxw_never_touched_keys(&guard->never, delta->first, delta->last);
	verdict = judge_entry(feed, delta, why);
	if (verdict == MXW_GUARD_TAKE && item && !delta->allow) {
		verdict = MXW_GUARD_REFUSE;
		(void)snprintf(why, sizeof(why), "never blocked: %.60s", item->why);
	}
	if (verdict == MXW_GUARD_TAKE)
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE, "%s is refused: %s", delta_text(delta, text), why);
}
