// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing a little of the feeds' table, and holding all of it against the lists. Called by single
 * additions and removals, and by verify.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/feed_build.h"
#include "datapath/feed_table.h"
#include "lists/rank.h"
#include "lists/tree.h"

#define UNIT_BITS 14
#define UNITS_MOST 64 /* more than these, and a new generation is as quick */

/* The units that the ranges touch; false if they are too many. */
static bool units_of(const struct mxw_ranges *touched, uint32_t units[UNITS_MOST], size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < touched->v4_count; i++) {
		uint32_t unit = touched->v4[i].first >> UNIT_BITS;

		for (; unit <= touched->v4[i].last >> UNIT_BITS; unit++) {
			if (*count && units[*count - 1] == unit)
				continue;
			if (*count == UNITS_MOST)
				return false;
			units[(*count)++] = unit;
		}
	}
	return true;
}

static int repaint_unit(struct mxw_feed_book *book, struct mxw_feed_table *table, uint32_t unit,
			struct mxw_err *err)
{
	const struct mxw_range4 window = { unit << UNIT_BITS,
					   unit << UNIT_BITS | ((1U << UNIT_BITS) - 1) };
	struct mxw_layers layers;
	struct mxw_rank_unit made;
	int error = mxw_feed_book_read(book, &window, NULL, err);

	if (error)
		return error;
	mxw_feed_book_layers(book, &layers);
	mxw_rank_unit(&layers, unit, &made);
	return mxw_feed_table_put_unit(table, unit, made.lines, made.count, made.class, made.layout,
				       err);
}

static int repaint_tree(struct mxw_feed_book *book, struct mxw_feed_table *table,
			struct mxw_err *err)
{
	const struct mxw_range6 all = { 0, UINT64_MAX };
	struct mxw_feed_node *nodes = NULL;
	struct mxw_layers layers;
	uint64_t count;
	int error = mxw_feed_book_read(book, NULL, &all, err);

	if (error)
		return error;
	mxw_feed_book_layers(book, &layers);
	count = mxw_tree_measure(&layers);
	if (count > UINT32_MAX)
		return MXW_E_DEGRADED;
	error = mxw_feed_table_prepare_nodes(table, (uint32_t)count, &nodes, err);
	if (!error && count)
		error = mxw_tree_build(&layers, nodes, (uint32_t)count, err);
	return error ? error : mxw_feed_table_replace_nodes(table, err);
}

static int repaint(struct mxw_feed_book *book, struct mxw_feed_table *table,
		   const struct mxw_ranges *touched, struct mxw_err *err)
{
	uint32_t units[UNITS_MOST];
	size_t count;
	int error = MXW_OK;

	if (!units_of(touched, units, &count))
		return MXW_E_DEGRADED;
	for (size_t i = 0; i < count && !error; i++)
		error = repaint_unit(book, table, units[i], err);
	if (!error && touched->v6_count)
		error = repaint_tree(book, table, err);
	return error;
}

int mxw_feeds_repaint(struct mxw_store *store, const struct mxw_maps *maps,
		      const struct mxw_ranges *touched, const struct mxw_report *report,
		      struct mxw_err *err)
{
	struct mxw_feed_table *table = NULL;
	struct mxw_feed_book book;
	int error = mxw_feed_book_open(store, false, report, &book, err);

	if (!error)
		error = mxw_feed_table_open_quickly(maps, &table, err);
	/* Where nothing was in force, the rules are not there either. */
	if (!error)
		error = mxw_feed_table_switch(table)->live ? repaint(&book, table, touched, err)
							   : MXW_E_DEGRADED;
	mxw_feed_table_close(table);
	mxw_feed_book_close(&book);
	return error == MXW_E_DEGRADED ? mxw_feeds_build(store, maps, report, err) : error;
}

static int compare_tree(const struct mxw_layers *layers, const struct mxw_feed_generation *current,
			struct mxw_feeds_check *out, struct mxw_err *err)
{
	uint64_t count = mxw_tree_measure(layers);
	struct mxw_feed_node *nodes;
	int error;

	if (!count || count != current->nodes_count) {
		out->tree = count != current->nodes_count;
		return MXW_OK;
	}
	nodes = calloc(count, sizeof(*nodes));
	if (!nodes)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	error = mxw_tree_build(layers, nodes, (uint32_t)count, err);
	out->tree = !error && memcmp(nodes, current->nodes, count * sizeof(*nodes)) != 0;
	free(nodes);
	return error;
}

/* Ends that differ by the time that passed, or by a step of the clock, are not a difference. */
static unsigned int compare_rules(const struct mxw_feed_book *book, const struct mxw_feeds *feeds)
{
	const struct mxw_feed_rule *have = feeds->rule[feeds->live & MXW_FEEDS_GENERATION];
	struct mxw_feed_rule want[MXW_FEED_CLASSES];
	unsigned int differ = 0;

	mxw_feed_book_rules(book, want);
	for (int i = 0; i < MXW_FEED_CLASSES; i++)
		differ += want[i].action != have[i].action ||
			  (want[i].expires_ns == 0) != (have[i].expires_ns == 0);
	return differ;
}

/* A feed that became too old after the table was built is there with an end that is over. */
static void forget_expiry(struct mxw_feed_book *book, const struct mxw_feeds *feeds)
{
	const struct mxw_feed_rule *have = feeds->rule[feeds->live & MXW_FEEDS_GENERATION];

	for (size_t i = 0; i < book->count; i++) {
		struct mxw_feed_page *page = &book->pages[i];

		if (have[MXW_FEED_CLASS(page->feed.slot, 0)].action != MXW_FEED_NONE)
			page->expired = false;
		for (size_t k = 0; k < page->endings; k++) {
			struct mxw_feed_ending *ending = &page->ending[k];

			if (have[ending->block_class].action != MXW_FEED_NONE ||
			    have[ending->allow_class].action != MXW_FEED_NONE)
				ending->expired = false;
		}
	}
}

static int compare(struct mxw_feed_book *book, const struct mxw_feed_table *table,
		   struct mxw_feeds_check *out, struct mxw_err *err)
{
	const struct mxw_feed_generation *current = mxw_feed_table_current(table);
	const struct mxw_feeds *feeds = mxw_feed_table_switch(table);
	struct mxw_layers layers;
	int error = MXW_OK;

	forget_expiry(book, feeds);
	error = mxw_feed_book_read(book, NULL, NULL, err);
	if (error)
		return error;
	mxw_feed_book_layers(book, &layers);
	out->units = mxw_rank_compare(&layers, current->units, current->lines, current->lines_count,
				      &out->first);
	error = compare_tree(&layers, current, out, err);
	out->rules = compare_rules(book, feeds);
	out->feeds = book->count;
	out->count = out->units + out->tree + out->rules;
	return error;
}

int mxw_feeds_compare(struct mxw_store *store, const struct mxw_maps *maps,
		      struct mxw_feeds_check *out, struct mxw_err *err)
{
	struct mxw_feed_table *table = NULL;
	struct mxw_feed_book book;
	int error = mxw_feed_book_open(store, true, NULL, &book, err);

	memset(out, 0, sizeof(*out));
	if (!error)
		error = mxw_feed_table_open(maps, &table, err);
	if (!error)
		error = compare(&book, table, out, err);
	mxw_feed_table_close(table);
	mxw_feed_book_close(&book);
	return error;
}
