// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Floods in controlled time: what a source has to show, who has not to, when a flood begins
 * and ends; and the classes that the controller has found.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/limit_key.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/limiter.h"
#include "tests/bpf/random.h"

#define SOURCE MXW_LIMIT_UNKNOWN, MXW_LIMIT_SOURCE
#define WINDOW_MS 1074
#define BEGIN_MS 260 /* a window begins 256 ms after the start */
#define EVENTS 16
#define MINUTE_NS 60000000000ULL

static struct limiter *watched(void **state, uint32_t high, uint32_t low)
{
	struct limiter *l = limiter_fresh(state);

	l->limits.flood_mode = MXW_LIMIT_ENFORCE;
	l->limits.flood_high = high;
	l->limits.flood_low = low;
	l->limits.flood_batch = 1;
	limiter_at(l, BEGIN_MS);
	return l;
}

static void repeated_syn_passes(void **state)
{
	struct limiter *l = limiter_flooded(state);

	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 780);
	assert_false(limiter_again(l));
	limiter_at(l, 830);
	assert_true(limiter_again(l));
	assert_int_equal(limiter_counted(l, MXW_DROP_PROOF), 2);
	assert_int_equal(limiter_counted(l, MXW_PASS_PROVEN), 1);
}

/* Too late is a first one again; the ladder of Linux (1, 3, 7 s) is never too late. */
static void late_syn_is_a_first_one(void **state)
{
	struct limiter *l = limiter_flooded(state);

	assert_false(limiter_syn(l, BAD6));
	limiter_at(l, 8050);
	assert_false(limiter_again(l));
	limiter_at(l, 15900);
	assert_true(limiter_again(l));
	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 15900 + 7950);
	assert_true(limiter_again(l));
}

static void other_syn_proves_nothing(void **state)
{
	struct limiter *l = limiter_flooded(state);

	for (int i = 0; i < 8; i++) {
		limiter_at(l, (uint64_t)i * 1000);
		assert_false(limiter_syn(l, BAD4));
	}
}

/* A source has proven itself for a minute, whatever it sends; its neighbours have not. */
static void proof_holds_a_minute(void **state)
{
	struct limiter *l = limiter_flooded(state);

	assert_false(limiter_syn(l, BAD4));
	limiter_at(l, 1000);
	assert_true(limiter_again(l));
	assert_true(limiter_syn(l, BAD4));
	assert_false(limiter_syn(l, "192.0.2.67"));
	limiter_at(l, 60900);
	assert_true(limiter_syn(l, BAD4));
	limiter_at(l, 61100);
	assert_false(limiter_syn(l, BAD4));
}

/* A source that is allowed, or known good, is not asked. */
static void some_need_no_proof(void **state)
{
	struct limiter *l = limiter_flooded(state);

	program_add_entry(&l->program, &(struct entry)ALLOW(BAD4));
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	assert_true(limiter_syn(l, BAD4));
	assert_false(limiter_syn(l, "192.0.2.67"));
	limiter_know(l, 0xc0000243, MXW_LIMIT_GOOD);
	assert_true(limiter_syn(l, "192.0.2.67"));
	limiter_at(l, 61000);
	assert_false(limiter_syn(l, "192.0.2.67"));
}

/* What is proven is still limited, and what is not proven is not charged. */
static void proven_sources_are_limited(void **state)
{
	struct limiter *l = limiter_flooded(state);

	limiter_rate(l, SOURCE, 30, 3);
	assert_int_equal(limiter_syns(l, BAD4, 50), 0);
	limiter_at(l, 1000);
	assert_true(limiter_again(l));
	assert_int_equal(limiter_syns(l, BAD4, 50), 2);
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE), 48);
}

static void shadow_passes(void **state)
{
	struct limiter *l = limiter_flooded(state);

	limiter_rate(l, SOURCE, 30, 3);
	l->limits.flood_mode = MXW_LIMIT_SHADOW;
	limiter_write(l);
	assert_int_equal(limiter_syns(l, BAD4, 10), 3);
	assert_int_equal(limiter_counted(l, MXW_WOULD_PROOF), 3);
	assert_int_equal(limiter_counted(l, MXW_DROP_RATE), 7);
	l->limits.flood_mode = MXW_LIMIT_ENFORCE;
	limiter_write(l);
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_MONITOR });
	assert_true(limiter_syn(l, "192.0.2.67"));
	assert_int_equal(limiter_counted(l, MXW_WOULD_PROOF), 4);
}

