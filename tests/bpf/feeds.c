// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making feeds' tables by hand, and asking the program about them.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <cmocka.h>

#include "base/addr.h"
#include "tests/bpf/skeleton.h"
#include "tests/bpf/feeds.h"

#define LEAF 256 /* addresses */

static struct feed_unit_image *unit_of(struct feed_image *image, uint32_t unit,
				       enum mxw_feed_layout layout)
{
	for (size_t i = 0; i < image->unit_count; i++)
		if (image->units[i].unit == unit)
			return &image->units[i];
	assert_true(image->unit_count < FEED_UNITS);
	image->units[image->unit_count] =
		(struct feed_unit_image){ .unit = unit, .layout = layout };
	return &image->units[image->unit_count++];
}

static void paint_ipv4(struct feed_image *image, uint64_t first, uint64_t last, uint8_t class,
		       enum mxw_feed_layout layout)
{
	for (uint64_t address = first; address <= last; address++)
		unit_of(image, (uint32_t)address / UNIT_ADDRESSES, layout)
			->class[address % UNIT_ADDRESSES] = class;
}

static void add_start(struct feed_image *image, uint64_t key, uint8_t class)
{
	assert_true(image->start_count < FEED_SPANS);
	image->starts[image->start_count++] = (struct feed_start){ key, class };
}

void feed_paint(struct feed_image *image, const struct feed *rows, size_t count,
		enum mxw_feed_layout layout)
{
	struct mxw_prefix prefix;
	struct mxw_err err;

	memset(image, 0, sizeof(*image));
	for (size_t i = 0; i < count && rows[i].prefix; i++) {
		uint64_t last;

		if (mxw_prefix_parse(rows[i].prefix, &prefix, NULL, &err))
			fail_msg("%s", err.text);
		last = prefix.key | (prefix.len < 64 ? ~0ULL >> prefix.len : 0);
		if (last >> 32 == 0) {
			paint_ipv4(image, prefix.key, last, rows[i].class, layout);
			continue;
		}
		add_start(image, prefix.key, rows[i].class);
		if (last != ~0ULL)
			add_start(image, last + 1, 0);
	}
}

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

/* A unit that names its addresses. */
static void write_inline(const struct feed_unit_image *image, struct mxw_feed_unit *unit)
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

/* The next start, or what stands where there is none. */
static void put_key(const struct feed_image *image, struct mxw_feed_node *node, uint32_t key,
		    size_t *at)
{
	node->key[key] = ~0ULL;
	node->class[key] = 0;
	if (*at < image->start_count) {
		node->key[key] = image->starts[*at].key;
		node->class[key] = image->starts[*at].class;
	}
	++*at;
}

/* In order: a child, then the key behind it, and a last child. */
static void fill_nodes(const struct feed_image *image, struct mxw_feed_node *nodes, uint32_t count)
{
	struct {
		uint64_t node;
		uint32_t step;
	} path[MXW_FEED_DEPTH + 1] = { 0 };
	size_t at = 0;

	for (int depth = 0; depth >= 0;) {
		uint64_t node = path[depth].node;
		uint32_t step = path[depth].step++;

		if (node >= count || step == 15) {
			depth--;
		} else if (step % 2) {
			put_key(image, &nodes[node], step / 2, &at);
		} else {
			path[++depth].node = node * 8 + 1 + step / 2;
			path[depth].step = 0;
		}
	}
}

uint32_t feed_nodes(const struct feed_image *image, struct mxw_feed_node *nodes)
{
	uint32_t count = (uint32_t)(image->start_count + 6) / 7;

	if (nodes)
		fill_nodes(image, nodes, count);
	return count;
}

void feed_prepare(struct mxw_feed_table *table, const struct feed_image *image, uint32_t spare)
{
	struct mxw_feed_generation new;
	struct mxw_feed_head head = { .used = 1 };
	struct mxw_err err;
	uint64_t present;

	for (size_t i = 0; i < image->unit_count; i++)
		spare += feed_unit_lines(&image->units[i], &present, NULL);
	if (mxw_feed_table_prepare(table, spare ? spare + 1 : 0, feed_nodes(image, NULL), &new,
				   &err))
		fail_msg("%s", err.text);
	head.room = new.lines_count;
	for (size_t i = 0; i < image->unit_count; i++) {
		const struct feed_unit_image *unit = &image->units[i];
		uint32_t used =
			feed_unit_lines(unit, &present, new.lines ? new.lines + head.used : NULL);

		new.units[unit->unit].present = present;
		new.units[unit->unit].place = MXW_FEED_PLACE(used ? head.used * MXW_FEED_CELLS : 0U,
							     unit->rest, unit->layout);
		if (unit->layout == MXW_FEED_INLINE)
			write_inline(unit, &new.units[unit->unit]);
		head.used += used;
	}
	if (new.lines)
		memcpy(new.lines, &head, sizeof(head));
	(void)feed_nodes(image, new.nodes);
}

