// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One unit of the IPv4 table: see unit.h. Pure.
 */
#include <string.h>

#include "lists/unit.h"

#define LEAF_ADDRESSES 256U
#define CLASS_BYTES 32 /* where a narrow leaf's classes begin */
#define SLIM_MOST 8 /* addresses in a leaf that names each */

void mxw_unit_clear(struct mxw_unit *unit)
{
	unit->touched = 0;
	unit->full = 0;
	unit->count = 0;
	unit->wide = unit->mixed = unit->several = false;
	unit->most = unit->all = 0;
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

/* What makes leaves wide, mixed or crowded. The piece is in one /24, or it is large. */
static void note(struct mxw_unit *unit, const struct mxw_piece *piece)
{
	uint32_t leaf = piece->first / LEAF_ADDRESSES, addresses = piece->last - piece->first + 1U;
	bool another = !unit->count || leaf != unit->last_leaf;

	unit->all += addresses;
	if (unit->count && piece[-1].class != piece->class) {
		unit->several = true;
		unit->mixed = unit->mixed || !another;
		unit->wide = unit->wide || piece[-1].last / 8 == piece->first / 8;
	}
	unit->last_leaf = piece->last / LEAF_ADDRESSES;
	unit->in_last = another ? addresses : unit->in_last + addresses;
	if (unit->in_last > unit->most)
		unit->most = unit->in_last;
}

static void add(struct mxw_unit *unit, uint32_t first, uint32_t last, uint8_t class)
{
	struct mxw_piece *piece = &unit->piece[unit->count];

	piece->first = (uint16_t)first;
	piece->last = (uint16_t)last;
	piece->class = class;
	note(unit, piece);
	unit->touched |= bits(first / LEAF_ADDRESSES, last / LEAF_ADDRESSES);
	unit->full |= filled_by(first, last);
	unit->count++;
}

void mxw_unit_add(struct mxw_unit *unit, uint32_t first, uint32_t last, uint8_t class)
{
	uint32_t border = last / LEAF_ADDRESSES * LEAF_ADDRESSES;

	if (first < border && last - first < SLIM_MOST) {
		add(unit, first, border - 1, class);
		first = border;
	}
	add(unit, first, last, class);
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

/* What a leaf of any list can be. */
static uint8_t large(const struct mxw_unit *unit)
{
	return unit->wide ? MXW_FEED_WIDE : MXW_FEED_NARROW;
}

static uint8_t smallest(const struct mxw_unit *unit)
{
	if (unit->all && unit->all <= MXW_FEED_INLINE_MOST && !unit->several)
		return MXW_FEED_INLINE;
	if (unit->most <= 3 && !unit->mixed)
		return MXW_FEED_THREE;
	if (unit->most <= 4)
		return MXW_FEED_FOUR;
	return unit->most <= SLIM_MOST ? MXW_FEED_EIGHT : large(unit);
}

static struct mxw_unit_shape shape_inline(const struct mxw_unit *unit)
{
	struct mxw_unit_shape shape = { .class = unit->piece[0].class, .layout = MXW_FEED_INLINE };
	uint64_t quarter[MXW_FEED_INLINE_MOST];
	size_t count = 0;

	for (size_t i = 0; i < unit->count; i++)
		for (uint32_t at = unit->piece[i].first; at <= unit->piece[i].last; at++)
			quarter[count++] = at;
	while (count < MXW_FEED_INLINE_MOST)
		quarter[count++] = unit->piece[0].first;
	shape.present = quarter[0] | quarter[1] << 16 | quarter[2] << 32 | quarter[3] << 48;
	shape.rest = (uint32_t)(quarter[4] | quarter[5] << 16);
	return shape;
}

struct mxw_unit_shape mxw_unit_shape(const struct mxw_unit *unit)
{
	struct mxw_unit_shape shape = { .layout = smallest(unit) };
	uint64_t uniform;

	if (shape.layout == MXW_FEED_INLINE)
		return shape_inline(unit);
	shape.class = commonest(unit, &uniform);
	shape.present = ~uniform;
	shape.cells = (uint32_t)__builtin_popcountll(shape.present) << shape.layout;
	return shape;
}

struct mxw_unit_shape mxw_unit_direct(const struct mxw_unit *unit)
{
	struct mxw_unit_shape shape = { .layout = MXW_FEED_DIRECT | large(unit) };
	uint64_t uniform;

	shape.class = commonest(unit, &uniform);
	if (!~uniform)
		return shape;
	shape.present = ~0ULL;
	shape.cells = (uint32_t)MXW_UNIT_LEAVES << large(unit);
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

/* One more address of a leaf that has `before` of them. octet: its last. */
static void fill_slim(union mxw_feed_line *line, uint32_t at, uint8_t layout, unsigned int before,
		      uint32_t octet, uint8_t class)
{
	switch (layout) {
	case MXW_FEED_THREE:
		if (!before)
			line->cell[at] = octet * 0x010101U | (uint32_t) class << 24;
		else
			line->cell[at] = (line->cell[at] & ~(255U << 8 * before)) |
					 octet << 8 * before;
		break;
	case MXW_FEED_FOUR:
		line->word[at / 2] |= (uint64_t)octet << 8 * before |
				      (uint64_t) class << (32 + 8 * before);
		break;
	default:
		line->word[at / 2] |= (uint64_t)octet << 8 * before;
		line->word[at / 2 + 1] |= (uint64_t) class << 8 * before;
		break;
	}
}

/* Where the leaf of /24 number i is, if the first is at that cell. */
static uint64_t cell_of(const struct mxw_unit_shape *shape, uint64_t cell, unsigned int i)
{
	unsigned int before =
		(unsigned int)__builtin_popcountll(shape->present & ((1ULL << i % 64) - 1));

	return cell + ((uint64_t)before << (shape->layout & (MXW_FEED_DIRECT - 1)));
}

static void fill_slim_leaves(const struct mxw_unit *unit, const struct mxw_unit_shape *shape,
			     union mxw_feed_line *lines, uint64_t cell)
{
	unsigned int leaf = MXW_UNIT_LEAVES, before = 0;

	for (size_t i = 0; i < unit->count; i++) {
		const struct mxw_piece *piece = &unit->piece[i];
		uint64_t at;

		before = piece->first / LEAF_ADDRESSES == leaf ? before : 0;
		leaf = piece->first / LEAF_ADDRESSES;
		at = cell_of(shape, cell, leaf);
		for (uint32_t address = piece->first; address <= piece->last; address++)
			fill_slim(&lines[at / MXW_FEED_CELLS], at % MXW_FEED_CELLS, shape->layout,
				  before++, address % LEAF_ADDRESSES, piece->class);
	}
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

void mxw_unit_fill(const struct mxw_unit *unit, const struct mxw_unit_shape *shape,
		   union mxw_feed_line *lines, uint64_t cell)
{
	if (shape->layout <= MXW_FEED_EIGHT) {
		fill_slim_leaves(unit, shape, lines, cell);
		return;
	}
	for (size_t i = 0; i < unit->count; i++) {
		const struct mxw_piece *piece = &unit->piece[i];
		unsigned int leaf = piece->first / LEAF_ADDRESSES;

		for (; leaf <= piece->last / LEAF_ADDRESSES; leaf++)
			if (shape->present >> leaf & 1)
				fill_part(piece, leaf, unit->wide,
					  lines + cell_of(shape, cell, leaf) / MXW_FEED_CELLS);
	}
}
