/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IPv4 table of bpf/abi.h (struct mxw_feed_unit, union mxw_feed_line): how
 * large it becomes, filling it, looking into it. Works in memory it is given. Pure.
 */
#ifndef MXW_LISTS_RANK_H
#define MXW_LISTS_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "lists/paint.h"

/* Lines that leaves of these layers need, without line 0. */
uint64_t mxw_rank_measure(const struct mxw_layers *layers);

/* Fills all MXW_FEED_UNITS units, and lines from number 1 on; line 0 becomes the head (used,
 * room). units and lines come zeroed. room is in lines, line 0 included, and at least
 * mxw_rank_measure() + 1; MXW_E_FAIL if it is not. */
int mxw_rank_build(const struct mxw_layers *layers, struct mxw_feed_unit *units,
		   union mxw_feed_line *lines, uint32_t room, struct mxw_err *err);

/* One unit by itself, to replace one that is in force: 64 leaves, narrow or wide, or none. */
struct mxw_rank_unit {
	union mxw_feed_line lines[256];
	uint32_t count; /* 0, 64 or 256 */
	uint8_t class; /* of the whole unit where count is 0 */
	uint8_t layout; /* MXW_FEED_DIRECT with NARROW or WIDE */
};

/* unit: address >> 14. Layers need hold no more than what is in the unit. */
void mxw_rank_unit(const struct mxw_layers *layers, uint32_t unit, struct mxw_rank_unit *out);

/* The class of an address; units of one generation. 0 where no list has it. */
uint8_t mxw_rank_find(const struct mxw_feed_unit *units, const union mxw_feed_line *lines,
		      uint32_t lines_count, uint32_t address);

/* How many units say something else about any address than the layers do; *first: an address of
 * the first such. What they look like does not matter. */
uint64_t mxw_rank_compare(const struct mxw_layers *layers, const struct mxw_feed_unit *units,
			  const union mxw_feed_line *lines, uint32_t lines_count, uint32_t *first);

#endif
