// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The feeds' table changed while packets run through it, and by processes that are
 * killed: each packet is judged by one list as a whole, and nothing is left behind.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "tests/bpf/feeds.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/skeleton.h"

#define RELOADS 100
#define KILLS 60
#define BURST 500 /* packets in one test run */
#define SOURCE4 0xc0000242ULL /* BAD4 */
#define SOURCE6 0x20010db80bad0001ULL /* BAD6 */

static struct program program;

/* Two lists that have both sources, in classes of their own, which the rules of the other
 * list do not know: whatever is mixed of the two, lets a packet pass. */
struct list {
	struct feed_image image;
	struct mxw_feed_rule rules[MXW_FEED_CLASSES];
};
static struct list lists[2];

static const struct feed rows[2][5] = {
	{ { .prefix = "10.0.0.0/20", .class = 2 },
	  { .prefix = "192.0.2.64/29", .class = 4 },
	  { .prefix = "192.0.3.0/24", .class = 2 },
	  { .prefix = "2001:db8:bad:1::/64", .class = 4 } },
	{ { .prefix = BAD4, .class = 6 },
	  { .prefix = "2001:db8::/40", .class = 2 },
	  { .prefix = "2001:db8:b00::/40", .class = 6 },
	  { .prefix = "2001:db8:c00::/48", .class = 2 },
	  { .prefix = "2001:db8:d00::/48", .class = 2 } },
};

static void make_lists(void)
{
	for (int i = 0; i < 2; i++) {
		feed_paint(&lists[i].image, rows[i], 5, i ? FEED_DIRECT_WIDE : MXW_FEED_NARROW);
		lists[i].rules[i ? 6 : 4].action = MXW_FEED_ENFORCE;
	}
}

static void put(int which)
{
	feed_put(program.feeds, &lists[which].image, 0, lists[which].rules);
}

/* Packets of both families, one burst after the other, until told to stop. */
struct flood {
	int program_fd;
	struct packet packets[2];
	atomic_bool stop, failed;
	uint64_t sent;
};

static void *run_flood(void *context)
{
	struct flood *flood = context;

	while (!flood->stop && !flood->failed) {
		const struct packet *packet = &flood->packets[flood->sent / BURST % 2];
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet->bytes,
			    .data_size_in = (__u32)packet->length, .repeat = BURST);

		if (bpf_prog_test_run_opts(flood->program_fd, &opts))
			flood->failed = true;
		flood->sent += BURST;
	}
	return NULL;
}

