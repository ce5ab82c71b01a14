// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rates in controlled time: GCRA's vectors, source and net,
 * families, ports.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/bpf/fixture.h"
#include "tests/bpf/limiter.h"

#define SOURCE MXW_LIMIT_UNKNOWN, MXW_LIMIT_SOURCE
#define NET MXW_LIMIT_UNKNOWN, MXW_LIMIT_NET
#define LISTED MXW_LIMIT_SANCTIONED, MXW_LIMIT_SOURCE

/* 30/min burst 10: T = 2 s, tau = 18 s. */
static void gcra_vector(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	for (int i = 0; i < 10; i++)
		assert_true(limiter_syn(l, BAD4));
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 1900);
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 2000);
	assert_true(limiter_syn(l, BAD4));
	assert_false(limiter_syn(l, BAD4));
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE), 3);
	assert_int_equal(limiter_counted(l, MXW_PASS_UNKNOWN), 11);
}

/* 100 SYN/s for 60 s: 39 pass, the next at t = 60.0. */
static void leaky_vector(void **state)
{
	struct limiter *l = limiter_fresh(state);
	unsigned int passed = 0;

	limiter_rate(l, SOURCE, 30, 10);
	for (unsigned int i = 0; i < 6000; i++) {
		limiter_at(l, i * 10);
		passed += limiter_syn(l, BAD4);
	}
	assert_int_equal(passed, 39);
	limiter_at(l, 59999);
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 60000);
	assert_true(limiter_syn(l, BAD4));
}

/* A sanctioned source has a rate of its own, and owes nothing for what is refused. */
static void listed_source_has_its_rate(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_list(l, "192.0.2.0/24");
	limiter_rate(l, LISTED, 30, 10);
	assert_int_equal(limiter_syns(l, BAD4, 6000), 10);
	limiter_at(l, 1999);
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 2000);
	assert_true(limiter_syn(l, BAD4));
}

/* Whatever SYNs alone do, in a source's name or its net's: it owes nothing, and no slot is used. */
static void forged_syns_charge_nobody(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	limiter_rate(l, NET, 120, 40);
	l->forged = true;
	assert_int_equal(limiter_syns(l, BAD4, 2000), 2000);
	for (int i = 0; i < 10; i++) {
		limiter_at(l, (uint64_t)i * 1000);
		assert_true(limiter_again(l));
	}
	assert_int_equal(limiter_slots_used(l), 0);
	l->forged = false;
	assert_int_equal(limiter_syns(l, BAD4, 20), 10);
	l->forged = true;
	assert_int_equal(limiter_syns(l, BAD4, 2000), 0);
	limiter_at(l, 9000 + 2000); /* ... which did not make it owe more */
	l->forged = false;
	assert_int_equal(limiter_syns(l, BAD4, 20), 1);
}

/* A sanctioned source owes all that it took, so that bursts bring it nothing. */
static void sanctioned_bursts_are_owed(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_list(l, "192.0.2.0/24");
	limiter_rate(l, LISTED, 10, 5);
	l->limits.mode = MXW_LIMIT_SHADOW;
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 400), 400);
	l->limits.mode = MXW_LIMIT_ENFORCE;
	limiter_at(l, 395 * 6000 - 1000);
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 396 * 6000);
	assert_true(limiter_syn(l, BAD4));
}

/* Connections whose SYNs all came before the first was complete: all pass, and are owed, ten
 * minutes beyond what refuses at most. */
static void at_the_same_moment(void **state)
{
	static const struct {
		unsigned int count;
		uint64_t refused_ms;
	} rows[] = { { 20, 20000 - 1 }, { 10000, 600000 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limiter *l = limiter_fresh(state);

		limiter_rate(l, SOURCE, 30, 10);
		l->limits.mode = MXW_LIMIT_SHADOW;
		limiter_write(l);
		assert_int_equal(limiter_syns(l, BAD4, rows[i].count), rows[i].count);
		l->limits.mode = MXW_LIMIT_ENFORCE;
		limiter_at(l, rows[i].refused_ms);
		assert_false(limiter_syn(l, BAD4));
		limiter_at(l, rows[i].refused_ms + 2001);
		assert_true(limiter_syn(l, BAD4));
	}
}

/* Connections at once, of a source and of its net, and their ends. */
static void connections_at_once(void **state)
{
	struct limiter *l = limiter_fresh(state);

	l->limits.conns_source = 3;
	l->limits.conns_net = 5;
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 10), 3);
	assert_int_equal(limiter_counted(l, MXW_DROP_CONNS), 7);
	assert_int_equal(limiter_syns(l, "192.0.2.67", 10), 2);
	assert_int_equal(limiter_counted(l, MXW_DROP_CONNS_NET), 8);
	assert_true(limiter_syn(l, "192.0.3.1"));
	assert_int_equal(limiter_syns(l, BAD6, 10), 3);
	assert_false(limiter_syn(l, "192.0.2.67")); /* whose connections end */
	limiter_end(l);
	limiter_end(l);
	assert_int_equal(limiter_syns(l, "192.0.2.68", 10), 2);
	l->limits.conns_mode = MXW_LIMIT_SHADOW;
	limiter_write(l);
	assert_true(limiter_syn(l, BAD4));
	assert_int_equal(limiter_counted(l, MXW_WOULD_CONNS), 1);
	l->limits.conns_mode = MXW_LIMIT_ENFORCE;
	limiter_at(l, 3600000 + 140000); /* ends that were missed do not count for ever */
	assert_true(limiter_syn(l, BAD4));
}

/* If the program on the cgroup root is gone, no end is seen. A source that was at its limit is not
 * kept out by that for longer than a minute; if the program is there, one connection gets through
 * in a minute in which nothing else happens. */
