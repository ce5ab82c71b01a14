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

/* One such map, mapped. Nothing of it is there where lines is NULL. */
struct mxw_feed_part {
	int fd;
	uint32_t count; /* lines */
	void *lines;
};

/* A new map of count lines, zeroed; of none where count is 0. The caller closes it. */
int mxw_feed_part_create(struct mxw_feed_part *part, uint32_t count, struct mxw_err *err);

/* What is in the slot (MXW_FEED_LEAVES or MXW_FEED_NODES, plus the generation); an empty slot
 * gives none. The caller closes it. */
int mxw_feed_part_open(const struct mxw_maps *maps, uint32_t slot, struct mxw_feed_part *part,
		       struct mxw_err *err);

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
