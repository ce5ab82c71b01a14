// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The feeds' table as the library keeps it (userspace/datapath/feed_table.h) and
 * the program reads it: the flip, changes in place, what is not there.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <bpf/bpf.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/bpf/feeds.h"
#include "tests/bpf/fixture.h"

#define SOURCE4 0xc0000242ULL /* BAD4 */
#define SOURCE6 0x20010db80bad0001ULL /* BAD6 */

static struct program program;
static struct feed_image image; /* too large for the stack */

static void must(int error, const struct mxw_err *err)
{
	if (error)
		fail_msg("%d: %s", error, err->text);
}

static uint32_t generation(void)
{
	return mxw_feed_table_switch(program.feeds)->live & MXW_FEEDS_GENERATION;
}

static int parts_fd(void)
{
	return feed_maps(&program).fd[MXW_MAP_FEED_PARTS];
}

static const struct feed both[] = {
	{ .prefix = BAD4, .class = 2 },
	{ .prefix = "2001:db8:bad:1::/64", .class = 4 },
};
static const struct feed changed[] = {
	{ .prefix = "192.0.2.0/24", .class = 6 },
	{ .prefix = "2001:db8::/32", .class = 8 },
};

static void put_rows(const struct feed *rows, size_t count, uint32_t spare)
{
	feed_paint(&image, rows, count, MXW_FEED_NARROW);
	feed_put(program.feeds, &image, spare, feed_all_enforce());
}

static void expect(uint8_t ipv4, uint8_t ipv6)
{
	assert_int_equal(feed_ask(&program, SOURCE4), ipv4);
	assert_int_equal(feed_ask(&program, SOURCE6), ipv6);
}

static void expect_slots(uint32_t of, bool filled)
{
	uint32_t leaves = MXW_FEED_LEAVES + of, nodes = MXW_FEED_NODES + of, id;

	assert_int_equal(bpf_map_lookup_elem(parts_fd(), &leaves, &id) == 0, filled);
	assert_int_equal(bpf_map_lookup_elem(parts_fd(), &nodes, &id) == 0, filled);
}

static void nothing_changes_before_the_flip(void **state)
{
	struct mxw_err err;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 0);
	expect(2, 4);
	feed_paint(&image, changed, 2, MXW_FEED_NARROW);
	feed_prepare(program.feeds, &image, 0);
	expect(2, 4);
	must(mxw_feed_table_flip(program.feeds, feed_all_enforce(), &err), &err);
	expect(6, 8);
	expect_slots(generation(), true);
	expect_slots(!generation(), false); /* the old one's memory is free */
	assert_int_equal(mxw_feed_table_flip(program.feeds, feed_all_enforce(), &err), MXW_E_FAIL);
	expect(6, 8);
}

/* A bit that is not set spares the program the look. */
static void families_without_entries(void **state)
{
	const struct mxw_feeds *feeds;

	(void)state;
	feed_require(&program);
	feeds = mxw_feed_table_switch(program.feeds);
	put_rows(both, 1, 0);
	assert_int_equal(feeds->live & ~MXW_FEEDS_GENERATION, MXW_FEEDS_IPV4);
	expect(2, 0);
	put_rows(both + 1, 1, 0);
	assert_int_equal(feeds->live & ~MXW_FEEDS_GENERATION, MXW_FEEDS_IPV6);
	expect(0, 4);
	put_rows(NULL, 0, 0);
	assert_int_equal(feeds->live & ~MXW_FEEDS_GENERATION, 0);
	expect(0, 0);
	put_rows(both, 2, 0);
	((struct mxw_feeds *)feeds)->live &= ~MXW_FEEDS_IPV4;
	expect(0, 4);
}

/* A second handle finds what the first one has put there, as a later process does. */
static void found_again(void **state)
{
	struct mxw_feed_table *again;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 0);
	again = feed_open(&program);
	assert_memory_equal(mxw_feed_table_current(again)->lines,
			    mxw_feed_table_current(program.feeds)->lines, 2 * 64);
	assert_int_equal(mxw_feed_table_current(again)->lines_count, 2);
	assert_int_equal(mxw_feed_table_current(again)->nodes_count, 1);
	assert_int_equal(mxw_feed_table_memory(again),
			 (8 << 20) + sizeof(struct mxw_feeds) + 3 * 64);
	feed_paint(&image, changed, 2, MXW_FEED_NARROW);
	feed_put(again, &image, 0, feed_all_enforce());
	expect(6, 8);
	mxw_feed_table_close(again);
	mxw_feed_table_close(program.feeds);
	program.feeds = feed_open(&program);
	expect(6, 8);
}

