/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner maps of mxw_feed_parts: arrays of cache lines, each made for one generation. For
 * feed_table.c alone.
 */
#ifndef MXW_FEED_PARTS_H
#define MXW_FEED_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "datapath/pins.h"

/* One such map. Nothing of it is there where count is 0. */
struct mxw_feed_part {
	int fd;
	uint32_t count; /* lines */
	void *lines; /* NULL where it is not mapped */
};

/* Some lines of one, mapped: mapping all of a large one takes longer than a small change. */
struct mxw_feed_window {
	void *pages;
	size_t size;
	union mxw_feed_line *lines; /* the first of those asked for */
};

/* A new map of count lines, zeroed; of none where count is 0. The caller closes it. */
int mxw_feed_part_create(struct mxw_feed_part *part, uint32_t count, struct mxw_err *err);

/* What is in the slot (MXW_FEED_LEAVES or MXW_FEED_NODES, plus the generation), not mapped; an
 * empty slot gives none. The caller closes it. */
int mxw_feed_part_open(const struct mxw_maps *maps, uint32_t slot, struct mxw_feed_part *part,
		       struct mxw_err *err);

/* Maps all of an open one. */
int mxw_feed_part_map(struct mxw_feed_part *part, struct mxw_err *err);

/* Lines first to first + count - 1, which are there. The caller closes the window. */
int mxw_feed_window_open(const struct mxw_feed_part *part, uint32_t first, uint32_t count,
			 struct mxw_feed_window *out, struct mxw_err *err);
void mxw_feed_window_close(struct mxw_feed_window *window);

/* Puts it into the slot, in place of what is there. No packet reads that any more when this
 * returns. */
int mxw_feed_part_put(const struct mxw_maps *maps, uint32_t slot, const struct mxw_feed_part *part,
		      struct mxw_err *err);

/* Empties the slot; whether there was anything is not asked. No packet reads what was there
 * any more when this returns. */
int mxw_feed_part_remove(const struct mxw_maps *maps, uint32_t slot, struct mxw_err *err);

/* Waits for the packets that began before. slot: one that nobody reads and that is empty. */
int mxw_feed_parts_wait(const struct mxw_maps *maps, uint32_t slot, struct mxw_err *err);

/* Any number of times. */
void mxw_feed_part_close(struct mxw_feed_part *part);

#endif