/* 20 000 SYNs of a generator in one second: none passes. A hundred clients among them: each
 * does with its first repetition. */
static void generator_proves_nothing(void **state)
{
	struct limiter *l = limiter_flooded(state);
	static struct packet clients[100];
	struct random random = { .state = 7 };
	char source[INET_ADDRSTRLEN];
	unsigned int passed = 0;

	for (int i = 0; i < 20000; i++) {
		struct in_addr in = { (uint32_t)random_next(&random) };

		if (i % 20 == 0)
			limiter_at(l, (uint64_t)i / 20);
		if (i % 200 == 0) {
			(void)snprintf(source, sizeof(source), "198.51.100.%d", i / 200);
			assert_false(limiter_syn(l, source));
			clients[i / 200] = l->packet;
		}
		passed += limiter_syn(l, inet_ntop(AF_INET, &in, source, sizeof(source)));
	}
	assert_int_equal(passed, 0);
	for (unsigned int i = 0; i < 100; i++) {
		limiter_at(l, 1000 + i * 10);
		l->packet = clients[i];
		passed += limiter_again(l);
	}
	assert_int_equal(passed, 100);
}

/* Explain leaves no trace: the SYN it shows is not a proof. */
static void probe_is_no_first_syn(void **state)
{
	const struct mxw_probe probe = { .magic = MXW_PROBE_MAGIC };
	struct limiter *l = limiter_fresh(state);
	struct answer answer;

	assert_true(limiter_syn(l, BAD4));
	l->limits.flood_mode = MXW_LIMIT_ENFORCE;
	l->limits.flood_forced = 1;
	limiter_at(l, 0);
	program_probe(&l->program, &l->packet, &probe, &answer);
	assert_int_equal(answer.probe.reason, MXW_DROP_PROOF);
	limiter_at(l, 1000);
	program_probe(&l->program, &l->packet, &probe, &answer);
	assert_int_equal(answer.probe.reason, MXW_DROP_PROOF);
	assert_false(limiter_again(l));
}

static unsigned int send_strangers(struct limiter *l, unsigned int count)
{
	static unsigned int next;
	unsigned int passed = 0;
	char source[INET_ADDRSTRLEN];

	for (unsigned int i = 0; i < count; i++, next++) {
		(void)snprintf(source, sizeof(source), "10.%u.%u.%u", next >> 16 & 255,
			       next >> 8 & 255, next & 255);
		passed += limiter_syn(l, source);
	}
	return passed;
}

/* Begins with the SYN that reaches the high mark; lasts while windows are not below the low
 * one; and each change is one event, with its figure, whatever the budget. */
static void flood_begins_and_ends(void **state)
{
	struct limiter *l = watched(state, 100, 50);
	struct mxw_event events[EVENTS];

	assert_int_equal(send_strangers(l, 150), 99);
	assert_int_equal(limiter_counted(l, MXW_DROP_PROOF), 51);
	limiter_at(l, BEGIN_MS + WINDOW_MS + 10);
	assert_int_equal(send_strangers(l, 60), 0);
	limiter_at(l, BEGIN_MS + 2 * WINDOW_MS + 10);
	assert_int_equal(send_strangers(l, 49), 0);
	limiter_at(l, BEGIN_MS + 3 * WINDOW_MS + 10);
	assert_int_equal(send_strangers(l, 60), 60);
	assert_int_equal(program_events(&l->program, events, EVENTS), 2);
	assert_int_equal(events[0].note, MXW_NOTE_FLOOD_ON);
	assert_int_equal(events[0].length, 100);
	assert_int_equal(events[1].note, MXW_NOTE_FLOOD_OFF);
	assert_int_equal(events[1].length, 49);
}