/* One /18 in place: to leaves of both kinds, and to a class as a whole. */
static void a_unit_replaced(void **state)
{
	static union mxw_feed_line lines[256];
	static struct feed_unit_image unit;
	struct mxw_err err;
	uint64_t present;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 64 + 256);
	unit = (struct feed_unit_image){ .unit = SOURCE4 >> 14 };
	for (int round = 0; round < 2; round++) {
		unit.layout = round ? FEED_DIRECT_WIDE : FEED_DIRECT;
		feed_fill_unit(&unit, 5);
		memset(lines, 0, sizeof(lines));
		must(mxw_feed_table_put_unit(program.feeds, unit.unit, lines,
					     feed_unit_lines(&unit, &present, lines), 0,
					     (uint8_t)unit.layout, &err),
		     &err);
		feed_expect_unit(&program, &unit);
	}
	assert_int_equal(mxw_feed_table_put_unit(program.feeds, unit.unit, lines, 64, 0,
						 FEED_DIRECT, &err),
			 MXW_E_DEGRADED);
	feed_expect_unit(&program, &unit);
	must(mxw_feed_table_put_unit(program.feeds, unit.unit, NULL, 0, 9, FEED_DIRECT, &err),
	     &err);
	memset(unit.class, 9, sizeof(unit.class));
	feed_expect_unit(&program, &unit);
	expect(9, 4);
}

static void a_unit_that_is_none(void **state)
{
	static union mxw_feed_line lines[256];
	struct mxw_err err;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 999);
	assert_int_equal(mxw_feed_table_put_unit(program.feeds, MXW_FEED_UNITS, lines, 0, 9,
						 FEED_DIRECT, &err),
			 MXW_E_FAIL);
	assert_int_equal(mxw_feed_table_put_unit(program.feeds, SOURCE4 >> 14, lines, 64, 9,
						 MXW_FEED_NARROW, &err),
			 MXW_E_FAIL);
	assert_int_equal(mxw_feed_table_put_unit(program.feeds, SOURCE4 >> 14, lines, 64, 9,
						 FEED_DIRECT_WIDE, &err),
			 MXW_E_FAIL);
	expect(2, 4);
}

/* A unit in a table that has no IPv4 yet, without and with room. */
static void the_first_unit(void **state)
{
	static union mxw_feed_line lines[64];
	struct mxw_err err;

	(void)state;
	feed_require(&program);
	put_rows(NULL, 0, 0);
	lines[2].word[1] = 1ULL << 2; /* 192.0.2.66 */
	lines[2].byte[32 + 8] = 12;
	assert_int_equal(mxw_feed_table_put_unit(program.feeds, SOURCE4 >> 14, lines, 64, 0,
						 FEED_DIRECT, &err),
			 MXW_E_DEGRADED);
	expect(0, 0);
	put_rows(NULL, 0, 64);
	must(mxw_feed_table_put_unit(program.feeds, SOURCE4 >> 14, lines, 64, 0, FEED_DIRECT, &err),
	     &err);
	expect(12, 0);
	put_rows(NULL, 0, 0);
	must(mxw_feed_table_put_unit(program.feeds, SOURCE4 >> 14, NULL, 0, 14, FEED_DIRECT, &err),
	     &err);
	expect(14, 0);
}

static void replace_nodes(const struct feed *rows, size_t count)
{
	struct mxw_feed_node *nodes;
	struct mxw_err err;

	feed_paint(&image, rows, count, MXW_FEED_NARROW);
	must(mxw_feed_table_prepare_nodes(program.feeds, feed_nodes(&image, NULL), &nodes, &err),
	     &err);
	(void)feed_nodes(&image, nodes);
	must(mxw_feed_table_replace_nodes(program.feeds, &err), &err);
}

static void the_tree_replaced(void **state)
{
	(void)state;
	feed_require(&program);
	put_rows(both, 1, 0);
	expect(2, 0);
	replace_nodes(both + 1, 1);
	expect(2, 4);
	replace_nodes(changed + 1, 1);
	expect(2, 8);
	replace_nodes(NULL, 0);
	expect(2, 0);
	assert_false(mxw_feed_table_switch(program.feeds)->live & MXW_FEEDS_IPV6);
	assert_int_equal(mxw_feed_table_current(program.feeds)->nodes_count, 0);
	assert_null(mxw_feed_table_current(program.feeds)->nodes);
	replace_nodes(both + 1, 1);
	put_rows(changed, 2, 0);
	expect(6, 8);
}

/* The rules in force, over both rows. */
static void set_rule(uint8_t action, uint64_t expires_ns)
{
	const struct mxw_feed_rule rule = { .action = action, .expires_ns = expires_ns };

	mxw_feed_table_set_rule(program.feeds, both[0].class, &rule);
}

