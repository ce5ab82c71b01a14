// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the feeds say. Called by whoever builds, changes, verifies or explains the table.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/feed_book.h"
#include "apply/feed_ends.h"
#include "base/clock.h"

/* When a list of that wall clock time will be older than most, in ns; 0 = never. */
static uint64_t end_of(uint64_t since, uint64_t most)
{
	uint64_t mono = mxw_clock_mono(), wall = mxw_clock_wall(), age;

	if (!most)
		return 0;
	/* A clock that was behind must not make a copy good for longer than it is given. */
	age = wall > since ? wall - since : 0;
	return age < most ? mono + (most - age) : 1;
}

uint64_t mxw_feed_expiry(const struct mxw_feed *feed)
{
	uint64_t copy = end_of(feed->fetched, feed->max_age_ns);
	uint64_t content = end_of(feed->changed, feed->max_content_ns);

	return content && (!copy || content < copy) ? content : copy;
}

int mxw_feed_page_open(const struct mxw_feed *feed, bool whole, struct mxw_feed_page *page,
		       struct mxw_err *err)
{
	int error;

	memset(page, 0, sizeof(*page));
	page->feed = *feed;
	page->list = &page->made;
	page->expires_ns = mxw_feed_expiry(feed);
	error = mxw_listfile_open(feed->name, MXW_LISTFILE_GOOD, whole, &page->file, err);
	if (!error && !page->file.mapping)
		error = mxw_fail(err, MXW_E_FAIL,
				 "its list is gone: `xdpctl feed refresh %s --force` fetches it "
				 "again",
				 feed->name);
	if (!error)
		error = mxw_delta_read(feed->name, page->file.id, &page->deltas, err);
	page->broken = error != MXW_OK;
	mxw_feed_ends_open(page);
	return error;
}

void mxw_feed_page_close(struct mxw_feed_page *page)
{
	mxw_list_free(&page->made);
	mxw_feed_ends_free(page);
	mxw_deltas_free(&page->deltas);
	mxw_listfile_close(&page->file);
}

int mxw_feed_book_open(struct mxw_store *store, bool whole, const struct mxw_report *report,
		       struct mxw_feed_book *out, struct mxw_err *err)
{
	struct mxw_feed *feeds;
	struct mxw_err why;
	size_t count;
	int error = mxw_store_feeds_all(store, &feeds, &count, err);

	memset(out, 0, sizeof(*out));
	if (error)
		return error;
	out->pages = calloc(count + 1, sizeof(*out->pages));
	if (!out->pages) {
		free(feeds);
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	}
	for (; out->count < count; out->count++)
		if (mxw_feed_page_open(&feeds[out->count], whole, &out->pages[out->count], &why))
			mxw_note(report, "feed %s is not in force: %.400s", feeds[out->count].name,
				 why.text);
	free(feeds);
	mxw_feed_ends_classes(out);
	return MXW_OK;
}

void mxw_feed_book_close(struct mxw_feed_book *book)
{
	for (size_t i = 0; i < book->count; i++)
		mxw_feed_page_close(&book->pages[i]);
	free(book->pages);
	memset(book, 0, sizeof(*book));
}

/* Part of the journal that goes the same way, as ranges. */
struct run {
	struct mxw_ranges ranges;
	bool allow, remove;
};

static bool same_way(const struct mxw_delta *a, const struct mxw_delta *b)
{
	return a->remove == b->remove && (a->remove || a->allow == b->allow);
}

static bool in_window(const struct mxw_delta *delta, const struct mxw_range4 *window4,
		      const struct mxw_range6 *window6)
{
	if (!window4 && !window6)
		return true;
	if (delta->ipv4)
		return window4 && delta->first <= window4->last && delta->last >= window4->first;
	return window6 && delta->first <= window6->last && delta->last >= window6->first;
}

/* What of a delta is in the window: the layers must not hold more than that. */
static int add_delta(struct mxw_ranges *ranges, const struct mxw_delta *delta,
		     const struct mxw_range4 *window4, const struct mxw_range6 *window6,
		     struct mxw_err *err)
{
	uint64_t first = delta->first, last = delta->last;

	if (!in_window(delta, window4, window6))
		return MXW_OK;
	if (window4 || window6) {
		uint64_t low = window4 ? window4->first : window6->first;
		uint64_t high = window4 ? window4->last : window6->last;

		first = first < low ? low : first;
		last = last > high ? high : last;
	}
	if (delta->ipv4)
		return mxw_ranges_add4(ranges,
				       (struct mxw_range4){ (uint32_t)first, (uint32_t)last }, err);
	return mxw_ranges_add6(ranges, (struct mxw_range6){ first, last }, err);
}

