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
			feed_unit_inline(unit, &new.units[unit->unit]);
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
