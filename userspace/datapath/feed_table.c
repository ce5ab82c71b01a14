// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The feeds' table as two generations. Called by apply, which holds the state lock.
 *
 * Killed between any two steps, the generation in force stays as it is, or the new one is
 * in force as a whole. What the other generation still holds then is cleared by the next
 * prepare. Maps that are in no slot yet end with their process.
 *
 * A generation that is or was in force has a leaf map, be it of one line, and loses it last,
 * by a call that waits for the packets which read that generation. So where the slot is
 * empty nobody does, whoever has emptied it, and the units may be cleared.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "datapath/feed_parts.h"
#include "datapath/feed_table.h"

#define UNITS_BYTES (2 * MXW_FEED_UNITS * sizeof(struct mxw_feed_unit))

enum kind {
	LEAVES = 0,
	NODES = 1,
	KINDS = 2,
};

struct mxw_feed_table {
	struct mxw_maps maps; /* the descriptors are the caller's */
	struct mxw_feeds *feeds;
	struct mxw_feed_unit *units; /* of both generations */
	struct mxw_feed_part live[KINDS];
	struct mxw_feed_part next[KINDS];
	bool prepared; /* next is a whole generation, not only nodes */
	struct mxw_feed_generation current;
};

static uint32_t slot_of(enum kind kind, uint32_t generation)
{
	return (kind == LEAVES ? MXW_FEED_LEAVES : MXW_FEED_NODES) + generation;
}

static uint32_t live_of(const struct mxw_feed_table *table)
{
	return __atomic_load_n(&table->feeds->live, __ATOMIC_ACQUIRE);
}

static uint32_t generation_of(const struct mxw_feed_table *table)
{
	return live_of(table) & MXW_FEEDS_GENERATION;
}

static struct mxw_feed_unit *units_of(const struct mxw_feed_table *table, uint32_t generation)
{
	return table->units + (size_t)generation * MXW_FEED_UNITS;
}

static struct mxw_feed_generation describe(const struct mxw_feed_table *table, uint32_t generation,
					   const struct mxw_feed_part *parts)
{
	return (struct mxw_feed_generation){
		.units = units_of(table, generation),
		.lines = parts[LEAVES].lines,
		.lines_count = parts[LEAVES].lines ? parts[LEAVES].count : 0,
		.nodes = parts[NODES].lines,
		.nodes_count = parts[NODES].lines ? parts[NODES].count : 0,
	};
}