static int apply_run(struct mxw_list *list, const struct run *run, struct mxw_err *err)
{
	int error = MXW_OK;

	/* What an operator adds has no end of the source's. */
	for (size_t i = 0; i < list->endings.count && !error; i++)
		error = mxw_ranges_replace(&list->endings.item[i].ranges, mxw_ranges_subtract,
					   &run->ranges, err);
	if (error)
		return error;
	if (!run->remove)
		return mxw_ranges_replace(run->allow ? &list->allow : &list->block,
					  mxw_ranges_union, &run->ranges, err);
	error = mxw_ranges_replace(&list->block, mxw_ranges_subtract, &run->ranges, err);
	return error ? error
		     : mxw_ranges_replace(&list->allow, mxw_ranges_subtract, &run->ranges, err);
}

/* Single changes count in the order in which they were made, so that an address that was taken
 * out and added again is listed. Neighbours that do the same are merged first: a thousand of
 * them cost one pass over the list. */
static int apply_deltas(struct mxw_feed_page *page, const struct mxw_range4 *window4,
			const struct mxw_range6 *window6, struct mxw_err *err)
{
	const struct mxw_deltas *deltas = &page->deltas;
	int error = MXW_OK;

	for (size_t i = 0; i < deltas->count && !error;) {
		struct run run = { .allow = deltas->items[i].allow,
				   .remove = deltas->items[i].remove };
		size_t begin = i;

		for (; i < deltas->count && !error &&
		       same_way(&deltas->items[begin], &deltas->items[i]);
		     i++)
			error = add_delta(&run.ranges, &deltas->items[i], window4, window6, err);
		if (!error && (run.ranges.v4_count || run.ranges.v6_count)) {
			error = mxw_ranges_settle(&run.ranges, NULL, err);
			if (!error)
				error = apply_run(&page->made, &run, err);
		}
		mxw_ranges_free(&run.ranges);
	}
	/* What a feed allows, it does not block. */
	if (!error && (page->made.allow.v4_count || page->made.allow.v6_count))
		error = mxw_ranges_replace(&page->made.block, mxw_ranges_subtract,
					   &page->made.allow, err);
	return error;
}

static int copy_endings(struct mxw_feed_page *page, const struct mxw_range4 *window4,
			const struct mxw_range6 *window6, struct mxw_err *err)
{
	const struct mxw_endings *from = &page->file.list.endings;
	struct mxw_endings *to = &page->made.endings;
	const struct mxw_ranges none = { 0 };
	int error = MXW_OK;

	to->all = from->all;
	for (; to->count < from->count && !error; to->count++) {
		const struct mxw_ranges *ranges = &from->item[to->count].ranges;
		struct mxw_ending *item = &to->item[to->count];

		item->end = from->item[to->count].end;
		error = window4 || window6
				? mxw_ranges_window(ranges, window4, window6, &item->ranges, err)
				: mxw_ranges_union(ranges, &none, &item->ranges, err);
	}
	return error;
}

static int copy_window(struct mxw_feed_page *page, const struct mxw_range4 *window4,
		       const struct mxw_range6 *window6, struct mxw_err *err)
{
	const struct mxw_ranges none = { 0 };
	const struct mxw_list *file = &page->file.list;
	int error;

	if (!window4 && !window6) {
		error = mxw_ranges_union(&file->block, &none, &page->made.block, err);
		return error ? error
			     : mxw_ranges_union(&file->allow, &none, &page->made.allow, err);
	}
	error = mxw_ranges_window(&file->block, window4, window6, &page->made.block, err);
	return error ? error
		     : mxw_ranges_window(&file->allow, window4, window6, &page->made.allow, err);
}

int mxw_feed_page_read(struct mxw_feed_page *page, const struct mxw_range4 *window4,
		       const struct mxw_range6 *window6, struct mxw_err *err)
{
	int error;

	mxw_list_free(&page->made);
	mxw_feed_ends_free(page);
	page->made = (struct mxw_list){ 0 };
	page->list = &page->made;
	if (page->broken)
		return MXW_OK;
	if (!window4 && !window6 && !page->deltas.count && !page->endings) {
		page->list = &page->file.list;
		return MXW_OK;
	}
	error = copy_window(page, window4, window6, err);
	if (!error)
		error = copy_endings(page, window4, window6, err);
	if (!error)
		error = apply_deltas(page, window4, window6, err);
	return error || !page->endings ? error : mxw_feed_ends_part(page, err);
}

int mxw_feed_book_read(struct mxw_feed_book *book, const struct mxw_range4 *window4,
		       const struct mxw_range6 *window6, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < book->count && !error; i++)
		error = mxw_feed_page_read(&book->pages[i], window4, window6, err);
	return error;
}

