// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which new sources are reported, how often and within what budget.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <bpf/libbpf.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/reporter.h"
#include "tests/bpf/skeleton.h"

static void report_of_ipv4(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);
	uint64_t now = mxw_clock_mono();
	uint8_t want[16];
	struct sink sink;

	assert_true(limiter_syn_to(l, STRANGER4, 587));
	assert_int_equal(reporter_reports(l, &sink), 1);
	assert_true(sink.record[0].source == reporter_key(STRANGER4, want));
	assert_memory_equal(sink.record[0].saddr, want, 16);
	assert_in_range(sink.record[0].time_ns, now - MXW_SECOND / 10, mxw_clock_mono());
	assert_int_equal(sink.record[0].port, 587);
	assert_int_equal(sink.record[0].held, 0);
	assert_int_equal(sink.record[0].listed, 0);
}

static void report_of_ipv6(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_MONITOR, 0);
	uint8_t want[16];
	struct sink sink;

	assert_true(limiter_syn(l, STRANGER6));
	assert_true(limiter_syn(l, "2001:db8:900d:1::77")); /* the same /64 */
	assert_int_equal(reporter_reports(l, &sink), 1);
	assert_true(sink.record[0].source == reporter_key(STRANGER6, want));
	assert_memory_equal(sink.record[0].saddr, want, 16);
}

static void once_in_30_seconds(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);

	for (int i = 0; i < 10; i++)
		assert_true(limiter_syn(l, STRANGER4));
	limiter_at(l, 29900);
	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, NULL), 1);
	limiter_at(l, 30100);
	assert_true(limiter_syn(l, STRANGER4));
	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, NULL), 1);
	assert_int_equal(reporter_stats(l).reported, 2);
	assert_int_equal(reporter_stats(l).suppressed, 0);
}

static void sources_apart(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);
	char source[32];

	for (int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < 2000; i++) {
			(void)snprintf(source, sizeof(source), "198.18.%u.%u", i / 250, i % 250);
			assert_true(limiter_syn(l, source));
		}
	assert_int_equal(reporter_reports(l, NULL), 2000);
}

/* More sources than there are slots: the oldest is forgotten first, none is lost. */
static void table_full(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);
	const uint32_t slots =
		bpf_map__max_entries(l->program.skel->maps.mxw_news_lines) * MXW_NEWS_SLOTS;
	size_t seen = 0;
	char source[32];

	for (uint32_t i = 0; i < slots + slots / 4; i++) {
		if (i % 4096 == 0) {
			limiter_at(l, i / 8);
			reporter_beat(l, 0); /* a slow machine takes longer than a controller may */
		}
		(void)snprintf(source, sizeof(source), "10.%u.%u.%u", i >> 16, i >> 8 & 255,
			       i & 255);
		assert_true(limiter_syn(l, source));
		if (i % 4096 == 4095)
			seen += reporter_reports(l, NULL);
	}
	assert_int_equal(seen + reporter_reports(l, NULL), slots + slots / 4);
	assert_true(limiter_syn(l, source));
	assert_int_equal(reporter_reports(l, NULL), 0);
}

static void nothing_without_controller(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);

	reporter_beat(l, 6 * MXW_SECOND);
	assert_true(limiter_syn(l, STRANGER4));
	reporter_never_beat(l);
	assert_true(limiter_syn(l, STRANGER4));
	reporter_beat(l, 0);
	program_configure(&l->program,
			  &(struct setup){ .mode = MXW_MODE_ENFORCE, .heartbeat = NOW });
	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, NULL), 0);
	reporter_want(l, MXW_MODE_ENFORCE);
	reporter_rules(l, 0, 1);
	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, NULL), 0);
	assert_int_equal(reporter_stats(l).suppressed, 0);
	reporter_beat(l, 3 * MXW_SECOND);
	reporter_rules(l, PLENTY, 0);
	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, NULL), 1);
}

static void only_unknown_sources(void **state)
{
	static const struct entry entries[] = { NEVER("192.0.2.1"), ALLOW("192.0.2.2"),
						BLOCK("192.0.2.3"), AUTO("192.0.2.4") };
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
	char source[32];

	for (size_t i = 0; i < 4; i++)
		program_add_entry(&l->program, &entries[i]);
	for (int mode = MXW_MODE_MONITOR; mode <= MXW_MODE_BYPASS; mode++) {
		reporter_want(l, (enum mxw_mode)mode);
		for (int i = 1; i <= 4; i++) {
			(void)snprintf(source, sizeof(source), "192.0.2.%d", i);
			(void)limiter_syn(l, source);
		}
		assert_int_equal(reporter_reports(l, NULL), 0);
	}
	assert_true(limiter_syn(l, STRANGER4)); /* bypass */
	assert_int_equal(reporter_reports(l, NULL), 0);
}

static void listed_is_said(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);
	struct sink sink;

	limiter_list(l, "192.0.2.0/24");
	reporter_want(l, MXW_MODE_ENFORCE);
	assert_true(limiter_syn(l, BAD4));
	assert_int_equal(reporter_reports(l, &sink), 1);
	assert_int_equal(sink.record[0].listed, 1);
}

