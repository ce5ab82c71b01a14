// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hint table as the library keeps it (userspace/datapath/hints.h): every
 * exact entry in the kernel has its bit, at every moment, whatever is done.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "datapath/entries.h"
#include "datapath/hint_marks.h"
#include "datapath/hints.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define MANY 20000
#define MANY_NEVER 4000 /* mxw_never holds 4096 */
#define REBUILDS 60 /* beside packets */

/* Half IPv4, half IPv6; the same at every run. SplitMix64. */
static uint64_t key_of(uint64_t number)
{
	uint64_t bits = number * 0x9e3779b97f4a7c15ULL;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9ULL;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111ebULL;
	bits ^= bits >> 31;
	return number % 2 ? bits & 0xffffffff : 0x2400ULL << 48 | bits >> 8;
}

/* Every class with entries of its own, in one go and one by one. */
struct crowd {
	struct mxw_kernel_entry *entries[MXW_CLASS_COUNT];
	struct mxw_prefix *prefixes[MXW_CLASS_COUNT];
	size_t count[MXW_CLASS_COUNT];
};

static void gather(struct crowd *crowd)
{
	uint64_t number = 1;

	for (int c = 0; c < MXW_CLASS_COUNT; c++) {
		size_t count = c == MXW_CLASS_NEVER ? MANY_NEVER : MANY;

		crowd->count[c] = count;
		crowd->entries[c] = calloc(count, sizeof(*crowd->entries[c]));
		crowd->prefixes[c] = calloc(count, sizeof(*crowd->prefixes[c]));
		assert_true(crowd->entries[c] && crowd->prefixes[c]);
		for (size_t i = 0; i < count; i++, number++) {
			crowd->prefixes[c][i].key = key_of(number);
			crowd->prefixes[c][i].len = MXW_KEY_BITS;
			crowd->entries[c][i].prefix = crowd->prefixes[c][i];
		}
	}
}

static void disperse(struct crowd *crowd)
{
	for (int c = 0; c < MXW_CLASS_COUNT; c++) {
		free(crowd->entries[c]);
		free(crowd->prefixes[c]);
	}
}

static void put_crowd(const struct mxw_maps *maps, const struct crowd *crowd)
{
	struct mxw_err err = { 0 };

	for (int c = 0; c < MXW_CLASS_COUNT; c++) {
		const struct mxw_kernel_entry *entries = crowd->entries[c];
		size_t most = crowd->count[c] - 100;

		must(mxw_entries_put(maps, (enum mxw_class)c, entries, most, NULL, &err), &err);
		for (size_t i = most; i < crowd->count[c]; i++)
			must(mxw_entries_put(maps, (enum mxw_class)c, &entries[i], 1, NULL, &err),
			     &err);
	}
}

static void remove_crowd(const struct mxw_maps *maps, const struct crowd *crowd, size_t part)
{
	struct mxw_err err = { 0 };

	for (int c = 0; c < MXW_CLASS_COUNT; c++)
		must(mxw_entries_delete(maps, (enum mxw_class)c, crowd->prefixes[c],
					crowd->count[c] / part, &err),
		     &err);
}

static void rebuild(const struct mxw_maps *maps)
{
	struct mxw_err err = { 0 };

	must(mxw_hints_rebuild(maps, &err), &err);
}

static void what_is_put_is_marked(void **state)
{
	struct crowd crowd = { 0 };
	struct mxw_maps maps;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	gather(&crowd);
	put_crowd(&maps, &crowd);
	marks_expect_exactly("put", &maps);
	assert_true(marks_tally(&maps).entries > 3 * (size_t)MANY);
	assert_false(marks_relied_on(&maps)); /* only a rebuild knows that the table is whole */
	disperse(&crowd);
	marks_end(&maps);
}

/* A key, and how many bits of it; IPv4 begins at bit 32. */
static const struct net {
	const char *name;
	struct mxw_prefix prefix;
} nets[] = {
	{ "192.0.2.0/24", { 0xc0000200, 56 } },
	{ "10.0.0.0/8", { 0x0a000000, 40 } },
	{ "64.0.0.0/2", { 0x40000000, 34 } },
	{ "0.0.0.0/0", { 0, 32 } },
	{ "255.255.255.254/31", { 0xfffffffe, 63 } },
	{ "2001:db8::/32", { 0x20010db800000000, 32 } },
	{ "2000::/3", { 0x2000000000000000, 3 } },
	{ "ffff:ffff:ffff:fffe::/63", { 0xfffffffffffffffe, 63 } },
	{ "0:0:8000::/33", { 0x80000000ULL << 16, 33 } },
	{ "::/0, which holds IPv4 too", { 0, 0 } },
};

