// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv4 table out of layers, unit by unit in ascending order (unit.h), and a
 * look into it. Called by whoever fills the table of the kernel, explains an
 * address or verifies. Pure.
 */
#include <string.h>

#include "bpf/leaf.h"
#include "lists/rank.h"
#include "lists/unit.h"

/* Units as the painter comes to them; those it passes over have nothing. */
struct walk {
	struct mxw_paint paint;
	struct mxw_span4 span; /* what is left of the last one */
	bool more; /* there is a span */
	uint32_t number; /* of unit */
	struct mxw_unit unit;
};

static void walk_begin(struct walk *walk, const struct mxw_layers *layers)
{
	mxw_paint_begin(&walk->paint, layers);
	walk->more = mxw_paint_next4(&walk->paint, &walk->span);
}

static uint32_t unit_of(uint32_t address)
{
	return address / MXW_UNIT_ADDRESSES;
}

/* Takes the rest of the span as far as it is in the unit. Whether the span ends there. */
static bool take(struct walk *walk)
{
	uint32_t begin = walk->number * MXW_UNIT_ADDRESSES;
	bool ends = unit_of(walk->span.last) == walk->number;
	uint32_t last = ends ? walk->span.last - begin : MXW_UNIT_ADDRESSES - 1;

	mxw_unit_add(&walk->unit, walk->span.first - begin, last, walk->span.class);
	if (!ends)
		walk->span.first = begin + MXW_UNIT_ADDRESSES;
	return ends;
}

/* The next unit that has anything listed. */
static bool walk_next(struct walk *walk)
{
	if (!walk->more)
		return false;
	walk->number = unit_of(walk->span.first);
	mxw_unit_clear(&walk->unit);
	while (walk->more && unit_of(walk->span.first) == walk->number) {
		if (!take(walk))
			break;
		walk->more = mxw_paint_next4(&walk->paint, &walk->span);
	}
	return true;
}

/* The first cell at or after this one where such leaves can begin. */
static uint64_t aligned(uint64_t cell, const struct mxw_unit_shape *shape)
{
	uint64_t less =
		(1U << (shape->layout == MXW_FEED_WIDE ? MXW_FEED_NARROW : shape->layout)) - 1;

	return (cell + less) & ~less;
}

static uint64_t lines_of(uint64_t cells)
{
	return (cells + MXW_FEED_CELLS - 1) / MXW_FEED_CELLS;
}

uint64_t mxw_rank_measure(const struct mxw_layers *layers)
{
	uint64_t cells = 0;
	struct walk walk;

	walk_begin(&walk, layers);
	while (walk_next(&walk)) {
		struct mxw_unit_shape shape = mxw_unit_shape(&walk.unit);

		cells = aligned(cells, &shape) + shape.cells;
	}
	return lines_of(cells);
}

int mxw_rank_build(const struct mxw_layers *layers, struct mxw_feed_unit *units,
		   union mxw_feed_line *lines, uint32_t room, struct mxw_err *err)
{
	struct mxw_feed_head head = { .room = room };
	uint64_t cell = MXW_FEED_CELLS;
	struct walk walk;

	walk_begin(&walk, layers);
	while (walk_next(&walk)) {
		struct mxw_unit_shape shape = mxw_unit_shape(&walk.unit);

		cell = aligned(cell, &shape);
		if (lines_of(cell + shape.cells) > room)
			return mxw_fail(err, MXW_E_FAIL,
					"the feeds' table has room for %u lines, but the lists "
					"need more: measure them again",
					room);
		units[walk.number].present = shape.present;
		units[walk.number].place =
			MXW_FEED_PLACE(shape.cells ? cell : shape.rest, shape.class, shape.layout);
		if (shape.cells)
			mxw_unit_fill(&walk.unit, &shape, lines, cell);
		cell += shape.cells;
	}
	head.used = (uint32_t)lines_of(cell);
	if (room)
		memcpy(&lines[0], &head, sizeof(head));
	return MXW_OK;
}

/* Goes on to the unit of that number. Whether it has anything listed. */
static bool walk_to(struct walk *walk, uint32_t number)
{
	while (walk->more && unit_of(walk->span.last) < number)
		walk->more = mxw_paint_next4(&walk->paint, &walk->span);
	if (!walk->more || unit_of(walk->span.first) > number)
		return false;
	if (unit_of(walk->span.first) < number)
		walk->span.first = number * MXW_UNIT_ADDRESSES;
	return walk_next(walk);
}

void mxw_rank_unit(const struct mxw_layers *layers, uint32_t unit, struct mxw_rank_unit *out)
{
	struct mxw_unit_shape shape;
	struct walk walk;

	memset(out, 0, sizeof(*out));
	out->layout = MXW_FEED_DIRECT | MXW_FEED_NARROW;
	walk_begin(&walk, layers);
	if (!walk_to(&walk, unit))
		return;
	shape = mxw_unit_direct(&walk.unit);
	out->class = shape.class;
	out->layout = shape.layout;
	out->count = shape.cells / MXW_FEED_CELLS;
	if (shape.cells)
		mxw_unit_fill(&walk.unit, &shape, out->lines, 0);
}

