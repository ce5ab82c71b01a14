// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries: decisions in the kernel's map, alarms, withdrawal, expiry, and the round
 * that finds what differs. On pinned maps without an interface, so as root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "apply/auto.h"
#include "base/clock.h"
#include "datapath/hints.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define BAD "192.0.2.66"
#define WORSE "192.0.2.67"

/* What it told since the last look. */
struct told {
	unsigned int change[MXW_AUTO_WHATS], active, notes, alarms;
	uint64_t alarmed; /* lists */
	struct mxw_auto_change last;
	char why[400], note[512];
};

static struct told told;

static void changed(void *context, const struct mxw_auto_change *change)
{
	(void)context;
	told.change[change->what]++;
	told.last = *change;
	(void)snprintf(told.why, sizeof(told.why), "%s", change->why);
}

static void active(void *context, uint64_t source)
{
	(void)context;
	(void)source;
	told.active++;
}

static void note(void *context, const char *sentence)
{
	(void)context;
	told.notes++;
	(void)snprintf(told.note, sizeof(told.note), "%s", sentence);
}

static void alarm_of(void *context, uint64_t lists)
{
	(void)context;
	told.alarms++;
	told.alarmed |= lists;
}

static const struct mxw_auto_events events = {
	.changed = changed, .active = active, .alarm = alarm_of, .note = note
};

struct stage {
	struct mxw_maps maps;
	struct mxw_auto *automatic;
	struct mxw_auto_rules rules;
	uint64_t now;
	int program;
};

static void begin(struct stage *stage)
{
	struct mxw_err err;

	sandbox_require();
	*stage = (struct stage){ .maps = marks_begin(),
				 .rules = mxw_auto_default_rules(),
				 .now = mxw_clock_mono() };
	must(mxw_hints_rebuild(&stage->maps, &err), &err);
	stage->program = marks_program();
	must(mxw_auto_open(&stage->maps, &stage->rules, "", &events, &stage->automatic, &err),
	     &err);
	must(mxw_auto_load(stage->automatic, stage->now, &err), &err);
	memset(&told, 0, sizeof(told));
}

static void end(struct stage *stage)
{
	mxw_auto_close(stage->automatic);
	(void)close(stage->program);
	marks_end(&stage->maps);
}

static void decide_of(struct stage *stage, const char *source, struct mxw_sanction sanction,
		      uint64_t lists)
{
	const struct mxw_auto_order order = { .source = prefix_of(source).key,
					      .sanction = &sanction,
					      .lists = lists,
					      .who = "test" };

	mxw_auto_decide(stage->automatic, &order, stage->now);
}

static struct mxw_sanction verdict(const struct stage *stage, enum mxw_rung rung, uint32_t life)
{
	return (struct mxw_sanction){ .rung = rung,
				      .by_score = rung,
				      .score = 9,
				      .life = life,
				      .until = stage->now + life * MXW_SECOND,
				      .refresh = stage->now + life * MXW_SECOND / 2,
				      .why = "score 9" };
}

static void block(struct stage *stage, const char *source, uint64_t lists)
{
	decide_of(stage, source, verdict(stage, MXW_RUNG_DROP, 600), lists);
}

static bool kernel_has(const struct stage *stage, const char *source, struct mxw_kernel_entry *out)
{
	const struct mxw_prefix prefix = prefix_of(source);

	return mxw_entries_get(&stage->maps, MXW_CLASS_AUTO, &prefix, out);
}

/* One whole round of comparison, a second at a time. */
static void pass_round(struct stage *stage)
{
	for (int i = 0; i < 61; i++) {
		stage->now += MXW_SECOND;
		mxw_auto_tick(stage->automatic, stage->now);
	}
}

