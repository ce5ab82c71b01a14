// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which SYNs and connections the limits are about: not those of allowed and blocked sources, not
 * probes; and what their mode does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/limiter.h"

#define SOURCE MXW_LIMIT_UNKNOWN, MXW_LIMIT_SOURCE
#define NET MXW_LIMIT_UNKNOWN, MXW_LIMIT_NET

/* An allowed source never reaches the limits, and does not spend its net's budget. */
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

/* What the controller has found of a source ends with it, as its blocks do. */
static void classes_end_with_the_controller(void **state)
{
	struct limiter *l = limiter_fresh(state);
	const struct setup alive = { .deadman_ns = 600 * MXW_SECOND, .heartbeat = NOW };
	const struct setup dead = { .deadman_ns = 1000, .heartbeat = PAST };

	limiter_rate(l, MXW_LIMIT_SANCTIONED, MXW_LIMIT_SOURCE, 30, 1);
	limiter_know(l, 0xc0000242, MXW_LIMIT_SANCTIONED);
	program_configure(&l->program, &alive);
	assert_int_equal(limiter_syns(l, "192.0.2.66", 10), 1);
	program_configure(&l->program, &dead);
	assert_int_equal(limiter_syns(l, "192.0.2.66", 10), 10);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowed_members),
		cmocka_unit_test(blocked_members),
		cmocka_unit_test(modes),
		cmocka_unit_test(classes_end_with_the_controller),
		cmocka_unit_test(probe_charges_nothing),
	};

	return cmocka_run_group_tests_name("bpf limit who", tests, limiter_setup, limiter_teardown);
}