static uint8_t class_in(const struct mxw_feed_unit *unit, const union mxw_feed_line *lines,
			uint32_t lines_count, uint32_t address)
{
	uint8_t layout = (uint8_t)(unit->place >> 40), class = (uint8_t)(unit->place >> 32);
	uint32_t leaf = address / 256 % MXW_UNIT_LEAVES, cell, line;

	if (layout == MXW_FEED_INLINE)
		return mxw_unit_names(unit->present, unit->place, address) ? class : 0;
	if (!(layout & MXW_FEED_DIRECT)) {
		if (!(unit->present >> leaf & 1))
			return class;
		leaf = (uint32_t)__builtin_popcountll(unit->present & ((1ULL << leaf) - 1));
	} else if (!(uint32_t)unit->place) {
		return class;
	}
	layout &= MXW_FEED_DIRECT - 1;
	cell = (uint32_t)unit->place + (leaf << layout);
	line = mxw_leaf_line(cell, layout, address);
	return line < lines_count ? mxw_leaf_class(&lines[line], cell, layout, address) : 0;
}

uint8_t mxw_rank_find(const struct mxw_feed_unit *units, const union mxw_feed_line *lines,
		      uint32_t lines_count, uint32_t address)
{
	return class_in(&units[unit_of(address)], lines, lines_count, address);
}

/* The leaves of one unit as the layers have them, beside the table that is looked into. */
struct comparison {
	const struct mxw_feed_unit *units;
	const union mxw_feed_line *lines;
	uint32_t lines_count;
	struct walk walk;
	union mxw_feed_line leaves[1 + 4 * MXW_UNIT_LEAVES];
};

/* Whether the unit is laid out and filled exactly as it would be now. */
static bool same_bytes(struct comparison *c, const struct mxw_feed_unit *have, bool listed)
{
	bool direct = have->place >> 40 & MXW_FEED_DIRECT;
	uint64_t base = have->place & UINT32_MAX, begin = base % MXW_FEED_CELLS;
	struct mxw_unit_shape shape = { 0 };

	if (direct && !listed)
		return false; /* there is no unit to lay out */
	if (listed)
		shape = direct ? mxw_unit_direct(&c->walk.unit) : mxw_unit_shape(&c->walk.unit);
	if (have->place !=
		    MXW_FEED_PLACE(shape.cells ? base : shape.rest, shape.class, shape.layout) ||
	    (!direct && have->present != shape.present))
		return false;
	if (!shape.cells)
		return true;
	if (lines_of(base + shape.cells) > c->lines_count)
		return false;
	memset(c->leaves, 0, lines_of(begin + shape.cells) * sizeof(c->leaves[0]));
	mxw_unit_fill(&c->walk.unit, &shape, c->leaves, begin);
	return memcmp(&c->leaves[0].cell[begin], &c->lines[base / MXW_FEED_CELLS].cell[begin],
		      shape.cells * sizeof(uint32_t)) == 0;
}

/* The class of each address, where the bytes differ: there may be several ways to say it. */
static bool same_classes(struct comparison *c, uint32_t number, bool listed, uint32_t *address)
{
	const uint32_t count = sizeof(c->leaves) / sizeof(c->leaves[0]);
	struct mxw_unit_shape shape = { 0 };
	struct mxw_feed_unit want;

	if (listed)
		shape = mxw_unit_direct(&c->walk.unit);
	want.place = MXW_FEED_PLACE(shape.cells ? MXW_FEED_CELLS : 0, shape.class, shape.layout);
	want.present = 0;
	memset(c->leaves, 0, sizeof(c->leaves));
	if (shape.cells)
		mxw_unit_fill(&c->walk.unit, &shape, c->leaves, MXW_FEED_CELLS);
	for (uint32_t i = 0; i < MXW_UNIT_ADDRESSES; i++) {
		*address = number * MXW_UNIT_ADDRESSES + i;
		if (mxw_rank_find(c->units, c->lines, c->lines_count, *address) !=
		    class_in(&want, c->leaves, count, *address))
			return false;
	}
	return true;
}

uint64_t mxw_rank_compare(const struct mxw_layers *layers, const struct mxw_feed_unit *units,
			  const union mxw_feed_line *lines, uint32_t lines_count, uint32_t *first)
{
	struct comparison c = { .units = units, .lines = lines, .lines_count = lines_count };
	uint64_t differ = 0;
	uint32_t address;
	bool more;

	walk_begin(&c.walk, layers);
	more = walk_next(&c.walk);
	for (uint32_t number = 0; number < MXW_FEED_UNITS; number++) {
		bool listed = more && c.walk.number == number;

		if (!same_bytes(&c, &units[number], listed) &&
		    !same_classes(&c, number, listed, &address)) {
			if (!differ)
				*first = address;
			differ++;
		}
		if (listed)
			more = walk_next(&c.walk);
	}
	return differ;
}