static void drop_becomes_entry(void **state)
{
	struct mxw_kernel_entry entry;
	struct stage stage;
	uint64_t until;

	(void)state;
	begin(&stage);
	assert_int_equal(marks_ask(stage.program, BAD), 0);
	block(&stage, BAD, 1);
	assert_int_equal(marks_ask(stage.program, BAD), 1);
	assert_true(kernel_has(&stage, BAD, &entry));
	assert_true(entry.expires_ns == stage.now + 600 * MXW_SECOND);
	assert_int_equal(entry.mode, MXW_ENTRY_ENFORCE);
	assert_true(mxw_auto_stands(stage.automatic, prefix_of(BAD).key, stage.now, &until));
	assert_int_equal(told.change[MXW_AUTO_BLOCKED], 1);
	assert_string_equal(told.why, "score 9");
	assert_string_equal(told.last.who, "test");
	/* Once more, for longer. */
	stage.now += 100 * MXW_SECOND;
	block(&stage, BAD, 1);
	assert_int_equal(told.change[MXW_AUTO_RENEWED], 1);
	assert_true(kernel_has(&stage, BAD, &entry));
	assert_true(entry.expires_ns == stage.now + 600 * MXW_SECOND);
	end(&stage);
}

static void milder_removes(void **state)
{
	struct mxw_sanction milder;
	struct stage stage;

	(void)state;
	begin(&stage);
	block(&stage, BAD, 1);
	/* A fault of the DNS unblocks nobody. */
	milder = verdict(&stage, MXW_RUNG_NONE, 60);
	milder.incomplete = true;
	decide_of(&stage, BAD, milder, 0);
	assert_int_equal(marks_ask(stage.program, BAD), 1);
	milder.incomplete = false;
	decide_of(&stage, BAD, milder, 0);
	assert_int_equal(marks_ask(stage.program, BAD), 0);
	assert_int_equal(told.change[MXW_AUTO_UNBLOCKED], 1);
	decide_of(&stage, WORSE, milder, 0);
	assert_int_equal(mxw_auto_counts(stage.automatic).entries, 0);
	end(&stage);
}

static void shadow_passes(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage);
	stage.rules.shadow = true;
	mxw_auto_set_rules(stage.automatic, &stage.rules);
	block(&stage, BAD, 1);
	assert_int_equal(marks_ask(stage.program, BAD), 0);
	/* Enforced from now on: what is there follows within a round. */
	stage.rules.shadow = false;
	mxw_auto_set_rules(stage.automatic, &stage.rules);
	pass_round(&stage);
	assert_int_equal(marks_ask(stage.program, BAD), 1);
	end(&stage);
}

/* Ordinary bots: every block is made, and what is above an ordinary minute is an alarm. */
static void many_blocks_are_made_and_are_an_alarm(void **state)
{
	struct mxw_auto_counts counts;
	struct stage stage;
	char source[32];

	(void)state;
	begin(&stage);
	stage.rules.per_minute = 10;
	mxw_auto_set_rules(stage.automatic, &stage.rules);
	for (int i = 0; i < 25; i++) {
		(void)snprintf(source, sizeof(source), "198.51.100.%d", i);
		block(&stage, source, i < 12 ? 1 : 2);
		assert_int_equal(marks_ask(stage.program, source), 1);
	}
	counts = mxw_auto_counts(stage.automatic);
	assert_int_equal(counts.entries, 25);
	assert_int_equal(counts.waiting, 0);
	assert_int_equal(told.change[MXW_AUTO_BLOCKED], 25);
	assert_int_equal(told.alarms, 15);
	assert_int_equal(told.alarmed, 3);
	block(&stage, "198.51.100.3", 1); /* one that stands is not a new one */
	assert_int_equal(told.alarms, 15);
	pass_round(&stage);
	pass_round(&stage);
	block(&stage, BAD, 1);
	assert_int_equal(told.alarms, 15);
	end(&stage);
}

static void withdrawal(void **state)
{
	uint64_t good, bad;
	struct stage stage;
	char source[32];

	(void)state;
	begin(&stage);
	good = mxw_auto_list(stage.automatic, "good.example");
	bad = mxw_auto_list(stage.automatic, "bad.example");
	assert_true(good != bad && mxw_auto_list(stage.automatic, "good.example") == good);
	stage.rules.per_minute = 0;
	mxw_auto_set_rules(stage.automatic, &stage.rules);
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(source, sizeof(source), "10.0.%d.%d", i / 250, i % 250);
		block(&stage, source, i % 3 == 0 ? good : i % 3 == 1 ? bad : good | bad);
	}
	assert_int_equal(mxw_auto_withdraw(stage.automatic, bad, "it lists all"), 2000);
	assert_int_equal(mxw_auto_counts(stage.automatic).entries, 1000);
	assert_int_equal(told.change[MXW_AUTO_WITHDRAWN], 2000);
	assert_int_equal(marks_ask(stage.program, "10.0.0.0"), 1);
	assert_int_equal(marks_ask(stage.program, "10.0.0.1"), 0);
	assert_int_equal(marks_ask(stage.program, "10.0.0.2"), 0);
	pass_round(&stage);
	assert_int_equal(mxw_auto_counts(stage.automatic).checked, 1000);
	assert_int_equal(mxw_auto_counts(stage.automatic).matched, 1000);
	end(&stage);
}