static bool speaks(const struct mxw_feed_page *page)
{
	return !page->broken && !page->expired;
}

/* What a feed allows counts against the blocks of others where the feed itself decides: one that
 * enforces, and an allow feed. Allows of a shadow, and of one that limits, take from its own blocks
 * only, and have done so already. */
static bool allows_for_all(const struct mxw_feed_page *page)
{
	return page->feed.action == MXW_FEED_ENFORCE || page->feed.action == MXW_FEED_ALLOW;
}

static void add_layer(struct mxw_layers *layers, const struct mxw_ranges *ranges, uint8_t class)
{
	if (layers->count < MXW_LAYERS && class && (ranges->v4_count || ranges->v6_count))
		layers->layer[layers->count++] =
			(struct mxw_layer){ .ranges = ranges, .class = class };
}

/* What of a page does not end before its list. */
static const struct mxw_ranges *lasting(const struct mxw_feed_page *page, bool allows)
{
	if (page->endings)
		return allows ? &page->allow : &page->block;
	return allows ? &page->list->allow : &page->list->block;
}

/* Allows come in one turn, and blocks in one for each action. */
static bool has_turn(const struct mxw_feed_page *page, uint8_t action, bool allows)
{
	if (!speaks(page))
		return false;
	return allows ? allows_for_all(page) : page->feed.action == action;
}

/*
 * Allows, or the blocks of all feeds with that action. What lasts is above what ends, and what
 * ends later above what ends earlier: an entry that has ended must not hide one that has not.
 */
static void add_layers(const struct mxw_feed_book *book, uint8_t action, bool allows,
		       struct mxw_layers *out)
{
	for (size_t i = 0; i < book->count; i++) {
		const struct mxw_feed_page *page = &book->pages[i];

		if (has_turn(page, action, allows))
			add_layer(out, lasting(page, allows),
				  MXW_FEED_CLASS(page->feed.slot, allows));
	}
	for (size_t k = MXW_ENDINGS; k-- > 0;)
		for (size_t i = 0; i < book->count; i++) {
			const struct mxw_feed_page *page = &book->pages[i];
			const struct mxw_feed_ending *ending = &page->ending[k];

			if (has_turn(page, action, allows) && k < page->endings && !ending->expired)
				add_layer(out, allows ? &ending->allow : &ending->block,
					  allows ? ending->allow_class : ending->block_class);
		}
}

void mxw_feed_book_layers(const struct mxw_feed_book *book, struct mxw_layers *out)
{
	static const uint8_t order[] = { MXW_FEED_ENFORCE, MXW_FEED_LIMIT, MXW_FEED_SHADOW };

	out->count = 0;
	add_layers(book, MXW_FEED_ALLOW, true, out);
	for (size_t o = 0; o < sizeof(order); o++)
		add_layers(book, order[o], false, out);
}

/* Two classes for each feed, and one more for each of its ends. Packets are counted for the
 * feed's own class, whichever of them decided. */
static void add_rules(const struct mxw_feed_page *page,
		      struct mxw_feed_rule rules[MXW_FEED_CLASSES])
{
	uint8_t blocks = MXW_FEED_CLASS(page->feed.slot, 0);
	uint8_t allows = MXW_FEED_CLASS(page->feed.slot, 1);

	rules[blocks] = (struct mxw_feed_rule){ .expires_ns = page->expires_ns,
						.action = page->feed.action };
	rules[allows] = rules[blocks];
	rules[allows].action = allows_for_all(page) ? MXW_FEED_ALLOW : MXW_FEED_NONE;
	for (size_t i = 0; i < page->endings; i++) {
		const struct mxw_feed_ending *ending = &page->ending[i];

		if (ending->expired)
			continue;
		if (ending->block_class)
			rules[ending->block_class] =
				(struct mxw_feed_rule){ .expires_ns = ending->expires_ns,
							.action = rules[blocks].action,
							.counts_for = blocks };
		if (ending->allow_class)
			rules[ending->allow_class] =
				(struct mxw_feed_rule){ .expires_ns = ending->expires_ns,
							.action = rules[allows].action,
							.counts_for = allows };
	}
}

void mxw_feed_book_rules(const struct mxw_feed_book *book,
			 struct mxw_feed_rule rules[MXW_FEED_CLASSES])
{
	memset(rules, 0, MXW_FEED_CLASSES * sizeof(*rules));
	for (size_t i = 0; i < book->count; i++)
		if (speaks(&book->pages[i]))
			add_rules(&book->pages[i], rules);
}
