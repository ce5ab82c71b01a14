// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches who was charged for connections, and what they owe. Called by xdpctl.
 */
#include <stdlib.h>

#include "apply/suggest.h"
#include "base/buffer.h"
#include "bpf/limit_key.h"

struct mxw_watched {
	uint64_t key;
	uint32_t set;
	uint64_t most[MXW_LIMIT_LEVELS]; /* ticks owed, of what was read */
};

/* A source that owes in a set of rates, or whose net does. */
static int note(const struct mxw_limits_view *view, struct mxw_watch *watch, uint64_t key,
		uint32_t set, struct mxw_err *err)
{
	uint32_t salt = mxw_limit_salt(set, MXW_LIMIT_UNKNOWN);
	uint64_t tick = mxw_limits_tick();
	struct mxw_watched *source;

	if (!mxw_limits_owed(view, key, MXW_LIMIT_SOURCE, salt, tick) &&
	    !mxw_limits_owed(view, key, MXW_LIMIT_NET, salt, tick))
		return MXW_OK;
	source =
		mxw_grow((void **)&watch->sources, watch->count, &watch->capacity, sizeof(*source));
	if (!source)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	*source = (struct mxw_watched){ .key = key, .set = set };
	watch->count++;
	return MXW_OK;
}

/* Adds those who owe now. */
static int look_round(const struct mxw_limits_view *view, struct mxw_watch *watch,
		      struct mxw_err *err)
{
	const struct mxw_limits *limits = mxw_limits_now(view);
	uint64_t recent[MXW_RECENT_SOURCES];
	size_t count = mxw_limits_recent(view, recent, MXW_RECENT_SOURCES);
	int error = MXW_OK;

	for (size_t i = 0; i < count && !error; i++)
		for (uint32_t set = 0; set <= MXW_LIMIT_PORTS && !error; set++)
			if (!set || limits->port[set - 1])
				error = note(view, watch, recent[i], set, err);
	return error;
}

static int compare(const void *a, const void *b)
{
	const struct mxw_watched *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->set < y->set ? -1 : x->set > y->set;
}

static void at_least(uint64_t *most, uint64_t value)
{
	if (value > *most)
		*most = value;
}

/* Sorts, and leaves one of each. */
static void unite(struct mxw_watch *watch)
{
	size_t kept = 0;

	if (!watch->count)
		return;
	qsort(watch->sources, watch->count, sizeof(*watch->sources), compare);
	for (size_t i = 1; i < watch->count; i++) {
		struct mxw_watched *last = &watch->sources[kept], *next = &watch->sources[i];

		if (compare(last, next)) {
			watch->sources[++kept] = *next;
			continue;
		}
		for (unsigned int level = 0; level < MXW_LIMIT_LEVELS; level++)
			at_least(&last->most[level], next->most[level]);
	}
	watch->count = kept + 1;
}

int mxw_watch_round(struct mxw_limits_view *view, struct mxw_watch *watch, struct mxw_err *err)
{
	int error = look_round(view, watch, err);
	uint64_t tick = mxw_limits_tick();

	if (error)
		return error;
	unite(watch);
	for (size_t i = 0; i < watch->count; i++) {
		struct mxw_watched *source = &watch->sources[i];
		uint32_t salt = mxw_limit_salt(source->set, MXW_LIMIT_UNKNOWN);

		for (unsigned int level = 0; level < MXW_LIMIT_LEVELS; level++)
			at_least(&source->most[level],
				 mxw_limits_owed(view, source->key, level, salt, tick));
	}
	if (watch->last)
		at_least(&watch->gap, mxw_limits_tick() - watch->last);
	watch->last = tick;
	return MXW_OK;
}

void mxw_watch_free(struct mxw_watch *watch)
{
	free(watch->sources);
	*watch = (struct mxw_watch){ 0 };
}

void mxw_watch_seen(const struct mxw_watch *watch, uint32_t set, uint32_t ipv6,
		    enum mxw_limit_level level, struct mxw_limits_seen *seen)
{
	uint64_t net = 0;

	*seen = (struct mxw_limits_seen){ 0 };
	for (size_t i = 0; i < watch->count; i++) {
		const struct mxw_watched *source = &watch->sources[i];

		if (source->set != set || !source->most[level] || (source->key >> 32 != 0) != ipv6)
			continue;
		/* Sorted by key, so the sources of a net follow each other. */
		if (level == MXW_LIMIT_SOURCE || mxw_limit_net(source->key) != net)
			seen->accounts++;
		net = mxw_limit_net(source->key);
		if (source->most[level] + watch->gap <= seen->most)
			continue;
		seen->most = source->most[level] + watch->gap;
		seen->who = source->key;
	}
}