/* It foretells the hold, and holds nothing. */
static void probe_leaves_nothing(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
	const struct mxw_probe probe = { .magic = MXW_PROBE_MAGIC };
	struct answer answer;
	struct packet packet;

	packet_build((const struct layer[]){ SYN4(STRANGER4), {} }, &packet);
	program_probe(&l->program, &packet, &probe, &answer);
	assert_int_equal(answer.probe.reason, MXW_DROP_HOLD);
	assert_int_equal(reporter_reports(l, NULL), 0);
	assert_int_equal(reporter_stats(l).held, 0);
}

/* A report that is not sent is counted and tried again with the next SYN, and nobody waits for it. */
static void budget(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
	struct mxw_news_stats before, after;
	unsigned int passed;
	char source[32];

	reporter_rules(l, 5, 1);
	before = reporter_stats(l);
	passed = 0;
	for (int i = 0; i < 100; i++) {
		(void)snprintf(source, sizeof(source), "198.51.100.%d", i);
		passed += limiter_syn(l, source);
	}
	after = reporter_stats(l);
	/* The window may turn once meanwhile. */
	assert_in_range(reporter_reports(l, NULL), 5, 10);
	assert_int_equal(after.reported - before.reported, after.held);
	assert_int_equal(passed, 100 - after.held);
	assert_int_equal(after.suppressed, 100 - after.reported);
	reporter_rules(l, PLENTY, 1);
	assert_false(limiter_syn(l, "198.51.100.99"));
}

static void ring_full(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
	const uint32_t room = bpf_map__max_entries(l->program.skel->maps.mxw_news) / 48;
	unsigned int passed = 0;
	char source[32];

	for (uint32_t i = 0; i < room + 100; i++) {
		(void)snprintf(source, sizeof(source), "10.2.%u.%u", i >> 8, i & 255);
		passed += limiter_syn(l, source);
	}
	assert_in_range(passed, 100, 110);
	assert_int_equal(reporter_stats(l).suppressed, passed);
	assert_int_equal(reporter_reports(l, NULL), room + 100 - passed);
}

/* What the limits only count is new all the same; what they drop is not asked about. */
static void limits_before_it(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);

	limiter_rate(l, MXW_LIMIT_UNKNOWN, MXW_LIMIT_NET, 1, 1);
	l->limits.mode = MXW_LIMIT_SHADOW;
	limiter_write(l);
	assert_true(limiter_syn(l, "198.51.100.1"));
	assert_true(limiter_syn(l, "198.51.100.2"));
	assert_int_equal(limiter_counted(l, MXW_WOULD_RATE_NET), 1);
	assert_int_equal(reporter_reports(l, NULL), 2);
	l->limits.mode = MXW_LIMIT_ENFORCE;
	limiter_write(l);
	assert_false(limiter_syn(l, "198.51.100.3"));
	assert_int_equal(reporter_reports(l, NULL), 0);
}

/* A source that completes connections is reported as present, once in 30 s, beside its SYN. */
static void present_sources(void **state)
{
	static const struct {
		uint64_t ms;
		size_t present;
	} steps[] = { { 0, 1 }, { 1, 0 }, { 29000, 0 }, { 30200, 1 } };
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);
	struct sink sink;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		limiter_at(l, steps[i].ms);
		assert_true(limiter_syn(l, BAD4));
		(void)reporter_reports(l, &sink);
		assert_int_equal(sink.present, steps[i].present);
	}
}

/* A SYN that comes again soon enough is reported as one that does, and only once. */
static void repeated_syns(void **state)
{
	static const struct {
		uint64_t ms;
		size_t reports;
		uint8_t repeats;
	} steps[] = { { 0, 1, 0 },    { 500, 0, 0 },   { 1000, 1, 1 },
		      { 3000, 0, 0 }, { 40000, 1, 0 }, { 50000, 0, 0 } };
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 0);
	struct sink sink;

	l->forged = true;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		limiter_at(l, steps[i].ms);
		assert_true(limiter_syn(l, BAD4));
		assert_int_equal(reporter_reports(l, &sink), steps[i].reports);
		if (steps[i].reports)
			assert_int_equal(sink.record[0].repeats, steps[i].repeats);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_of_ipv4),
		cmocka_unit_test(report_of_ipv6),
		cmocka_unit_test(once_in_30_seconds),
		cmocka_unit_test(sources_apart),
		cmocka_unit_test(table_full),
		cmocka_unit_test(nothing_without_controller),
		cmocka_unit_test(only_unknown_sources),
		cmocka_unit_test(listed_is_said),
		cmocka_unit_test(limits_before_it),
		cmocka_unit_test(present_sources),
		cmocka_unit_test(repeated_syns),
		cmocka_unit_test(probe_leaves_nothing),
		cmocka_unit_test(budget),
		cmocka_unit_test(ring_full),
	};

	return cmocka_run_group_tests_name("news", tests, limiter_setup, limiter_teardown);
}
