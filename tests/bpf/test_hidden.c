// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever may be a SYN to a protected port meets what a plain one meets: the hold and the
 * report, proofs, rates, and the stricter ones of a listed source. Later fragments do not:
 * without their first one they are nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/bpf/fixture.h"
#include "tests/bpf/reporter.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TO25 TCP(40000, 25, SYN)
#define DSTOPTS7 DSTOPTS(), DSTOPTS(), DSTOPTS(), DSTOPTS(), DSTOPTS(), DSTOPTS(), DSTOPTS()

struct hidden {
	const char *name;
	struct layer packet[PACKET_LAYERS];
	bool later; /* a later fragment */
};

static const struct hidden ways[] = {
	{ "a plain SYN", { SYN4(STRANGER4) }, false },
	{ "a plain SYN, IPv6", { SYN6(STRANGER6) }, false },
	{ "a first fragment without the flags",
	  { ETH(), IPV4(STRANGER4, MX4, .more = 1), TCP(40000, 25, SYN, .only = 8) },
	  false },
	{ "a first fragment with all of the header",
	  { ETH(), IPV4(STRANGER4, MX4, .more = 1), TO25, RAW(4) },
	  false },
	{ "a first fragment without the flags, IPv6",
	  { ETH(), IPV6(STRANGER6, MX6), FRAG6(.more = 1), TCP(40000, 25, SYN, .only = 8) },
	  false },
	{ "a first fragment that ends among its headers",
	  { ETH(), IPV6(STRANGER6, MX6), FRAG6(.more = 1, .next = PROTO_DSTOPTS), RAW(8) },
	  false },
	{ "7 extension headers", { ETH(), IPV6(STRANGER6, MX6), DSTOPTS7, TO25 }, false },
	{ "264 bytes of extension headers",
	  { ETH(), IPV6(STRANGER6, MX6), DSTOPTS(.bytes = 264), TO25 },
	  false },
	{ "three priority tags",
	  { ETH(), VLAN(0), VLAN(0), VLAN(0), IPV4(STRANGER4, MX4), TO25 },
	  false },
	{ "a later fragment",
	  { ETH(), IPV4(STRANGER4, MX4, .offset = 1, .protocol = PROTO_TCP), RAW(12) },
	  true },
	{ "a later fragment, IPv6",
	  { ETH(), IPV6(STRANGER6, MX6), FRAG6(.offset = 1, .next = PROTO_TCP), RAW(12) },
	  true },
	{ "a later fragment behind options",
	  { ETH(), IPV6(STRANGER6, MX6), FRAG6(.offset = 1, .next = PROTO_DSTOPTS), RAW(12) },
	  true },
};

static void want_passed(const struct hidden *way, bool passed, bool want)
{
	if (passed != (want || way->later))
		fail_msg("%s: it %s", way->name, passed ? "passes" : "is dropped");
}

static void each_is_reported_and_held(void **state)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
		struct sink sink;

		want_passed(&ways[i], limiter_send(l, ways[i].packet), false);
		assert_int_equal(reporter_reports(l, &sink), !ways[i].later);
		if (ways[i].later)
			continue;
		assert_int_equal(sink.record[0].port, 25);
		assert_int_equal(sink.record[0].held, 1);
		assert_int_equal(sink.record[0].listed, 0);
		limiter_at(l, 1000);
		want_passed(&ways[i], limiter_again(l), true);
	}
}

static void each_has_to_prove_that_it_repeats(void **state)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct limiter *l = limiter_fresh(state);

		l->limits.flood_mode = MXW_LIMIT_ENFORCE;
		l->limits.flood_forced = 1;
		limiter_write(l);
		want_passed(&ways[i], limiter_send(l, ways[i].packet), false);
		limiter_at(l, 1000);
		want_passed(&ways[i], limiter_again(l), true);
	}
}

static void each_is_charged(void **state)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct limiter *l = limiter_fresh(state);

		limiter_rate(l, MXW_LIMIT_UNKNOWN, MXW_LIMIT_SOURCE, 1, 1);
		want_passed(&ways[i], limiter_send(l, ways[i].packet), true);
		want_passed(&ways[i], limiter_again(l), false);
	}
}

static void each_of_a_listed_source_is_charged_as_such(void **state)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct limiter *l = limiter_fresh(state);

		limiter_list(l, ways[i].packet[1].type == LAYER_IPV6 ? STRANGER6 : STRANGER4);
		limiter_rate(l, MXW_LIMIT_SANCTIONED, MXW_LIMIT_SOURCE, 1, 1);
		want_passed(&ways[i], limiter_send(l, ways[i].packet), true);
		want_passed(&ways[i], limiter_again(l), false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_reported_and_held),
		cmocka_unit_test(each_has_to_prove_that_it_repeats),
		cmocka_unit_test(each_is_charged),
		cmocka_unit_test(each_of_a_listed_source_is_charged_as_such),
	};

	return cmocka_run_group_tests_name("hidden SYNs", tests, limiter_setup, limiter_teardown);
}
