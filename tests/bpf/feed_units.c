// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Units of the feeds' table in each layout, written by hand, and what to fill them with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/bpf/feeds.h"

#define LEAF 256 /* addresses */

static bool is_rest(const struct feed_unit_image *image, uint32_t leaf)
{
	for (uint32_t i = 0; i < LEAF; i++)
		if (image->class[leaf * LEAF + i] != image->rest)
			return false;
	return true;
}

static void write_leaf(const uint8_t class[LEAF], bool wide, union mxw_feed_line *lines)
{
	for (uint32_t i = 0; i < LEAF; i++) {
		if (wide) {
			lines[i / 64].byte[i % 64] = class[i];
		} else if (class[i]) {
			assert_true(!lines->byte[32 + i / 8] ||
				    lines->byte[32 + i / 8] == class[i]);
			lines->word[i / 64] |= 1ULL << i % 64;
			lines->byte[32 + i / 8] = class[i];
		}
	}
}

/* A leaf that names its addresses. */
static void write_slim(const uint8_t class[LEAF], enum mxw_feed_layout layout,
		       union mxw_feed_line *line, uint32_t cell)
{
	unsigned int count = 0;

	for (uint64_t i = 0; i < LEAF; i++) {
		uint64_t of_class = class[i];

		if (!class[i])
			continue;
		if (layout == MXW_FEED_THREE) {
			if (!count)
				line->cell[cell] = (uint32_t)(of_class << 24 | i << 8 | i << 16);
			assert_true(count < 3);
			line->cell[cell] &= ~(0xffU << 8 * count);
			line->cell[cell] |= (uint32_t)i << 8 * count;
		} else {
			line->word[cell / 2] |= i << 8 * count;
			if (layout == MXW_FEED_FOUR)
				line->word[cell / 2] |= of_class << (8 * count + 32);
			else
				line->word[cell / 2 + 1] |= of_class << 8 * count;
		}
		count++;
	}
}

void feed_unit_inline(const struct feed_unit_image *image, struct mxw_feed_unit *unit)
{
	uint64_t named[MXW_FEED_INLINE_MOST] = { 0 };
	uint8_t class = 0;
	size_t count = 0;

	for (uint64_t i = 0; i < UNIT_ADDRESSES; i++) {
		if (!image->class[i])
			continue;
		assert_true(count < MXW_FEED_INLINE_MOST);
		for (size_t rest = count++; rest < MXW_FEED_INLINE_MOST; rest++)
			named[rest] = i;
		class = image->class[i];
	}
	unit->present = named[0] | named[1] << 16 | named[2] << 32 | named[3] << 48;
	unit->place = MXW_FEED_PLACE(named[4] | named[5] << 16, class, MXW_FEED_INLINE);
}

uint32_t feed_unit_lines(const struct feed_unit_image *image, uint64_t *present,
			 union mxw_feed_line *lines)
{
	bool direct = image->layout & MXW_FEED_DIRECT;
	uint32_t layout = image->layout & (MXW_FEED_DIRECT - 1), cell = 0;

	*present = 0;
	if (layout == MXW_FEED_INLINE)
		return 0;
	for (uint32_t leaf = 0; leaf < 64; leaf++) {
		union mxw_feed_line *line = lines ? lines + cell / MXW_FEED_CELLS : NULL;

		if (!direct && is_rest(image, leaf))
			continue;
		if (!direct)
			*present |= 1ULL << leaf;
		if (line && layout < MXW_FEED_NARROW)
			write_slim(image->class + leaf * LEAF, image->layout, line,
				   cell % MXW_FEED_CELLS);
		else if (line)
			write_leaf(image->class + leaf * LEAF, layout == MXW_FEED_WIDE, line);
		cell += 1U << layout;
	}
	return (cell + MXW_FEED_CELLS - 1) / MXW_FEED_CELLS;
}

/* The same at every run. SplitMix64. */
uint64_t feed_random(uint64_t number)
{
	uint64_t bits = number * 0x9e3779b97f4a7c15ULL;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9ULL;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111ebULL;
	return bits ^ bits >> 31;
}

/* How many addresses each /24 of such a unit can have; 0: all. */
static uint32_t room_of(enum mxw_feed_layout layout)
{
	return layout == MXW_FEED_THREE	  ? 3
	       : layout == MXW_FEED_FOUR  ? 4
	       : layout == MXW_FEED_EIGHT ? 8
					  : 0;
}

/* From none to as many addresses in each /24 as there is room for. */
static void fill_slim(struct feed_unit_image *unit, uint64_t seed)
{
	uint32_t room = room_of(unit->layout);

	memset(unit->class, 0, sizeof(unit->class));
	for (uint32_t leaf = 0; leaf < UNIT_ADDRESSES / LEAF; leaf++)
		for (uint64_t i = 0; i < feed_random(seed + leaf) % (room + 1); i++) {
			uint64_t one = unit->layout == MXW_FEED_THREE ? 0 : i;
			uint64_t at = i ? feed_random(seed ^ (leaf << 8 | i)) : leaf % 2 * 255;

			unit->class[leaf * LEAF + at % LEAF] =
				(uint8_t)(feed_random(seed * leaf + one) % 255 + 1);
		}
}

static void fill_inline(struct feed_unit_image *unit, uint64_t seed)
{
	memset(unit->class, 0, sizeof(unit->class));
	for (uint64_t i = 0; i < (seed % 2 ? 1 : MXW_FEED_INLINE_MOST); i++)
		unit->class[i == 1   ? 0
			    : i == 2 ? UNIT_ADDRESSES - 1
				     : feed_random(seed + i) % UNIT_ADDRESSES] =
			(uint8_t)(seed + 200);
}

void feed_fill_unit(struct feed_unit_image *unit, uint64_t seed)
{
	if (unit->layout == MXW_FEED_INLINE) {
		fill_inline(unit, seed);
		return;
	}
	if (room_of(unit->layout)) {
		fill_slim(unit, seed);
		return;
	}
	for (uint32_t i = 0; i < UNIT_ADDRESSES; i++) {
		uint32_t group = (unit->layout & 7) == MXW_FEED_WIDE ? i : i / 8;
		uint64_t class = feed_random(seed + group), listed = feed_random(seed ^ ~i);

		unit->class[i] = listed % 4 ? (uint8_t) class : 0;
		if (feed_random(seed + i / 256 + 99) % 3 == 0)
			unit->class[i] = unit->rest;
	}
}
