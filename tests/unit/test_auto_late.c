// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries whose lists are slow: case C11, in a day of a clock that
 * the test sets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "apply/auto.h"
#include "base/clock.h"
#include "tests/unit/keeper.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

/* C11: one end for all of them, sources that go on coming, and answers that are two hours late. */
#define LATE_SOURCES 200
#define LATE_BY (7200 * MXW_SECOND)
#define LATE_LIFE 21600U /* s */

struct late {
	struct mxw_maps maps;
	struct mxw_auto *automatic;
	uint64_t now, key[LATE_SOURCES];
	uint64_t answer_at[LATE_SOURCES]; /* 0 = nobody asks */
	uint64_t looked, in_force;
	int map;
};

static void late_active(void *context, uint64_t source)
{
	struct late *late = context;

	for (int i = 0; i < LATE_SOURCES; i++)
		if (late->key[i] == source && !late->answer_at[i])
			late->answer_at[i] = late->now + LATE_BY;
}

/* The lists agree about it once more; its next SYN is counted. */
static void late_answer(struct late *late, int i, uint32_t random)
{
	const struct mxw_evidence evidence = { .source = "dnsbl",
					       .text = "listed",
					       .score = 9,
					       .least = 9,
					       .fail_ttl = LATE_LIFE,
					       .lists = 2 };
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	const struct mxw_standing standing = { 0 };
	struct mxw_sanction sanction;
	struct mxw_entry value;

	policy.drop_max = LATE_LIFE;
	sanction = mxw_sanction_decide(&policy, &standing, &evidence, 1, late->now, random);
	mxw_auto_decide(
		late->automatic,
		&(struct mxw_auto_order){
			.source = late->key[i], .sanction = &sanction, .lists = 1, .who = "test" },
		late->now);
	late->answer_at[i] = 0;
	assert_int_equal(bpf_map_lookup_elem(late->map, &late->key[i], &value), 0);
	value.hits = 1;
	assert_int_equal(bpf_map_update_elem(late->map, &late->key[i], &value, BPF_ANY), 0);
}

static void late_minute(struct late *late)
{
	struct mxw_entry value;

	late->now += 60 * MXW_SECOND;
	mxw_auto_tick(late->automatic, late->now);
	for (int i = 0; i < LATE_SOURCES; i++) {
		if (late->answer_at[i] && late->answer_at[i] <= late->now)
			late_answer(late, i, (uint32_t)random());
		late->looked++;
		late->in_force += bpf_map_lookup_elem(late->map, &late->key[i], &value) == 0 &&
				  value.expires_ns > late->now;
	}
}

static void C11_equal_ends_and_late_answers(void **state)
{
	static struct late late;
	const struct mxw_auto_events events = { .context = &late, .active = late_active };
	struct mxw_auto_rules rules = mxw_auto_default_rules();
	struct mxw_err err;
	char source[32];

	(void)state;
	sandbox_require();
	late = (struct late){ .maps = marks_begin(), .now = mxw_clock_mono() };
	late.map = mxw_maps_class(&late.maps, MXW_CLASS_AUTO, false);
	rules.per_minute = 0;
	must(mxw_auto_open(&late.maps, &rules, "", &events, &late.automatic, &err), &err);
	must(mxw_auto_load(late.automatic, late.now, &err), &err);
	for (int i = 0; i < LATE_SOURCES; i++) {
		late.key[i] = prefix_of(keeper_nth(i, source)).key;
		late_answer(&late, i, 100); /* without spread */
	}
	for (int minute = 0; minute < 24 * 60; minute++)
		late_minute(&late);
	print_message("C11: in force %.4f of the time\n",
		      (double)late.in_force / (double)late.looked);
	assert_true(late.in_force * 100 >= late.looked * 99);
	assert_true(mxw_auto_enforced_ratio(late.automatic) >= 0.99);
	mxw_auto_close(late.automatic);
	marks_end(&late.maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(C11_equal_ends_and_late_answers),
	};

	return cmocka_run_group_tests_name("auto_late", tests, sandbox_enter, NULL);
}