static void prefixes_are_marked_where_they_are(void **state)
{
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		struct mxw_kernel_entry entry = { .prefix = nets[i].prefix };
		struct mxw_maps maps = marks_begin();
		struct mxw_prefix gone = nets[i].prefix;

		must(mxw_entries_put(&maps, MXW_CLASS_BLOCK, &entry, 1, NULL, &err), &err);
		marks_expect_exactly(nets[i].name, &maps);
		assert_int_equal(marks_tally(&maps).entries, 1);
		must(mxw_entries_delete(&maps, MXW_CLASS_BLOCK, &gone, 1, &err), &err);
		assert_true(marks_tally(&maps).extra > 0);
		rebuild(&maps);
		marks_expect_exactly("removed, rebuilt", &maps);
		marks_end(&maps);
	}
}

static void a_rebuild_leaves_what_is_wanted(void **state)
{
	struct crowd crowd = { 0 };
	struct mxw_hint *once, *twice;
	struct mxw_maps maps;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	gather(&crowd);
	put_crowd(&maps, &crowd);
	remove_crowd(&maps, &crowd, 2);
	marks_expect("half removed", &maps); /* those in a slot with a removed one, too */
	assert_true(marks_tally(&maps).extra > 0);
	rebuild(&maps);
	marks_expect_exactly("half removed, rebuilt", &maps);
	assert_true(marks_relied_on(&maps));
	once = marks_read(&maps);
	rebuild(&maps);
	twice = marks_read(&maps);
	assert_memory_equal(once, twice, sizeof(*once));
	marks_wipe(&maps);
	rebuild(&maps);
	marks_expect_exactly("wiped, rebuilt", &maps);
	remove_crowd(&maps, &crowd, 1);
	rebuild(&maps);
	marks_expect_exactly("all removed, rebuilt", &maps);
	assert_int_equal(marks_tally(&maps).entries, 0);
	free(once);
	free(twice);
	disperse(&crowd);
	marks_end(&maps);
}

static const char *const blocked[] = { "192.0.2.66", "198.51.100.9", "2001:db8::1", "fe80::1" };

/* What goes on beside the packets. */
struct rebuilder {
	const struct mxw_maps *maps;
	struct mxw_kernel_entry entries[COUNT(blocked)];
	atomic_bool done;
	bool failed;
};

static void blocked_entries(struct mxw_kernel_entry out[COUNT(blocked)])
{
	for (size_t i = 0; i < COUNT(blocked); i++)
		out[i] = (struct mxw_kernel_entry){ .prefix = prefix_of(blocked[i]) };
}

/* Each time there is something to clear in the blocked sources' own slots. */
static void *rebuild_often(void *context)
{
	struct rebuilder *rebuilder = context;

	for (int i = 0; i < REBUILDS && !rebuilder->failed; i++)
		rebuilder->failed = mxw_hints_mark(rebuilder->maps, MXW_CLASS_ALLOW,
						   rebuilder->entries, COUNT(blocked), NULL) ||
				    mxw_hints_rebuild(rebuilder->maps, NULL);
	rebuilder->done = true;
	return NULL;
}

/* Failures are told after the thread has ended, or it would outlive its maps. */
static void no_packet_slips_through_a_rebuild(void **state)
{
	struct mxw_maps maps;
	struct rebuilder rebuilder = { .maps = &maps };
	struct crowd crowd = { 0 };
	struct mxw_err err = { 0 };
	size_t asked = 0, passed = 0;
	pthread_t thread;
	int program;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	gather(&crowd);
	put_crowd(&maps, &crowd);
	blocked_entries(rebuilder.entries);
	must(mxw_entries_put(&maps, MXW_CLASS_BLOCK, rebuilder.entries, COUNT(blocked), NULL, &err),
	     &err);
	rebuild(&maps);
	program = marks_program();
	assert_int_equal(pthread_create(&thread, NULL, rebuild_often, &rebuilder), 0);
	for (; !rebuilder.done; asked++)
		passed += marks_ask(program, blocked[asked % COUNT(blocked)]) != 1;
	(void)pthread_join(thread, NULL);
	(void)close(program);
	assert_false(rebuilder.failed);
	assert_true(asked > 100 * REBUILDS);
	assert_int_equal(passed, 0);
	marks_expect_exactly("in the end", &maps);
	disperse(&crowd);
	marks_end(&maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_marked),
		cmocka_unit_test(prefixes_are_marked_where_they_are),
		cmocka_unit_test(a_rebuild_leaves_what_is_wanted),
		cmocka_unit_test(no_packet_slips_through_a_rebuild),
	};

	return cmocka_run_group_tests_name("hints", tests, sandbox_enter, NULL);
}