static void a_rule_changed(void **state)
{
	const uint64_t later = mxw_clock_mono() + 3600 * MXW_SECOND;
	uint32_t slot, id;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 0);
	set_rule(MXW_FEED_NONE, 0);
	expect(0, 4);
	set_rule(MXW_FEED_ENFORCE, later); /* both words change */
	expect(2, 4);
	set_rule(MXW_FEED_ENFORCE, 1);
	expect(0, 4);
	set_rule(MXW_FEED_NONE, later);
	expect(0, 4);
	set_rule(MXW_FEED_ENFORCE, 0);
	expect(2, 4);
	/* The wait in between leaves nothing behind. */
	slot = MXW_FEED_LEAVES + !generation();
	assert_int_equal(bpf_map_lookup_elem(parts_fd(), &slot, &id), -ENOENT);
}

/* A part, a leaf, a node that is not there lists nobody. */
static void what_is_missing_passes(void **state)
{
	uint32_t slot;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 0);
	slot = MXW_FEED_LEAVES + generation();
	assert_int_equal(bpf_map_delete_elem(parts_fd(), &slot), 0);
	expect(0, 4);
	slot = MXW_FEED_NODES + generation();
	assert_int_equal(bpf_map_delete_elem(parts_fd(), &slot), 0);
	expect(0, 0);
	put_rows(both, 2, 0);
	expect(2, 4);
	mxw_feed_table_current(program.feeds)->units[SOURCE4 >> 14].place =
		MXW_FEED_PLACE(2 * MXW_FEED_CELLS, 0, MXW_FEED_NARROW);
	expect(0, 4);
	mxw_feed_table_current(program.feeds)->units[SOURCE4 >> 14].place =
		MXW_FEED_PLACE(~0U, 0, FEED_DIRECT_WIDE);
	expect(0, 4);
}

static void events_name_the_feed(void **state)
{
	static const struct layer syn4[] = { SYN4(BAD4), {} }, syn6[] = { SYN6(STRANGER6), {} };
	struct mxw_event events[2];
	struct answer answer;
	struct packet packet;

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 0);
	program_configure(&program, &(struct setup){ .event_budget = 10 });
	(void)program_events(&program, NULL, 0);
	packet_build(syn4, &packet);
	program_run(&program, &packet, &answer);
	packet_build(syn6, &packet);
	program_run(&program, &packet, &answer);
	assert_int_equal(program_events(&program, events, 2), 2);
	assert_int_equal(events[0].reason, MXW_DROP_FEED);
	assert_int_equal(events[0].feed, 2);
	assert_int_equal(events[1].reason, MXW_PASS_UNKNOWN);
	assert_int_equal(events[1].feed, 0);
	program_configure(&program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
}

static void counters_begin_again(void **state)
{
	static const struct layer syn4[] = { SYN4(BAD4), {} };
	struct mxw_counter counter;
	struct mxw_maps maps;
	struct answer answer;
	struct packet packet;
	struct mxw_err err;

	(void)state;
	feed_require(&program);
	maps = feed_maps(&program);
	put_rows(both, 2, 0);
	must(mxw_feed_counter_clear(&maps, 2, &err), &err);
	packet_build(syn4, &packet);
	for (int i = 0; i < 3; i++)
		program_run(&program, &packet, &answer);
	program_feed_counter(&program, 2, &counter);
	assert_int_equal(counter.packets, 3);
	assert_int_equal(counter.bytes, 3 * 54);
	must(mxw_feed_counter_clear(&maps, 2, &err), &err);
	program_feed_counter(&program, 2, &counter);
	assert_int_equal(counter.packets + counter.bytes, 0);
}

/* What the kernel has no memory for is refused in one sentence, and nothing is lost. */
static void too_large(void **state)
{
	struct mxw_feed_generation new;
	struct mxw_err err = { 0 };

	(void)state;
	feed_require(&program);
	put_rows(both, 2, 0);
	assert_int_equal(mxw_feed_table_prepare(program.feeds, ~0U, 0, &new, &err), MXW_E_FAIL);
	if (!strstr(err.text, "not enough memory for the feeds' table: 262144 MiB"))
		fail_msg("%s", err.text);
	expect(2, 4);
	assert_int_equal(mxw_feed_table_flip(program.feeds, feed_all_enforce(), &err), MXW_E_FAIL);
	put_rows(changed, 2, 0);
	expect(6, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changes_before_the_flip),
		cmocka_unit_test(families_without_entries),
		cmocka_unit_test(found_again),
		cmocka_unit_test(a_unit_replaced),
		cmocka_unit_test(a_unit_that_is_none),
		cmocka_unit_test(the_first_unit),
		cmocka_unit_test(the_tree_replaced),
		cmocka_unit_test(a_rule_changed),
		cmocka_unit_test(what_is_missing_passes),
		cmocka_unit_test(events_name_the_feed),
		cmocka_unit_test(counters_begin_again),
		cmocka_unit_test(too_large),
	};
	void *state = &program;
	int failed;

	if (feed_group_setup(&state))
		return 1;
	failed = cmocka_run_group_tests_name("bpf feed table", tests, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