static void *map_whole(const struct mxw_maps *maps, enum mxw_map map, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, maps->fd[map], 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int map_fixed(struct mxw_feed_table *table, struct mxw_err *err)
{
	table->feeds = map_whole(&table->maps, MXW_MAP_FEEDS, sizeof(*table->feeds));
	if (table->feeds)
		table->units = map_whole(&table->maps, MXW_MAP_FEED_UNITS, UNITS_BYTES);
	if (table->units)
		return MXW_OK;
	return mxw_fail(err, MXW_E_FAIL, "cannot map the feeds' table: %s", strerror(errno));
}

static int open_live(struct mxw_feed_table *table, bool whole, struct mxw_err *err)
{
	uint32_t generation = generation_of(table);
	int error = MXW_OK;

	for (int kind = 0; kind < KINDS && !error; kind++)
		error = mxw_feed_part_open(&table->maps, slot_of((enum kind)kind, generation),
					   &table->live[kind], err);
	for (int kind = 0; kind < KINDS && !error && whole; kind++)
		error = mxw_feed_part_map(&table->live[kind], err);
	table->current = describe(table, generation, table->live);
	return error;
}

static int open_table(const struct mxw_maps *maps, bool whole, struct mxw_feed_table **out,
		      struct mxw_err *err)
{
	struct mxw_feed_table *table = calloc(1, sizeof(*table));
	int error;

	*out = table;
	if (!table)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	table->maps = *maps;
	for (int kind = 0; kind < KINDS; kind++)
		table->live[kind].fd = table->next[kind].fd = -1;
	error = map_fixed(table, err);
	if (!error)
		error = open_live(table, whole, err);
	if (!error)
		return MXW_OK;
	mxw_feed_table_close(table);
	*out = NULL;
	return error;
}

int mxw_feed_table_open(const struct mxw_maps *maps, struct mxw_feed_table **out,
			struct mxw_err *err)
{
	return open_table(maps, true, out, err);
}

int mxw_feed_table_open_quickly(const struct mxw_maps *maps, struct mxw_feed_table **out,
				struct mxw_err *err)
{
	return open_table(maps, false, out, err);
}

static void close_parts(struct mxw_feed_part parts[KINDS])
{
	for (int kind = 0; kind < KINDS; kind++)
		mxw_feed_part_close(&parts[kind]);
}

void mxw_feed_table_close(struct mxw_feed_table *table)
{
	if (!table)
		return;
	close_parts(table->live);
	close_parts(table->next);
	if (table->units)
		(void)munmap(table->units, UNITS_BYTES); /* fails only for a bad address */
	if (table->feeds)
		(void)munmap(table->feeds, sizeof(*table->feeds)); /* likewise */
	free(table);
}

const struct mxw_feed_generation *mxw_feed_table_current(const struct mxw_feed_table *table)
{
	return &table->current;
}

const struct mxw_feeds *mxw_feed_table_switch(const struct mxw_feed_table *table)
{
	return table->feeds;
}

static int clear_parts(const struct mxw_feed_table *table, uint32_t generation, struct mxw_err *err)
{
	int error = mxw_feed_part_remove(&table->maps, slot_of(NODES, generation), err);

	return error ? error : mxw_feed_part_remove(&table->maps, slot_of(LEAVES, generation), err);
}

int mxw_feed_table_prepare(struct mxw_feed_table *table, uint32_t lines, uint32_t nodes,
			   struct mxw_feed_generation *out, struct mxw_err *err)
{
	uint32_t generation = !generation_of(table);
	int error;

	close_parts(table->next);
	table->prepared = false;
	error = clear_parts(table, generation, err);
	if (error)
		return error;
	memset(units_of(table, generation), 0, MXW_FEED_UNITS * sizeof(struct mxw_feed_unit));
	error = mxw_feed_part_create(&table->next[LEAVES], lines ? lines : 1, err);
	if (!error)
		error = mxw_feed_part_create(&table->next[NODES], nodes, err);
	if (error) {
		close_parts(table->next);
		return error;
	}
	table->prepared = true;
	*out = describe(table, generation, table->next);
	if (!lines) {
		out->lines = NULL;
		out->lines_count = 0;
	}
	return MXW_OK;
}

static bool any_unit(const struct mxw_feed_unit *units)
{
	for (uint32_t i = 0; i < MXW_FEED_UNITS; i++)
		if (units[i].place)
			return true;
	return false;
}

/* As it was loaded, the table has no leaf map to lose. */
static int give_leaves(const struct mxw_feed_table *table, struct mxw_err *err)
{
	struct mxw_feed_part token;
	int error;

	if (table->live[LEAVES].count)
		return MXW_OK;
	error = mxw_feed_part_create(&token, 1, err);
	if (!error)
		error = mxw_feed_part_put(&table->maps, slot_of(LEAVES, generation_of(table)),
					  &token, err);
	mxw_feed_part_close(&token);
	return error;
}

/* Fills the slots of the generation to come, which nobody reads yet. */
static int put_next(struct mxw_feed_table *table, uint32_t generation, struct mxw_err *err)
{
	int error = MXW_OK;

	for (int kind = 0; kind < KINDS && !error; kind++)
		if (table->next[kind].lines)
			error = mxw_feed_part_put(&table->maps,
						  slot_of((enum kind)kind, generation),
						  &table->next[kind], err);
	return error;
}

static void take_next(struct mxw_feed_table *table)
{
	close_parts(table->live);
	memcpy(table->live, table->next, sizeof(table->live));
	for (int kind = 0; kind < KINDS; kind++)
		table->next[kind] = (struct mxw_feed_part){ .fd = -1 };
	table->prepared = false;
	table->current = describe(table, generation_of(table), table->live);
}

int mxw_feed_table_flip(struct mxw_feed_table *table,
			const struct mxw_feed_rule rules[MXW_FEED_CLASSES], struct mxw_err *err)
{
	uint32_t old = generation_of(table), live = !old;
	int error;

	if (!table->prepared)
		return mxw_fail(err, MXW_E_FAIL, "no new feeds' table was prepared");
	error = give_leaves(table, err);
	if (!error)
		error = put_next(table, live, err);
	if (error)
		return error;
	memcpy(table->feeds->rule[live], rules, sizeof(table->feeds->rule[live]));
	if (any_unit(units_of(table, live)))
		live |= MXW_FEEDS_IPV4;
	if (table->next[NODES].lines)
		live |= MXW_FEEDS_IPV6;
	__atomic_store_n(&table->feeds->live, live, __ATOMIC_RELEASE);
	take_next(table);
	/* The new one is in force; what cannot be freed now, the next prepare clears. */
	(void)clear_parts(table, old, NULL);
	return MXW_OK;
}

/* Takes lines for a replacement from the spare ones. */
static int take_spare(const struct mxw_feed_part *part, uint32_t count, uint32_t *first,
		      struct mxw_err *err)
{
	struct mxw_feed_window window;
	struct mxw_feed_head *head;
	uint32_t room;
	int error;

	error = part->count ? mxw_feed_window_open(part, 0, 1, &window, err) : MXW_E_DEGRADED;
	if (error)
		return error;
	head = (struct mxw_feed_head *)(void *)window.lines;
	*first = head->used;
	room = head->room < part->count ? head->room : part->count;
	if (!*first || *first > room || room - *first < count)
		error = mxw_fail(err, MXW_E_DEGRADED,
				 "the feeds' table has no room left for a change in place");
	else
		head->used = *first + count;
	mxw_feed_window_close(&window);
	return error;
}

/* The lines into spare ones, which no packet reads yet. */
static int put_lines(const struct mxw_feed_part *part, const union mxw_feed_line *lines,
		     uint32_t count, uint32_t *first, struct mxw_err *err)
{
	struct mxw_feed_window window;
	int error = take_spare(part, count, first, err);

	if (!error)
		error = mxw_feed_window_open(part, *first, count, &window, err);
	if (error)
		return error;
	memcpy(window.lines, lines, count * sizeof(*lines));
	mxw_feed_window_close(&window);
	return MXW_OK;
}

int mxw_feed_table_put_unit(struct mxw_feed_table *table, uint32_t unit,
			    const union mxw_feed_line *lines, uint32_t count, uint8_t class,
			    uint8_t layout, struct mxw_err *err)
{
	uint32_t first = 0;
	int error = MXW_OK;

	if (unit >= MXW_FEED_UNITS || !(layout & MXW_FEED_DIRECT) ||
	    (count && count != (layout == (MXW_FEED_DIRECT | MXW_FEED_WIDE) ? 256U : 64U)))
		return mxw_fail(err, MXW_E_FAIL, "unit %u with %u lines of layout %u is not a unit",
				unit, count, layout);
	if (count)
		error = put_lines(&table->live[LEAVES], lines, count, &first, err);
	if (error)
		return error;
	__atomic_store_n(&table->current.units[unit].place,
			 MXW_FEED_PLACE(first * MXW_FEED_CELLS, class, layout), __ATOMIC_RELEASE);
	(void)__atomic_fetch_or(&table->feeds->live, MXW_FEEDS_IPV4, __ATOMIC_RELEASE);
	return MXW_OK;
}

int mxw_feed_table_prepare_nodes(struct mxw_feed_table *table, uint32_t nodes,
				 struct mxw_feed_node **out, struct mxw_err *err)
{
	int error;

	close_parts(table->next); /* a generation that was prepared is given up */
	table->prepared = false;
	error = mxw_feed_part_create(&table->next[NODES], nodes, err);
	*out = table->next[NODES].lines;
	return error;
}

/* The bit goes before the tree, and comes after it. */
int mxw_feed_table_replace_nodes(struct mxw_feed_table *table, struct mxw_err *err)
{
	uint32_t slot = slot_of(NODES, generation_of(table));
	int error;

	if (table->prepared)
		return mxw_fail(err, MXW_E_FAIL, "a whole generation was prepared, not a tree");
	if (table->next[NODES].lines) {
		error = mxw_feed_part_put(&table->maps, slot, &table->next[NODES], err);
		if (!error)
			(void)__atomic_fetch_or(&table->feeds->live, MXW_FEEDS_IPV6,
						__ATOMIC_RELEASE);
	} else {
		(void)__atomic_fetch_and(&table->feeds->live, ~MXW_FEEDS_IPV6, __ATOMIC_RELEASE);
		error = mxw_feed_part_remove(&table->maps, slot, err);
	}
	if (error)
		return error;
	mxw_feed_part_close(&table->live[NODES]);
	table->live[NODES] = table->next[NODES];
	table->next[NODES] = (struct mxw_feed_part){ .fd = -1 };
	table->current = describe(table, generation_of(table), table->live);
	return MXW_OK;
}

/* Action and end are two words, and a packet must not meet the action of one rule with
 * the end of the other: where both change, the rule has ended in between. */
void mxw_feed_table_set_rule(struct mxw_feed_table *table, uint8_t class,
			     const struct mxw_feed_rule *rule)
{
	struct mxw_feed_rule *at = &table->feeds->rule[generation_of(table)][class];

	if (at->action != rule->action && at->expires_ns != rule->expires_ns) {
		__atomic_store_n(&at->expires_ns, 1, __ATOMIC_RELEASE);
		/* Only waits; where that fails, a packet can be off by one rule. */
		(void)mxw_feed_parts_wait(&table->maps, slot_of(LEAVES, !generation_of(table)),
					  NULL);
	}
	__atomic_store_n(&at->action, rule->action, __ATOMIC_RELEASE);
	__atomic_store_n(&at->expires_ns, rule->expires_ns, __ATOMIC_RELEASE);
}

uint64_t mxw_feed_table_memory(const struct mxw_feed_table *table)
{
	return UNITS_BYTES + sizeof(*table->feeds) +
	       (uint64_t)table->live[LEAVES].count * sizeof(union mxw_feed_line) +
	       (uint64_t)table->live[NODES].count * sizeof(struct mxw_feed_node);
}
