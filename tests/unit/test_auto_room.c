// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries when there are more of them than places: forged sources of listed space push out
 * no real one. On pinned maps without an interface, so as root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "apply/auto.h"
#include "base/clock.h"
#include "datapath/hints.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define PLACES 20
#define REAL "192.0.2.%d"

struct room {
	struct mxw_maps maps;
	struct mxw_auto *automatic;
	uint64_t now;
	int program;
};

static void begin(struct room *room)
{
	static const struct mxw_auto_events none;
	struct mxw_auto_rules rules = mxw_auto_default_rules();
	struct mxw_err err;

	sandbox_require();
	*room = (struct room){ .maps = marks_begin(), .now = mxw_clock_mono() };
	rules.most = PLACES;
	must(mxw_hints_rebuild(&room->maps, &err), &err);
	room->program = marks_program();
	must(mxw_auto_open(&room->maps, &rules, "", &none, &room->automatic, &err), &err);
	must(mxw_auto_load(room->automatic, room->now, &err), &err);
}

static void end(struct room *room)
{
	mxw_auto_close(room->automatic);
	(void)close(room->program);
	marks_end(&room->maps);
}

/* Whether the program drops it then. */
static bool block(struct room *room, const char *source, bool present)
{
	const struct mxw_sanction sanction = { .rung = MXW_RUNG_DROP,
					       .by_score = MXW_RUNG_DROP,
					       .score = 9,
					       .life = 600,
					       .until = room->now + 600 * MXW_SECOND,
					       .refresh = room->now + 300 * MXW_SECOND,
					       .why = "score 9" };
	const struct mxw_auto_order order = { .source = prefix_of(source).key,
					      .sanction = &sanction,
					      .lists = 1,
					      .who = "test",
					      .present = present };

	mxw_auto_decide(room->automatic, &order, room->now);
	return marks_ask(room->program, source);
}

/* How many of the first count real sources are dropped. */
static int real_ones(const struct room *room, int count)
{
	char source[32];
	int found = 0;

	for (int i = 0; i < count; i++) {
		(void)snprintf(source, sizeof(source), REAL, i);
		found += marks_ask(room->program, source);
	}
	return found;
}

/* 300 forged sources of listed space come to twenty places, in which ten real bots are. */
static void forged_sources_push_out_no_real_one(void **state)
{
	struct mxw_auto_counts counts;
	struct room room;
	char source[32];

	(void)state;
	begin(&room);
	for (int i = 0; i < 10; i++) {
		(void)snprintf(source, sizeof(source), REAL, i);
		assert_true(block(&room, source, true));
	}
	for (int i = 0; i < 300; i++) {
		(void)snprintf(source, sizeof(source), "198.51.%d.%d", i / 250, i % 250);
		assert_true(block(&room, source, false)); /* all the same */
		room.now += MXW_SECOND / 100;
	}
	counts = mxw_auto_counts(room.automatic);
	assert_int_equal(counts.entries, PLACES);
	assert_int_equal(counts.change[MXW_AUTO_EVICTED], 290);
	assert_int_equal(real_ones(&room, 10), 10);
	/* Real ones get the places of the forged ... */
	for (int i = 10; i < PLACES; i++) {
		(void)snprintf(source, sizeof(source), REAL, i);
		assert_true(block(&room, source, true));
	}
	assert_int_equal(real_ones(&room, PLACES), PLACES);
	/* ... and then of the one that ends first. */
	assert_true(block(&room, "203.0.113.1", true));
	assert_int_equal(real_ones(&room, 10), 9);
	assert_int_equal(real_ones(&room, PLACES), PLACES - 1);
	end(&room);
}

/* One that is there already stays real when it comes again without a connection. */
static void who_was_present_stays_so(void **state)
{
	struct room room;
	char source[32];

	(void)state;
	begin(&room);
	assert_true(block(&room, "192.0.2.0", true));
	assert_true(block(&room, "192.0.2.0", false));
	for (int i = 0; i < 300; i++) {
		(void)snprintf(source, sizeof(source), "198.51.%d.%d", i / 250, i % 250);
		assert_true(block(&room, source, false));
	}
	assert_int_equal(real_ones(&room, 1), 1);
	end(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forged_sources_push_out_no_real_one),
		cmocka_unit_test(who_was_present_stays_so),
	};

	return cmocka_run_group_tests_name("auto_room", tests, sandbox_enter, NULL);
}
