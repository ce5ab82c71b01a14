// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Building a generation of the feeds' table. Called by attach, by every change of a feed, and by
 * a session that finds the feeds' mark. Single changes are feed_repaint.c's.
 */
#include <string.h>

#include "apply/feed_build.h"
#include "base/clock.h"
#include "datapath/feed_table.h"
#include "lists/rank.h"
#include "lists/tree.h"

/* Lines kept free for single changes, which take 64 or 256 each: about a thousand changes, or
 * an eighth of the lists, before a new generation is made. */
#define SPARE_LEAST 65536
#define SPARE_PART 8

#define CANARIES 512 /* ranges of each layer that are looked up before the flip */

/* One generation in the making. */
struct build {
	struct mxw_feed_book book;
	struct mxw_layers layers;
	struct mxw_feed_table *table;
	struct mxw_feed_generation made;
	const struct mxw_report *report;
};

static uint8_t expected(const struct mxw_layers *layers, uint64_t key)
{
	for (size_t i = 0; i < layers->count; i++)
		if (mxw_ranges_contain(layers->layer[i].ranges, key))
			return layers->layer[i].class;
	return 0;
}

static uint8_t found(const struct mxw_feed_generation *made, uint64_t key)
{
	if (key >> 32 == 0)
		return mxw_rank_find(made->units, made->lines, made->lines_count, (uint32_t)key);
	return mxw_tree_find(made->nodes, made->nodes_count, key);
}

static bool agrees_at(const struct build *build, uint64_t first, uint64_t last)
{
	const uint64_t keys[] = { first - 1, first, first + (last - first) / 2, last, last + 1 };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		/* Beyond the ends of a family there is the other, or nothing. */
		if ((keys[i] >> 32 == 0) == (first >> 32 == 0) &&
		    found(&build->made, keys[i]) != expected(&build->layers, keys[i]))
			return false;
	return true;
}

/* Some ranges of each layer, from all over it, are looked up in what was built. */
static bool canaries_live(const struct build *build)
{
	for (size_t i = 0; i < build->layers.count; i++) {
		const struct mxw_ranges *ranges = build->layers.layer[i].ranges;
		size_t step4 = ranges->v4_count / CANARIES + 1;
		size_t step6 = ranges->v6_count / CANARIES + 1;

		for (size_t r = 0; r < ranges->v4_count; r += step4)
			if (!agrees_at(build, ranges->v4[r].first, ranges->v4[r].last))
				return false;
		for (size_t r = 0; r < ranges->v6_count; r += step6)
			if (!agrees_at(build, ranges->v6[r].first, ranges->v6[r].last))
				return false;
	}
	return true;
}

static int too_large(struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL,
			"the feeds together are larger than the kernel's table can be: remove one");
}

static int prepare(struct build *build, struct mxw_err *err)
{
	uint64_t lines = mxw_rank_measure(&build->layers);
	uint64_t nodes = mxw_tree_measure(&build->layers);
	uint64_t spare = lines / SPARE_PART;
	bool ipv4 = false;

	for (size_t i = 0; i < build->layers.count; i++)
		ipv4 = ipv4 || build->layers.layer[i].ranges->v4_count;
	if (spare < SPARE_LEAST)
		spare = SPARE_LEAST;
	lines = ipv4 ? lines + 1 + spare : 0;
	if (lines > UINT32_MAX / MXW_FEED_CELLS || nodes > UINT32_MAX)
		return too_large(err);
	return mxw_feed_table_prepare(build->table, (uint32_t)lines, (uint32_t)nodes, &build->made,
				      err);
}

static int fill(struct build *build, struct mxw_err *err)
{
	struct mxw_feed_generation *made = &build->made;
	int error = prepare(build, err);

	mxw_progress(build->report, 1, 3);
	if (!error && made->lines_count)
		error = mxw_rank_build(&build->layers, made->units, made->lines, made->lines_count,
				       err);
	mxw_progress(build->report, 2, 3);
	if (!error && made->nodes_count)
		error = mxw_tree_build(&build->layers, made->nodes, made->nodes_count, err);
	if (!error && !canaries_live(build))
		error = mxw_fail(err, MXW_E_FAIL,
				 "the feeds' new table does not say what the lists say, so it was "
				 "not put in force: this is a bug, please report it");
	return error;
}

static int build_table(struct build *build, struct mxw_err *err)
{
	struct mxw_feed_rule rules[MXW_FEED_CLASSES];
	int error = mxw_feed_book_read(&build->book, NULL, NULL, err);

	if (error)
		return error;
	mxw_feed_book_layers(&build->book, &build->layers);
	error = fill(build, err);
	if (error)
		return error;
	mxw_feed_book_rules(&build->book, rules);
	error = mxw_feed_table_flip(build->table, rules, err);
	mxw_progress(build->report, 3, 3);
	return error;
}

int mxw_feeds_build(struct mxw_store *store, const struct mxw_maps *maps,
		    const struct mxw_report *report, struct mxw_err *err)
{
	struct build build = { .report = report };
	int error = mxw_feed_book_open(store, true, report, &build.book, err);

	if (!error)
		error = mxw_feed_table_open_quickly(maps, &build.table, err);
	/* Attaching without feeds is to cost nothing. */
	if (!error && (build.book.count || mxw_feed_table_switch(build.table)->live))
		error = build_table(&build, err);
	mxw_feed_table_close(build.table);
	mxw_feed_book_close(&build.book);
	return error;
}

int mxw_feeds_in_force(const struct mxw_maps *maps, uint64_t *memory,
		       struct mxw_feed_rule rules[MXW_FEED_CLASSES], struct mxw_err *err)
{
	struct mxw_feed_table *table = NULL;
	const struct mxw_feeds *feeds;
	int error = mxw_feed_table_open_quickly(maps, &table, err);

	*memory = 0;
	if (error)
		return error;
	feeds = mxw_feed_table_switch(table);
	if (rules)
		memcpy(rules, feeds->rule[feeds->live & MXW_FEEDS_GENERATION],
		       MXW_FEED_CLASSES * sizeof(*rules));
	*memory = mxw_feed_table_memory(table);
	mxw_feed_table_close(table);
	return MXW_OK;
}