static void expiry(void **state)
{
	struct mxw_kernel_entry entry;
	struct stage stage;

	(void)state;
	begin(&stage);
	block(&stage, BAD, 1);
	stage.now += 600 * MXW_SECOND;
	pass_round(&stage);
	assert_int_equal(told.change[MXW_AUTO_EXPIRED], 1);
	assert_false(kernel_has(&stage, BAD, &entry));
	assert_int_equal(mxw_auto_counts(stage.automatic).entries, 0);
	end(&stage);
}

static void drift_is_found(void **state)
{
	struct mxw_kernel_entry entry = { .prefix = prefix_of(WORSE) };
	struct mxw_prefix prefix = prefix_of(BAD);
	struct mxw_err err;
	struct stage stage;

	(void)state;
	begin(&stage);
	block(&stage, BAD, 1);
	must(mxw_entries_delete(&stage.maps, MXW_CLASS_AUTO, &prefix, 1, &err), &err);
	entry.expires_ns = stage.now + 3600 * MXW_SECOND;
	must(mxw_entries_put(&stage.maps, MXW_CLASS_AUTO, &entry, 1, NULL, &err), &err);
	pass_round(&stage);
	assert_int_equal(told.change[MXW_AUTO_REPAIRED], 1);
	assert_int_equal(told.change[MXW_AUTO_REMOVED], 1);
	assert_true(mxw_auto_enforced_ratio(stage.automatic) < 0.1);
	assert_int_equal(marks_ask(stage.program, BAD), 1);
	assert_int_equal(marks_ask(stage.program, WORSE), 0);
	pass_round(&stage);
	assert_true(mxw_auto_enforced_ratio(stage.automatic) > 0.99);
	marks_wipe(&stage.maps); /* the entry is there, but the program does not look */
	assert_int_equal(marks_ask(stage.program, BAD), 0);
	pass_round(&stage);
	assert_int_equal(marks_ask(stage.program, BAD), 1);
	end(&stage);
}

/* Half over: asked again if its source still comes, else not. */
static void refresh_of_the_active(void **state)
{
	struct mxw_kernel_entry entry;
	struct mxw_entry value;
	struct stage stage;
	uint64_t key = prefix_of(BAD).key;
	int fd;

	(void)state;
	begin(&stage);
	fd = mxw_maps_class(&stage.maps, MXW_CLASS_AUTO, false);
	block(&stage, BAD, 1);
	block(&stage, WORSE, 1);
	assert_int_equal(bpf_map_lookup_elem(fd, &key, &value), 0);
	value.hits = 3;
	assert_int_equal(bpf_map_update_elem(fd, &key, &value, BPF_ANY), 0);
	pass_round(&stage);
	assert_int_equal(told.active, 0);
	stage.now += 240 * MXW_SECOND;
	pass_round(&stage);
	assert_in_range(told.active, 1, 2);
	block(&stage, BAD, 1);
	assert_true(kernel_has(&stage, BAD, &entry));
	assert_true(entry.expires_ns == stage.now + 600 * MXW_SECOND);
	end(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drop_becomes_entry),
		cmocka_unit_test(milder_removes),
		cmocka_unit_test(shadow_passes),
		cmocka_unit_test(many_blocks_are_made_and_are_an_alarm),
		cmocka_unit_test(withdrawal),
		cmocka_unit_test(expiry),
		cmocka_unit_test(drift_is_found),
		cmocka_unit_test(refresh_of_the_active),
	};

	return cmocka_run_group_tests_name("auto", tests, sandbox_enter, NULL);
}
