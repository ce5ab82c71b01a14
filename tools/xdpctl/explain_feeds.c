// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the feeds say of one address, from their lists and not from the table. Called by explain;
 * the names of classes by watch too.
 */
#include <stdio.h>

#include "apply/feed_book.h"
#include "apply/feed_build.h"
#include "datapath/feed_table.h"
#include "explain.h"

/* A feed's word, if it has one, with the end of the entry. The end is the kernel's, which knows no
 * steps of a clock. */
static void add_page(struct explanation *e, const struct mxw_feed_page *page,
		     const struct mxw_feed_rule *rules)
{
	bool allows = mxw_ranges_contain(&page->list->allow, e->source);
	uint8_t class, counts = MXW_FEED_CLASS(page->feed.slot, allows);
	struct explain_feed *feed = &e->feeds[e->feed_count];
	struct mxw_counter counter;

	if (!allows && !mxw_ranges_contain(&page->list->block, e->source))
		return;
	(void)mxw_feed_page_end(page, e->source, &class);
	/* One that was too old when the table was made is not in it. */
	if (page->expired && rules[MXW_FEED_CLASS(page->feed.slot, 0)].action == MXW_FEED_NONE)
		return;
	e->feed_opinions[e->feed_count] =
		(struct mxw_feed_opinion){ .expires_ns = rules[class].expires_ns,
					   .slot = page->feed.slot,
					   .action = page->feed.action,
					   .allows = allows };
	*feed = (struct explain_feed){ .feed = page->feed };
	if (mxw_feed_counter_read(&e->maps, counts, &counter, NULL) == MXW_OK)
		feed->hits = counter.packets;
	e->feed_count++;
}

static int read_book(struct explanation *e, struct mxw_feed_book *book, struct mxw_err *err)
{
	const struct mxw_range4 window4 = { (uint32_t)e->source, (uint32_t)e->source };
	const struct mxw_range6 window6 = { e->source, e->source };
	bool ipv4 = e->source >> 32 == 0;

	return mxw_feed_book_read(book, ipv4 ? &window4 : NULL, ipv4 ? NULL : &window6, err);
}

int mxw_explain_feeds(struct explanation *e, struct mxw_err *err)
{
	struct mxw_feed_rule rules[MXW_FEED_CLASSES];
	struct mxw_feed_book book = { 0 };
	struct mxw_store *store;
	uint64_t memory;
	int error = mxw_store_open(MXW_STATE_DIR, false, &store, err);

	e->feed_count = 0;
	if (!error)
		error = mxw_feed_book_open(store, false, NULL, &book, err);
	if (!error)
		error = read_book(e, &book, err);
	if (!error)
		error = mxw_feeds_in_force(&e->maps, &memory, rules, err);
	for (size_t i = 0; i < book.count && e->feed_count < MXW_FEED_SLOTS && !error; i++)
		add_page(e, &book.pages[i], rules);
	mxw_feed_book_close(&book);
	mxw_store_close(store);
	return error;
}

/* The feed that has a slot. */
struct search {
	uint8_t slot;
	char *name;
};

static int match(void *context, const struct mxw_feed *feed)
{
	struct search *search = context;

	if (feed->slot == search->slot)
		(void)snprintf(search->name, MXW_FEED_NAME, "%s", feed->name);
	return MXW_OK;
}

const char *mxw_explain_feed_name(uint8_t class, char out[MXW_FEED_NAME])
{
	struct search search = { .slot = MXW_FEED_SLOT_OF(class), .name = out };
	struct mxw_store *store;

	out[0] = '\0';
	if (!class || mxw_store_open(MXW_STATE_DIR, false, &store, NULL) != MXW_OK)
		return out;
	(void)mxw_store_feeds(store, match, &search, NULL); /* no name then */
	mxw_store_close(store);
	return out;
}
