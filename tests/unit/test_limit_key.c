// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the hash of the limits puts sources, and the limits' verdict in userspace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/limit_key.h"
#include "policy/limits_order.h"

#define LINES 4096
#define KEYS (16 * LINES)

static const __u64 seed[3] = { 0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL,
			       0xa4093822299f31d0ULL };

/* Chi squared of KEYS keys over LINES lines; the mean is LINES - 1, its deviation 90. */
static double unevenness(uint64_t first, uint64_t step)
{
	unsigned int *counts = calloc(LINES, sizeof(*counts));
	double sum = 0, mean = (double)KEYS / LINES;

	assert_non_null(counts);
	for (uint64_t i = 0; i < KEYS; i++)
		counts[mxw_limit_line(mxw_limit_hash(seed, first + i * step, 0), LINES)]++;
	for (int i = 0; i < LINES; i++)
		sum += ((double)counts[i] - mean) * ((double)counts[i] - mean) / mean;
	free(counts);
	return sum;
}

/* Neighbours, every 256th address, /64s of one /48, /48s, and nets. */
static void lines_are_filled_evenly(void **state)
{
	static const uint64_t cases[][2] = {
		{ 0x0a000000, 1 },	   { 0x0a000000, 256 },
		{ 0x20010db800010000, 1 }, { 0x2001000000000000, 1 << 16 },
		{ 1ULL << 40, 1 },	   { 1ULL << 48 | 0x20010db80000, 1 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double found = unevenness(cases[i][0], cases[i][1]);

		if (found > LINES * 1.25)
			fail_msg("case %zu: %.0f over %d lines", i, found, LINES);
	}
}

/* Of all pairs in a line, one in 65 536 has the same tag. */
static void tags_tell_sources_apart(void **state)
{
	uint64_t *tags = calloc(KEYS, sizeof(*tags));
	size_t pairs = 0, same = 0, count = 0;

	(void)state;
	assert_non_null(tags);
	for (uint64_t i = 0; count < 4000; i++) {
		uint64_t hash = mxw_limit_hash(seed, 0x0a000000 + i, 0);

		if (mxw_limit_line(hash, LINES) == 7)
			tags[count++] = mxw_limit_tag(hash);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++, pairs++)
			same += tags[i] == tags[j];
	free(tags);
	assert_in_range(same, pairs / 65536 / 2, pairs / 65536 * 2);
}

static void nets_are_no_sources(void **state)
{
	(void)state;
	assert_int_equal(mxw_limit_net(0xc0000201), mxw_limit_net(0xc00002fe));
	assert_int_not_equal(mxw_limit_net(0xc0000201), mxw_limit_net(0xc0000301));
	assert_int_equal(mxw_limit_net(0x20010db800010002), mxw_limit_net(0x20010db80001ffff));
	assert_int_not_equal(mxw_limit_net(0x20010db800010002), mxw_limit_net(0x20010db800020002));
	assert_int_not_equal(mxw_limit_net(0x20010db800010000), 0x20010db800010000);
	assert_int_not_equal(mxw_limit_net(0xc0000200), 0xc0000200);
}

/* A debt ends at its tick, goes round after 2^48 ticks, and is none above a day. */
static void debts_are_differences(void **state)
{
	const uint64_t tag = 0xabcdULL << 48, last = (1ULL << 48) - 5;

	(void)state;
	assert_int_equal(mxw_limit_debt(tag | 1000, 900), 100);
	assert_int_equal(mxw_limit_debt(tag | 1000, 1000), 0);
	assert_int_equal(mxw_limit_debt(tag | 1000, 2000), 0);
	assert_int_equal(mxw_limit_debt(tag | 15, last), 20);
	assert_int_equal(mxw_limit_debt(tag | last, 15), 0);
	assert_int_equal(mxw_limit_debt(tag | (MXW_LIMIT_FAR + 1), 0), 0);
	assert_int_equal(mxw_limit_debt(tag | MXW_LIMIT_FAR, 0), MXW_LIMIT_FAR);
}

/* One row of facts and the reason they give. */
struct row {
	uint32_t conns, flood, rates; /* modes */
	struct mxw_limit_facts facts;
	unsigned int want;
};

#define ON MXW_LIMIT_ENFORCE
#define SHADOW MXW_LIMIT_SHADOW

static void verdicts(void **state)
{
	static const struct mxw_rates rates = { { { 10, 50 }, { 10, 90 } } };
	static const struct row rows[] = {
		{ ON, ON, ON, { .class = 0 }, 0 },
		{ ON, ON, ON, { .owed = { 50, 90 } }, 0 },
		{ ON, ON, ON, { .owed = { 51, 90 } }, MXW_DROP_RATE },
		{ ON, ON, ON, { .owed = { 51, 91 } }, MXW_DROP_RATE },
		{ ON, ON, ON, { .owed = { 50, 91 } }, MXW_DROP_RATE_NET },
		{ ON, ON, SHADOW, { .owed = { 50, 91 } }, MXW_WOULD_RATE_NET },
		{ ON, ON, 0, { .owed = { 51, 91 } }, 0 },
		{ ON, ON, ON, { .flood = true }, MXW_DROP_PROOF },
		{ ON, SHADOW, ON, { .flood = true }, MXW_WOULD_PROOF },
		{ ON, SHADOW, ON, { .flood = true, .owed = { 51 } }, MXW_DROP_RATE },
		{ ON, SHADOW, SHADOW, { .flood = true, .owed = { 51 } }, MXW_WOULD_PROOF },
		{ ON, 0, ON, { .flood = true }, 0 },
		{ ON, ON, ON, { .flood = true, .proven = true }, MXW_PASS_PROVEN },
		{ ON, ON, ON, { .flood = true, .proven = true, .owed = { 51 } }, MXW_DROP_RATE },
		{ ON, ON, ON, { .flood = true, .class = MXW_LIMIT_GOOD }, 0 },
		{ ON, ON, ON, { .full = { true, true } }, MXW_DROP_CONNS },
		{ ON, ON, ON, { .full = { false, true }, .flood = true }, MXW_DROP_CONNS_NET },
		{ SHADOW, ON, ON, { .full = { true } }, MXW_WOULD_CONNS },
		{ SHADOW, ON, ON, { .full = { true }, .owed = { 51 } }, MXW_DROP_RATE },
		{ 0, ON, ON, { .full = { true } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mxw_limits limits = { .conns_mode = rows[i].conns,
						   .flood_mode = rows[i].flood,
						   .mode = rows[i].rates };
		struct mxw_limit_facts facts = rows[i].facts;
		unsigned int got;

		facts.rates = rates;
		got = mxw_limits_decide(&limits, &facts, false);

		if (got != rows[i].want)
			fail_msg("row %zu: %u, want %u", i, got, rows[i].want);
	}
}

/* Of the never-block set: whatever its sources owe and have open. */
static void only_proofs_hold_for_some(void **state)
{
	static const struct mxw_limits limits = { .conns_mode = ON, .flood_mode = ON, .mode = ON };
	struct mxw_limit_facts facts = { .full = { true }, .owed = { 51, 91 } };

	(void)state;
	facts.rates = (struct mxw_rates){ { { 10, 50 }, { 10, 90 } } };
	assert_int_equal(mxw_limits_decide(&limits, &facts, true), 0);
	facts.flood = true;
	assert_int_equal(mxw_limits_decide(&limits, &facts, true), MXW_DROP_PROOF);
}

static void classes_follow_the_verdict(void **state)
{
	(void)state;
	assert_int_equal(mxw_limits_class(MXW_PASS_UNKNOWN, MXW_MODE_ENFORCE, MXW_LIMIT_GREY),
			 MXW_LIMIT_GREY);
	assert_int_equal(mxw_limits_class(MXW_PASS_LISTED, MXW_MODE_ENFORCE, MXW_LIMIT_GREY),
			 MXW_LIMIT_SANCTIONED);
	assert_int_equal(mxw_limits_class(MXW_PASS_NEVER, MXW_MODE_ENFORCE, 0), MXW_LIMIT_UNKNOWN);
	assert_int_equal(mxw_limits_class(MXW_PASS_ALLOW, MXW_MODE_ENFORCE, 0), MXW_LIMIT_CLASSES);
	assert_int_equal(mxw_limits_class(MXW_DROP_BLOCK, MXW_MODE_ENFORCE, 0), MXW_LIMIT_CLASSES);
	assert_int_equal(mxw_limits_class(MXW_WOULD_FEED, MXW_MODE_ENFORCE, 0), MXW_LIMIT_UNKNOWN);
	assert_int_equal(mxw_limits_class(MXW_WOULD_FEED, MXW_MODE_MONITOR, 0), MXW_LIMIT_CLASSES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_filled_evenly),
		cmocka_unit_test(tags_tell_sources_apart),
		cmocka_unit_test(nets_are_no_sources),
		cmocka_unit_test(debts_are_differences),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(only_proofs_hold_for_some),
		cmocka_unit_test(classes_follow_the_verdict),
	};

	return cmocka_run_group_tests_name("limit key", tests, NULL, NULL);
}