/* Nothing has to run for it to end: the first SYN after silence finds it over. */
static void flood_ends_in_silence(void **state)
{
	struct limiter *l = watched(state, 100, 50);
	struct mxw_event events[EVENTS];

	assert_int_equal(send_strangers(l, 1000), 99);
	limiter_at(l, BEGIN_MS + 2 * WINDOW_MS + 10);
	assert_true(limiter_syn(l, BAD4));
	assert_int_equal(program_events(&l->program, events, EVENTS), 2);
	assert_int_equal(events[1].length, 0);
}

/* A CPU whose clock is a jiffy behind at the edge of a window counts into the new window. */
static void slow_clock_ends_no_flood(void **state)
{
	struct limiter *l = watched(state, 100, 50);

	assert_int_equal(send_strangers(l, 150), 99);
	limiter_at(l, BEGIN_MS + WINDOW_MS + 10);
	assert_int_equal(send_strangers(l, 1), 0);
	limiter_at(l, BEGIN_MS + WINDOW_MS - 20);
	assert_int_equal(send_strangers(l, 1), 0);
	limiter_at(l, BEGIN_MS + WINDOW_MS + 10);
	assert_int_equal(send_strangers(l, 60), 0);
	limiter_at(l, BEGIN_MS + 2 * WINDOW_MS + 10);
	assert_int_equal(send_strangers(l, 60), 0);
}

/* Less than the high mark in each window is not a flood, however long. */
static void steady_load_is_no_flood(void **state)
{
	struct limiter *l = watched(state, 100, 50);

	for (unsigned int i = 0; i < 10; i++) {
		limiter_at(l, BEGIN_MS + i * (WINDOW_MS + 1));
		assert_int_equal(send_strangers(l, 90), 90);
	}
}

/* The class that the controller has found chooses the rates, and asks nothing in a flood. */
static void known_class_has_its_rates(void **state)
{
	static const struct {
		enum mxw_limit_class class;
		unsigned int pass, pass_in_flood;
	} rows[] = {
		{ MXW_LIMIT_UNKNOWN, 10, 0 },
		{ MXW_LIMIT_GREY, 2, 0 },
		{ MXW_LIMIT_GOOD, 50, 50 },
		{ MXW_LIMIT_SANCTIONED, 1, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limiter *l = limiter_fresh(state);

		limiter_rate(l, SOURCE, 30, 10);
		limiter_rate(l, MXW_LIMIT_GREY, MXW_LIMIT_SOURCE, 30, 2);
		limiter_rate(l, MXW_LIMIT_GOOD, MXW_LIMIT_SOURCE, 300, 50);
		limiter_rate(l, MXW_LIMIT_SANCTIONED, MXW_LIMIT_SOURCE, 30, 1);
		limiter_know(l, 0xc0000242, rows[i].class);
		assert_int_equal(limiter_syns(l, BAD4, 100), rows[i].pass);
		assert_int_equal(limiter_syns(l, "192.0.2.67", 100), 10);
		limiter_at(l, 30000);
		l->limits.flood_mode = MXW_LIMIT_ENFORCE;
		l->limits.flood_forced = 1;
		limiter_write(l);
		assert_int_equal(limiter_syns(l, BAD4, 100), rows[i].pass_in_flood);
		limiter_at(l, 61000); /* it is over */
		assert_int_equal(limiter_syns(l, BAD4, 100), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeated_syn_passes),
		cmocka_unit_test(late_syn_is_a_first_one),
		cmocka_unit_test(other_syn_proves_nothing),
		cmocka_unit_test(proof_holds_a_minute),
		cmocka_unit_test(some_need_no_proof),
		cmocka_unit_test(proven_sources_are_limited),
		cmocka_unit_test(shadow_passes),
		cmocka_unit_test(generator_proves_nothing),
		cmocka_unit_test(probe_is_no_first_syn),
		cmocka_unit_test(flood_begins_and_ends),
		cmocka_unit_test(flood_ends_in_silence),
		cmocka_unit_test(slow_clock_ends_no_flood),
		cmocka_unit_test(steady_load_is_no_flood),
		cmocka_unit_test(known_class_has_its_rates),
	};

	return cmocka_run_group_tests_name("bpf flood", tests, limiter_setup, limiter_teardown);
}
