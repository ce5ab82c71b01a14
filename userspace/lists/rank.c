// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv4 table out of layers, unit by unit in ascending order (unit.h), and a
 * look into it. Called by whoever fills the table of the kernel, explains an
 * address or verifies. Pure.
 */
#include <string.h>

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

uint64_t mxw_rank_measure(const struct mxw_layers *layers)
{
	struct walk walk;
	uint64_t lines = 0;

	walk_begin(&walk, layers);
	while (walk_next(&walk))
		lines += mxw_unit_shape(&walk.unit).lines;
	return lines;
}

static void place(const struct mxw_unit *unit, const struct mxw_unit_shape *shape, uint32_t base,
		  union mxw_feed_line *lines, struct mxw_feed_unit *out)
{
	out->present = shape->present;
	out->place = MXW_FEED_PLACE(shape->lines ? base : 0, shape->class, shape->layout);
	if (shape->lines)
		mxw_unit_fill(unit, shape->present, shape->layout & MXW_FEED_WIDE, lines + base);
}

int mxw_rank_build(const struct mxw_layers *layers, struct mxw_feed_unit *units,
		   union mxw_feed_line *lines, uint32_t room, struct mxw_err *err)
{
	struct mxw_feed_head head = { .used = 1, .room = room };
	struct walk walk;

	walk_begin(&walk, layers);
	while (walk_next(&walk)) {
		struct mxw_unit_shape shape = mxw_unit_shape(&walk.unit);

		if (head.used > room || shape.lines > room - head.used)
			return mxw_fail(err, MXW_E_FAIL,
					"the feeds' table has room for %u lines, but the lists "
					"need more: measure them again",
					room);
		place(&walk.unit, &shape, head.used, lines, &units[walk.number]);
		head.used += shape.lines;
	}
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
	out->layout = MXW_FEED_DIRECT;
	walk_begin(&walk, layers);
	if (!walk_to(&walk, unit))
		return;
	shape = mxw_unit_shape(&walk.unit);
	out->class = shape.class;
	if (!shape.lines)
		return;
	if (walk.unit.wide)
		out->layout = MXW_FEED_DIRECT_WIDE;
	out->count = walk.unit.wide ? 4 * MXW_UNIT_LEAVES : MXW_UNIT_LEAVES;
	mxw_unit_fill(&walk.unit, ~0ULL, walk.unit.wide, out->lines);
}

static uint8_t class_in(const union mxw_feed_line *leaf, bool wide, uint32_t address)
{
	if (wide)
		return leaf[address / 64].byte[address % 64];
	if (!(leaf->word[address / 64] >> address % 64 & 1))
		return 0;
	return leaf->byte[32 + address / 8];
}

uint8_t mxw_rank_find(const struct mxw_feed_unit *units, const union mxw_feed_line *lines,
		      uint32_t lines_count, uint32_t address)
{
	const struct mxw_feed_unit *unit = &units[unit_of(address)];
	uint8_t layout = (uint8_t)(unit->place >> 40);
	uint32_t leaf = address / 256 % MXW_UNIT_LEAVES;
	bool wide = layout & MXW_FEED_WIDE;
	uint64_t line;

	if (layout < MXW_FEED_DIRECT) {
		if (!(unit->present >> leaf & 1))
			return (uint8_t)(unit->place >> 32);
		leaf = (uint32_t)__builtin_popcountll(unit->present & ((1ULL << leaf) - 1));
	} else if (!(uint32_t)unit->place) {
		return (uint8_t)(unit->place >> 32);
	}
	line = (unit->place & UINT32_MAX) + (wide ? 4 * leaf : leaf);
	if (line + (wide ? 4 : 1) > lines_count)
		return 0;
	return class_in(&lines[line], wide, address % 256);
}

/* The leaves of one unit as the layers have them, beside the table that is looked into. */
struct comparison {
	const struct mxw_feed_unit *units;
	const union mxw_feed_line *lines;
	uint32_t lines_count;
	struct walk walk;
	union mxw_feed_line leaves[4 * MXW_UNIT_LEAVES];
};

/* Whether the unit is laid out and filled exactly as it would be now. */
static bool same_bytes(struct comparison *c, const struct mxw_feed_unit *have, bool listed)
{
	struct mxw_unit_shape shape = { 0 };
	bool direct = have->place >> 40 >= MXW_FEED_DIRECT;
	uint64_t base = have->place & UINT32_MAX, lines;

	if (direct && !listed)
		return false; /* there is no unit to lay out */
	if (listed)
		shape = mxw_unit_shape(&c->walk.unit);
	if (direct)
		shape = (struct mxw_unit_shape){
			.present = ~0ULL,
			.lines = c->walk.unit.wide ? 4 * MXW_UNIT_LEAVES : MXW_UNIT_LEAVES,
			.class = shape.class,
			.layout = c->walk.unit.wide ? MXW_FEED_DIRECT_WIDE : MXW_FEED_DIRECT
		};
	lines = shape.lines;
	if (have->place != MXW_FEED_PLACE(lines ? base : 0, shape.class, shape.layout) ||
	    (!direct && have->present != shape.present) || base + lines > c->lines_count)
		return false;
	if (!lines)
		return true;
	memset(c->leaves, 0, lines * sizeof(c->leaves[0]));
	mxw_unit_fill(&c->walk.unit, shape.present, shape.layout & MXW_FEED_WIDE, c->leaves);
	return memcmp(c->leaves, c->lines + base, lines * sizeof(c->leaves[0])) == 0;
}

/* The class of each address, where the bytes differ: there may be several ways to say it. */
static bool same_classes(struct comparison *c, uint32_t number, bool listed, uint32_t *address)
{
	bool wide = c->walk.unit.wide;

	memset(c->leaves, 0, sizeof(c->leaves));
	if (listed)
		mxw_unit_fill(&c->walk.unit, ~0ULL, wide, c->leaves);
	for (uint32_t i = 0; i < MXW_UNIT_ADDRESSES; i++) {
		uint8_t want = class_in(&c->leaves[i / 256 * (wide ? 4 : 1)], wide, i % 256);

		*address = number * MXW_UNIT_ADDRESSES + i;
		if (mxw_rank_find(c->units, c->lines, c->lines_count, *address) != want)
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
