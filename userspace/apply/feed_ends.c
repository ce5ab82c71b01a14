// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries with ends of their own: they get classes of the kernel's table, each with a rule that
 * ends when they do, so that nothing stays in force longer, whoever is dead by then.
 */
#include "apply/feed_ends.h"
#include "base/clock.h"

/* Wall clock s to CLOCK_MONOTONIC ns; never 0, which would mean no end. */
static uint64_t to_mono(uint64_t end)
{
	uint64_t mono = mxw_clock_mono(), wall = mxw_clock_wall();

	if (end > UINT64_MAX / MXW_SECOND || end * MXW_SECOND <= wall)
		return end > UINT64_MAX / MXW_SECOND ? UINT64_MAX : 1;
	return mono + (end * MXW_SECOND - wall);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return a ? a : b;
	return a < b ? a : b;
}

static void set_end(struct mxw_feed_page *page, struct mxw_feed_ending *ending, uint64_t end)
{
	ending->end = end;
	ending->expires_ns = sooner(page->expires_ns, to_mono(end));
	ending->expired = ending->expires_ns <= mxw_clock_mono();
}

void mxw_feed_ends_open(struct mxw_feed_page *page)
{
	const struct mxw_endings *endings = &page->file.list.endings;

	if (endings->all)
		page->expires_ns = sooner(page->expires_ns, to_mono(endings->all));
	page->expired = page->expires_ns && page->expires_ns <= mxw_clock_mono();
	page->endings = endings->count;
	for (size_t i = 0; i < endings->count; i++)
		set_end(page, &page->ending[i], endings->item[i].end);
}

/* Classes that no feed has. */
struct spare {
	uint8_t class[MXW_FEED_CLASSES];
	size_t count, given;
};

static struct spare find_spare(const struct mxw_feed_book *book)
{
	struct spare spare = { .count = 0 };
	bool used[MXW_FEED_CLASSES] = { [0] = true };

	for (size_t i = 0; i < book->count; i++)
		for (int allows = 0; allows < 2; allows++)
			used[MXW_FEED_CLASS(book->pages[i].feed.slot, allows)] = true;
	for (unsigned int i = 0; i < MXW_FEED_CLASSES; i++)
		if (!used[i])
			spare.class[spare.count++] = (uint8_t)i;
	return spare;
}

/* A list without blocks, or without allows, needs no classes for them. */
static unsigned int sides(const struct mxw_feed_page *page)
{
	const struct mxw_list *list = &page->file.list;

	return (list->block.v4_count || list->block.v6_count) +
	       (unsigned int)(list->allow.v4_count || list->allow.v6_count);
}

/* The next class for the first of several endings that share one. */
static uint8_t take(struct spare *spare, size_t i, size_t share, size_t count, uint8_t last)
{
	bool first = i == 0 || i * share / count != (i - 1) * share / count;

	return first && share ? spare->class[spare->given++] : last;
}

/* Where there are fewer classes than ends, neighbours share one and end with the earliest of
 * them: no entry is in force for longer than its list says. */
static void give_classes(struct mxw_feed_page *page, struct spare *spare, size_t share)
{
	const struct mxw_list *list = &page->file.list;
	size_t count = page->endings, first = 0;
	uint8_t block = 0, allow = 0;

	share = share < count ? share : count;
	for (size_t i = 0; i < count; i++) {
		struct mxw_feed_ending *ending = &page->ending[i];

		if (i && i * share / count != (i - 1) * share / count)
			first = i;
		if (list->block.v4_count || list->block.v6_count)
			block = take(spare, i, share, count, block);
		if (list->allow.v4_count || list->allow.v6_count)
			allow = take(spare, i, share, count, allow);
		ending->block_class = block;
		ending->allow_class = allow;
		set_end(page, ending, page->ending[first].end);
		ending->expired = ending->expired || !share;
	}
}

void mxw_feed_ends_classes(struct mxw_feed_book *book)
{
	struct spare spare = find_spare(book);
	size_t wanted = 0, most = 0, share;

	for (size_t i = 0; i < book->count; i++) {
		if (!book->pages[i].endings)
			continue;
		wanted += sides(&book->pages[i]);
		most += sides(&book->pages[i]) * book->pages[i].endings;
	}
	if (!wanted)
		return;
	share = most <= spare.count ? MXW_ENDINGS : spare.count / wanted;
	for (size_t i = 0; i < book->count; i++)
		if (book->pages[i].endings)
			give_classes(&book->pages[i], &spare, share);
}

/* One ending, out of what has no end so far. */
static int part(struct mxw_feed_page *page, size_t i, struct mxw_err *err)
{
	struct mxw_feed_ending *ending = &page->ending[i];
	const struct mxw_ranges *ranges = &page->made.endings.item[i].ranges;
	int error = mxw_ranges_intersect(&page->made.block, ranges, &ending->block, err);

	if (!error)
		error = mxw_ranges_intersect(&page->made.allow, ranges, &ending->allow, err);
	if (!error)
		error = mxw_ranges_replace(&page->block, mxw_ranges_subtract, ranges, err);
	if (!error)
		error = mxw_ranges_replace(&page->allow, mxw_ranges_subtract, ranges, err);
	if (error || !ending->expired)
		return error;
	error = mxw_ranges_replace(&page->made.block, mxw_ranges_subtract, ranges, err);
	return error ? error
		     : mxw_ranges_replace(&page->made.allow, mxw_ranges_subtract, ranges, err);
}

int mxw_feed_ends_part(struct mxw_feed_page *page, struct mxw_err *err)
{
	const struct mxw_ranges none = { 0 };
	int error = mxw_ranges_union(&page->made.block, &none, &page->block, err);

	if (!error)
		error = mxw_ranges_union(&page->made.allow, &none, &page->allow, err);
	for (size_t i = 0; i < page->endings && !error; i++)
		error = part(page, i, err);
	return error;
}

void mxw_feed_ends_free(struct mxw_feed_page *page)
{
	mxw_ranges_free(&page->block);
	mxw_ranges_free(&page->allow);
	for (size_t i = 0; i < MXW_ENDINGS; i++) {
		mxw_ranges_free(&page->ending[i].block);
		mxw_ranges_free(&page->ending[i].allow);
	}
}

uint64_t mxw_feed_page_end(const struct mxw_feed_page *page, uint64_t key, uint8_t *class)
{
	*class = MXW_FEED_CLASS(page->feed.slot, mxw_ranges_contain(&page->list->allow, key));
	for (size_t i = 0; i < page->endings; i++) {
		const struct mxw_feed_ending *ending = &page->ending[i];

		if (!mxw_ranges_contain(&ending->block, key) &&
		    !mxw_ranges_contain(&ending->allow, key))
			continue;
		*class = *class & 1 ? ending->allow_class : ending->block_class;
		return ending->expires_ns;
	}
	return page->expires_ns;
}
