// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One unit of the IPv4 table: see unit.h. Called by rank.c. Pure.
 */
#include <string.h>

#include "lists/unit.h"

#define LEAF_ADDRESSES 256U
#define WIDE_LINES 4U
#define CLASS_BYTES 32 /* where a narrow leaf's classes begin */

void mxw_unit_clear(struct mxw_unit *unit)
{
	unit->touched = 0;
	unit->full = 0;
	unit->count = 0;
	unit->wide = false;
}

/* Bits first to last. */
static uint64_t bits(unsigned int first, unsigned int last)
{
	return ~0ULL << first & ~0ULL >> (63 - last);
}

/* The /24s that a piece covers whole. */
static uint64_t filled_by(uint32_t first, uint32_t last)
{
	unsigned int begin = (first + LEAF_ADDRESSES - 1) / LEAF_ADDRESSES;
	unsigned int end = (last + 1) / LEAF_ADDRESSES;

	return begin < end ? bits(begin, end - 1) : 0;
}

void mxw_unit_add(struct mxw_unit *unit, uint32_t first, uint32_t last, uint8_t class)
{
	struct mxw_piece *piece = &unit->piece[unit->count];

	unit->touched |= bits(first / LEAF_ADDRESSES, last / LEAF_ADDRESSES);
	unit->full |= filled_by(first, last);
	if (unit->count && piece[-1].last / 8 == first / 8 && piece[-1].class != class)
		unit->wide = true;
	piece->first = (uint16_t)first;
	piece->last = (uint16_t)last;
	piece->class = class;
	unit->count++;
}

/* The class that most /24s have throughout. *uniform: a bit for each of those. */
static uint8_t commonest(const struct mxw_unit *unit, uint64_t *uniform)
{
	uint64_t of_class[MXW_FEED_CLASSES];
	uint8_t best = 0;

	*uniform = ~unit->touched;
	if (!unit->full)
		return 0;
	memset(of_class, 0, sizeof(of_class));
	for (size_t i = 0; i < unit->count; i++) {
		uint64_t *filled = &of_class[unit->piece[i].class];

		*filled |= filled_by(unit->piece[i].first, unit->piece[i].last);
		if (__builtin_popcountll(*filled) > __builtin_popcountll(*uniform)) {
			best = unit->piece[i].class;
			*uniform = *filled;
		}
	}
	return best;
}

struct mxw_unit_shape mxw_unit_shape(const struct mxw_unit *unit)
{
	struct mxw_unit_shape shape = { .layout = MXW_FEED_RANK };
	uint64_t uniform;

	shape.class = commonest(unit, &uniform);
	shape.present = ~uniform;
	shape.lines = (uint32_t)__builtin_popcountll(shape.present);
	if (unit->wide) {
		shape.layout = MXW_FEED_RANK_WIDE;
		shape.lines *= WIDE_LINES;
	}
	return shape;
}

/* first and last: addresses in the leaf's /24. */
static void fill_narrow(union mxw_feed_line *leaf, unsigned int first, unsigned int last,
			uint8_t class)
{
	unsigned int i = first / 64, end = last / 64;

	if (i == end) {
		leaf->word[i] |= bits(first % 64, last % 64);
	} else {
		leaf->word[i] |= bits(first % 64, 63);
		while (++i < end)
			leaf->word[i] = ~0ULL;
		leaf->word[end] |= bits(0, last % 64);
	}
	for (i = first / 8; i <= last / 8; i++)
		leaf->byte[CLASS_BYTES + i] = class;
}

static void fill_wide(union mxw_feed_line *leaf, unsigned int first, unsigned int last,
		      uint8_t class)
{
	for (unsigned int i = first; i <= last; i++)
		leaf[i / 64].byte[i % 64] = class;
}

/* The part of a piece that is in /24 number i. */
static void fill_part(const struct mxw_piece *piece, unsigned int i, bool wide,
		      union mxw_feed_line *leaf)
{
	unsigned int begin = i * LEAF_ADDRESSES;
	unsigned int first = piece->first > begin ? piece->first - begin : 0;
	unsigned int last = piece->last - begin;

	if (last >= LEAF_ADDRESSES)
		last = LEAF_ADDRESSES - 1;
	if (wide)
		fill_wide(leaf, first, last, piece->class);
	else
		fill_narrow(leaf, first, last, piece->class);
}

void mxw_unit_fill(const struct mxw_unit *unit, uint64_t present, bool wide,
		   union mxw_feed_line *line)
{
	for (size_t i = 0; i < unit->count; i++) {
		const struct mxw_piece *piece = &unit->piece[i];
		unsigned int leaf = piece->first / LEAF_ADDRESSES;

		for (; leaf <= piece->last / LEAF_ADDRESSES; leaf++) {
			size_t before = (size_t)__builtin_popcountll(present & ~(~0ULL << leaf));

			if (present >> leaf & 1)
				fill_part(piece, leaf, wide,
					  line + before * (wide ? WIDE_LINES : 1));
		}
	}
}