void feed_put(struct mxw_feed_table *table, const struct feed_image *image, uint32_t spare,
	      const struct mxw_feed_rule rules[MXW_FEED_CLASSES])
{
	struct mxw_err err;

	feed_prepare(table, image, spare);
	if (mxw_feed_table_flip(table, rules, &err))
		fail_msg("%s", err.text);
}

const struct mxw_feed_rule *feed_all_enforce(void)
{
	static struct mxw_feed_rule rules[MXW_FEED_CLASSES];

	for (int class = 0; class < MXW_FEED_CLASSES; class ++)
		rules[class].action = MXW_FEED_ENFORCE;
	return rules;
}

struct mxw_maps feed_maps(const struct program *program)
{
	struct mxw_maps maps;

	for (int i = 0; i < MXW_MAP_COUNT; i++)
		maps.fd[i] = bpf_map__fd(bpf_object__find_map_by_name(
			program->skel->obj, mxw_map_name((enum mxw_map)i)));
	return maps;
}

struct mxw_feed_table *feed_open(const struct program *program)
{
	struct mxw_maps maps = feed_maps(program);
	struct mxw_feed_table *table;
	struct mxw_err err;

	if (mxw_feed_table_open(&maps, &table, &err))
		fail_msg("%s", err.text);
	return table;
}

void feed_none(struct program *program)
{
	struct mxw_feeds *feeds;

	if (!program->feeds)
		return;
	feeds = (struct mxw_feeds *)mxw_feed_table_switch(program->feeds);
	feeds->live &= MXW_FEEDS_GENERATION;
}

void program_put_feeds(struct program *program, const struct feed *rows, size_t count,
		       enum mxw_feed_layout layout)
{
	struct mxw_feed_rule rules[MXW_FEED_CLASSES] = { 0 };
	static struct feed_image image;

	assert_non_null(program->feeds);
	feed_paint(&image, rows, count, layout);
	for (size_t i = 0; i < count && rows[i].prefix; i++)
		rules[rows[i].class] =
			(struct mxw_feed_rule){ .action = (uint8_t)rows[i].action,
						.expires_ns = moment_ns(rows[i].expires) };
	feed_put(program->feeds, &image, 0, rules);
}

void program_feed_counter(struct program *program, uint8_t class, struct mxw_counter *counter)
{
	struct mxw_maps maps = feed_maps(program);
	struct mxw_err err;

	if (mxw_feed_counter_read(&maps, class, counter, &err))
		fail_msg("%s", err.text);
}

size_t program_feeds_counted(struct program *program)
{
	struct mxw_counter counter;
	size_t counted = 0;

	for (int class = 0; class < MXW_FEED_CLASSES; class ++) {
		program_feed_counter(program, (uint8_t) class, &counter);
		counted += counter.packets || counter.bytes;
	}
	return counted;
}

uint8_t feed_ask(struct program *program, uint64_t source)
{
	const struct mxw_probe question = { .magic = MXW_PROBE_MAGIC };
	static const struct layer syn4[] = {
		ETH(), IPV4("0.0.0.0", "203.0.113.25"), TCP(40000, 25, SYN), {}
	};
	static const struct layer syn6[] = {
		ETH(), IPV6("::", "2001:db8:25::25"), TCP(40000, 25, SYN), {}
	};
	struct answer answer;
	struct packet packet;

	packet_build(source >> 32 ? syn6 : syn4, &packet);
	for (int i = 0; i < 4 && source >> 32 == 0; i++)
		packet.bytes[26 + i] = (uint8_t)(source >> (24 - 8 * i));
	for (int i = 0; i < 8 && source >> 32; i++)
		packet.bytes[22 + i] = (uint8_t)(source >> (56 - 8 * i));
	program_probe(program, &packet, &question, &answer);
	assert_int_equal(answer.action == XDP_DROP, answer.probe.feed != 0);
	return (uint8_t)answer.probe.feed;
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

void feed_expect_unit(struct program *program, const struct feed_unit_image *unit)
{
	uint64_t first = (uint64_t)unit->unit * UNIT_ADDRESSES;

	for (uint32_t i = 0; i < UNIT_ADDRESSES; i++)
		if (feed_ask(program, first + i) != unit->class[i])
			fail_msg("layout %d: address %u of unit %#x is %u, want %u", unit->layout,
				 i, unit->unit, feed_ask(program, first + i), unit->class[i]);
}

void feed_require(const struct program *program)
{
	if (!program->skel)
		skip();
}

int feed_group_setup(void **state)
{
	const struct knobs knobs = { .feeds = 1 };
	struct program *program = *state;

	if (harness_may_run()) {
		program_load(program, &knobs);
		program_reset(program);
		program_configure(program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	}
	return 0;
}
