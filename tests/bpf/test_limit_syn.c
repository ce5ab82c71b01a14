// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which SYNs the limits are about: not those of allowed and blocked sources, not
 * retransmissions, not probes; and what their mode does.
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

/* Whoever is allowed never reaches the limits, and does not spend his net's budget. */
static void allowed_members(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	limiter_rate(l, NET, 120, 40);
	program_add_entry(&l->program, &(struct entry)ALLOW(BAD4));
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	assert_int_equal(limiter_syns(l, BAD4, 500), 500);
	assert_int_equal(limiter_slots_used(l), 0);
	for (int i = 1; i < 5; i++) {
		char host[16];

		(void)snprintf(host, sizeof(host), "192.0.2.%d", i);
		assert_int_equal(limiter_syns(l, host, 10), 10);
	}
}

/* Blocked ones neither. */
static void blocked_members(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, NET, 120, 40);
	program_add_entry(&l->program, &(struct entry)BLOCK(BAD4));
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	assert_int_equal(limiter_syns(l, BAD4, 100), 0);
	assert_int_equal(limiter_counted(l, MXW_DROP_BLOCK), 100);
	assert_int_equal(limiter_slots_used(l), 0);
}

/* Off: not looked at. Shadow, or a filter that only monitors: as in force, but all pass. */
static void modes(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	l->limits.mode = MXW_LIMIT_OFF;
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 50), 50);
	assert_int_equal(limiter_slots_used(l), 0);
	l->limits.mode = MXW_LIMIT_SHADOW;
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 50), 50);
	assert_int_equal(limiter_counted(l, MXW_WOULD_RATE), 40);
	l->limits.mode = MXW_LIMIT_ENFORCE;
	limiter_write(l);
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_MONITOR });
	assert_int_equal(limiter_syns(l, "192.0.2.67", 50), 50);
	assert_int_equal(limiter_counted(l, MXW_WOULD_RATE), 80);
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_BYPASS });
	assert_int_equal(limiter_syns(l, "192.0.2.67", 50), 50);
	assert_int_equal(limiter_counted(l, MXW_PASS_BYPASS), 50);
}

/* explain asks without an effect. */
static void probe_charges_nothing(void **state)
{
	const struct mxw_probe probe = { .magic = MXW_PROBE_MAGIC };
	struct limiter *l = limiter_fresh(state);
	struct answer answer;

	limiter_rate(l, SOURCE, 30, 2);
	assert_true(limiter_syn(l, BAD4));
	for (int i = 0; i < 5; i++) {
		program_probe(&l->program, &l->packet, &probe, &answer);
		assert_int_equal(answer.action, XDP_PASS);
	}
	assert_true(limiter_syn(l, BAD4));
	for (int i = 0; i < 5; i++) {
		program_probe(&l->program, &l->packet, &probe, &answer);
		assert_int_equal(answer.action, XDP_DROP);
		assert_int_equal(answer.probe.reason, MXW_DROP_RATE);
	}
	limiter_at(l, 2000);
	assert_true(limiter_syn(l, BAD4));
}

/* A SYN that Linux repeats at 1, 3, 7, 15, 31 and 63 s is one SYN. */
static void retransmissions_are_free(void **state)
{
	static const unsigned int seconds[] = { 1, 3, 7, 15, 31, 63 };
	struct limiter *l = limiter_fresh(state);
	struct mxw_limit_stats stats;

	limiter_rate(l, SOURCE, 1, 2);
	assert_true(limiter_syn(l, BAD4));
	for (int i = 0; i < 6; i++) {
		limiter_at(l, seconds[i] * 1000);
		assert_true(limiter_again(l));
	}
	limiter_stats(l, &stats);
	assert_int_equal(stats.repeated, 6);
	assert_int_equal(limiter_syns(l, BAD4, 5), 2);
}

/* Also at 1, 2, 3, 4, 5 s, as Linux does since 6.5, and when the source is over by then. */
static void paid_syn_passes_when_over(void **state)
{
	struct limiter *l = limiter_fresh(state);
	struct packet first;

	limiter_rate(l, SOURCE, 1, 3);
	assert_true(limiter_syn(l, BAD4));
	first = l->packet;
	assert_int_equal(limiter_syns(l, BAD4, 5), 2);
	l->packet = first;
	for (unsigned int i = 1; i < 6; i++) {
		limiter_at(l, i * 1000);
		assert_true(limiter_again(l));
	}
}

/* A replay of a paid SYN gains six packets, half a second apart, and no more. */
static void replays_are_bounded(void **state)
{
	struct limiter *l = limiter_fresh(state);
	unsigned int passed = 0;

	limiter_rate(l, SOURCE, 1, 1);
	assert_true(limiter_syn(l, BAD4));
	for (unsigned int i = 1; i < 590; i++) {
		limiter_at(l, i * 100);
		passed += limiter_again(l);
	}
	assert_int_equal(passed, 6);
}

/* Refused SYNs are not paid for: their retransmissions are refused, until there is room. */
static void refused_syn_is_charged_once_it_passes(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 1);
	assert_true(limiter_syn(l, BAD4));
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 1000);
	assert_false(limiter_again(l));
	limiter_at(l, 3000);
	assert_true(limiter_again(l));
	assert_false(limiter_syn(l, BAD4));
}

/* Strictly, a refused SYN is charged, but its retransmissions are not. */
static void strict_charges_retransmissions_once(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_list(l, "192.0.2.0/24");
	limiter_rate(l, LISTED, 30, 1);
	assert_int_equal(limiter_syns(l, BAD4, 1), 1);
	assert_int_equal(limiter_syns(l, BAD4, 1), 0); /* owes 4 s */
	limiter_at(l, 1000);
	assert_false(limiter_again(l));
	limiter_at(l, 3000);
	assert_false(limiter_again(l));
	limiter_at(l, 4000);
	assert_true(limiter_again(l)); /* was charged when it was refused */
	assert_int_equal(limiter_syns(l, BAD4, 1), 1);
	assert_int_equal(limiter_syns(l, BAD4, 1), 0);
}

/* Another port or sequence number makes another SYN. */
static void only_the_same_syn_repeats(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 1, 1);
	for (int byte = 0; byte < 8; byte++) {
		limiter_forget(l);
		limiter_at(l, 0);
		assert_true(limiter_syn(l, BAD4));
		limiter_at(l, 1000);
		assert_true(limiter_again(l));
		limiter_at(l, 2000);
		if (byte == 2 || byte == 3)
			continue; /* the protected port */
		l->packet.bytes[14 + 20 + byte] ^= 1;
		assert_false(limiter_again(l));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowed_members),
		cmocka_unit_test(blocked_members),
		cmocka_unit_test(modes),
		cmocka_unit_test(probe_charges_nothing),
		cmocka_unit_test(retransmissions_are_free),
		cmocka_unit_test(paid_syn_passes_when_over),
		cmocka_unit_test(replays_are_bounded),
		cmocka_unit_test(refused_syn_is_charged_once_it_passes),
		cmocka_unit_test(strict_charges_retransmissions_once),
		cmocka_unit_test(only_the_same_syn_repeats),
	};

	return cmocka_run_group_tests_name("bpf limit syn", tests, limiter_setup, limiter_teardown);
}