static void a_lost_count_refuses_nobody(void **state)
{
	struct limiter *l = limiter_fresh(state);

	l->limits.conns_source = 3;
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 10), 3);
	limiter_at(l, 55000);
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 65000);
	assert_int_equal(limiter_syns(l, BAD4, 10), 1);
	l->forged = true;
	limiter_at(l, 126000);
	assert_int_equal(limiter_syns(l, BAD4, 10), 10);
}

/* Five hosts of a /24, each within its own limit: the net caps the sum, and what the net
 * refuses is not charged to the host. */
static void nested_vector(void **state)
{
	static const char *const hosts[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4",
					     "192.0.2.5" };
	struct limiter *l = limiter_fresh(state);
	unsigned int passed[5];

	limiter_rate(l, SOURCE, 30, 10);
	limiter_rate(l, NET, 120, 40);
	for (int i = 0; i < 5; i++)
		passed[i] = limiter_syns(l, hosts[i], 10);
	assert_int_equal(passed[0] + passed[1] + passed[2] + passed[3], 40);
	assert_int_equal(passed[4], 0);
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE_NET), 10);
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE), 0);
	/* After 5 s the net has room for ten more, all of which the fifth host may have. */
	limiter_at(l, 5000);
	assert_int_equal(limiter_syns(l, hosts[4], 10), 10);
	assert_false(limiter_syn(l, hosts[4]));
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE), 1);
	assert_true(limiter_syns(l, "192.0.3.1", 10) == 10);
}

/* What the source refuses is not charged to the net. */
static void refused_source_spares_net(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	limiter_rate(l, NET, 120, 40);
	assert_int_equal(limiter_syns(l, "192.0.2.1", 1000), 10);
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE), 990);
	for (int i = 2; i < 5; i++) {
		char host[16];

		(void)snprintf(host, sizeof(host), "192.0.2.%d", i);
		assert_int_equal(limiter_syns(l, host, 10), 10);
	}
	assert_int_equal(limiter_syns(l, "192.0.2.9", 1), 0);
}

/* Addresses of a /64 are one source; /64s of a /48 are one net (S3). */
static void ipv6_levels(void **state)
{
	struct limiter *l = limiter_fresh(state);
	unsigned int passed = 0;
	char host[64];

	limiter_rate(l, SOURCE, 60, 20);
	limiter_rate(l, NET, 240, 80);
	for (unsigned int i = 0; i < 1000; i++) {
		(void)snprintf(host, sizeof(host), "2001:db8:1:2:%x:%x:%x:%x", i * 7919 % 65536, i,
			       i * 31, i * i % 65536);
		passed += limiter_syn(l, host);
	}
	assert_int_equal(passed, 20);
	for (unsigned int i = 0; i < 1000; i++) {
		(void)snprintf(host, sizeof(host), "2001:db8:1:%x::1", i);
		passed += limiter_syn(l, host);
	}
	assert_int_equal(passed, 80);
	assert_int_equal(limiter_syns(l, "2001:db8:2:2::1", 30), 20);
}

/* A source that carries an IPv4 address has that address's account. */
static void ipv4_in_ipv6(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	assert_int_equal(limiter_syns(l, "192.0.2.66", 6), 6);
	assert_int_equal(limiter_syns(l, "64:ff9b::192.0.2.66", 6), 4);
}

static void families_have_own_rates(void **state)
{
	struct limiter *l = limiter_fresh(state);

	l->limits.rate[0][MXW_LIMIT_UNKNOWN][0].level[0] = limiter_make_rate(30, 3);
	l->limits.rate[0][MXW_LIMIT_UNKNOWN][1].level[0] = limiter_make_rate(30, 5);
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 10), 3);
	assert_int_equal(limiter_syns(l, BAD6, 10), 5);
}

/* A port with rates of its own has accounts of its own; all others share theirs. */
static void ports_have_own_rates(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	l->limits.port[0] = 465;
	l->limits.port[1] = 587;
	l->limits.rate[2][MXW_LIMIT_UNKNOWN][0].level[0] = limiter_make_rate(30, 2);
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 20), 10);
	for (int i = 0; i < 5; i++)
		assert_int_equal(limiter_syn_to(l, BAD4, 587), i < 2);
	for (int i = 0; i < 50; i++)
		assert_true(limiter_syn_to(l, BAD4, 465));
	assert_false(limiter_syn_to(l, BAD4, 2525));
}

/* A rate of none limits nothing, and one level may be without. */
static void unlimited(void **state)
{
	struct limiter *l = limiter_fresh(state);

	assert_int_equal(limiter_syns(l, BAD4, 200), 200);
	assert_int_equal(limiter_slots_used(l), 0);
	limiter_rate(l, NET, 120, 40);
	assert_int_equal(limiter_syns(l, BAD4, 200), 40);
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE_NET), 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gcra_vector),
		cmocka_unit_test(leaky_vector),
		cmocka_unit_test(listed_source_has_its_rate),
		cmocka_unit_test(forged_syns_charge_nobody),
		cmocka_unit_test(at_the_same_moment),
		cmocka_unit_test(connections_at_once),
		cmocka_unit_test(a_lost_count_refuses_nobody),
		cmocka_unit_test(sanctioned_bursts_are_owed),
		cmocka_unit_test(nested_vector),
		cmocka_unit_test(refused_source_spares_net),
		cmocka_unit_test(ipv6_levels),
		cmocka_unit_test(ipv4_in_ipv6),
		cmocka_unit_test(families_have_own_rates),
		cmocka_unit_test(ports_have_own_rates),
		cmocka_unit_test(unlimited),
	};

	return cmocka_run_group_tests_name("bpf limit", tests, limiter_setup, limiter_teardown);
}