static void flood_begin(struct flood *flood, pthread_t *thread)
{
	static const struct layer syn4[] = { SYN4(BAD4), {} }, syn6[] = { SYN6(BAD6), {} };

	program_reset(&program);
	program_configure(&program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	put(0);
	*flood = (struct flood){ .program_fd = bpf_program__fd(program.skel->progs.mxwall) };
	packet_build(syn4, &flood->packets[0]);
	packet_build(syn6, &flood->packets[1]);
	assert_int_equal(pthread_create(thread, NULL, run_flood, flood), 0);
}

/* All were dropped, by these two classes and by each in earnest. */
static void flood_end(struct flood *flood, pthread_t thread, uint8_t a, uint8_t b)
{
	struct mxw_counter by[2];
	struct counters counters;

	flood->stop = true;
	(void)pthread_join(thread, NULL);
	assert_false(flood->failed);
	program_counters(&program, &counters);
	program_feed_counter(&program, a, &by[0]);
	program_feed_counter(&program, b, &by[1]);
	assert_int_equal(counters.of[MXW_PASS_UNKNOWN].packets, 0);
	assert_int_equal(counters.of[MXW_DROP_FEED].packets, flood->sent);
	assert_int_equal(by[0].packets + by[1].packets, flood->sent);
	assert_true(by[0].packets > flood->sent / 50 && by[1].packets > flood->sent / 50);
}

static void each_packet_by_one_list(void **state)
{
	struct flood flood;
	pthread_t thread;

	(void)state;
	feed_require(&program);
	flood_begin(&flood, &thread);
	for (int i = 0; i < RELOADS; i++)
		put(!(i % 2));
	flood_end(&flood, thread, 4, 6);
}

/* The same for one unit, replaced in place, and for the tree. */
static void each_packet_by_one_unit(void **state)
{
	static union mxw_feed_line lines[256];
	struct mxw_feed_node *nodes;
	struct flood flood;
	pthread_t thread;
	struct mxw_err err;
	int error = 0;

	(void)state;
	feed_require(&program);
	for (int i = 0; i < 256; i++)
		memset(&lines[i], 8, sizeof(lines[i]));
	flood_begin(&flood, &thread);
	feed_put(program.feeds, &lists[0].image, RELOADS * 256, feed_all_enforce());
	for (int i = 0; i < RELOADS && !error; i++) {
		uint32_t count = i % 3 ? 256 : 0; /* a class for all, or leaves full of it */

		error = mxw_feed_table_put_unit(program.feeds, SOURCE4 >> 14, lines, count,
						count ? 0 : 4, FEED_DIRECT_WIDE, &err) ||
			mxw_feed_table_prepare_nodes(program.feeds, 1, &nodes, &err);
		if (error)
			break;
		memset(nodes->key, 0xff, sizeof(nodes->key));
		nodes->key[0] = SOURCE6;
		nodes->class[0] = i % 2 ? 4 : 8;
		error = mxw_feed_table_replace_nodes(program.feeds, &err);
	}
	flood_end(&flood, thread, 4, 8);
	assert_int_equal(error, 0);
}

/* Reloads for ever, from the list on that is not in force. */
static void reload_until_killed(void)
{
	struct mxw_feed_table *table = feed_open(&program);
	bool second = mxw_feed_table_switch(table)->rule[0][6].action;

	for (int i = !second;; i++)
		feed_put(table, &lists[i % 2].image, 0, lists[i % 2].rules);
}

static bool slot_filled(uint32_t slot)
{
	uint32_t id;

	return bpf_map_lookup_elem(feed_maps(&program).fd[MXW_MAP_FEED_PARTS], &slot, &id) == 0;
}

/* What is in force is one list; what a later prepare finds it clears. */
static void expect_whole(void)
{
	uint8_t class = feed_ask(&program, SOURCE4);
	struct mxw_feed_generation new;
	struct mxw_feed_table *table;
	uint32_t other;
	struct mxw_err err;

	assert_true(class == 4 || class == 6);
	assert_int_equal(feed_ask(&program, SOURCE6), class);
	table = feed_open(&program);
	other = !(mxw_feed_table_switch(table)->live & MXW_FEEDS_GENERATION);
	assert_int_equal(mxw_feed_table_prepare(table, 9, 9, &new, &err), 0);
	for (uint32_t i = 0; i < MXW_FEED_UNITS; i++)
		assert_false(new.units[i].place || new.units[i].present);
	assert_false(slot_filled(MXW_FEED_LEAVES + other));
	assert_false(slot_filled(MXW_FEED_NODES + other));
	assert_true(slot_filled(MXW_FEED_LEAVES + !other));
	assert_int_equal(feed_ask(&program, SOURCE4), class);
	assert_int_equal(feed_ask(&program, SOURCE6), class);
	mxw_feed_table_close(table);
}

static void killed_anywhere(void **state)
{
	(void)state;
	feed_require(&program);
	program_reset(&program);
	program_configure(&program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	put(0);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (!child)
			reload_until_killed();
		(void)usleep((useconds_t)(20000 + feed_random((uint64_t)i) % 60000));
		(void)kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		expect_whole();
	}
	mxw_feed_table_close(program.feeds); /* it knows nothing of what the others did */
	program.feeds = feed_open(&program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packet_by_one_unit),
		cmocka_unit_test(killed_anywhere),
		cmocka_unit_test(each_packet_by_one_list),
	};
	void *state = &program;
	int failed;

	if (feed_group_setup(&state))
		return 1;
	make_lists();
	failed = cmocka_run_group_tests_name("bpf feed reload", tests, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
