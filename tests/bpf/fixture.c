// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs tables of fixtures. Each table's main() calls fixture_run_table().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/bpf/fixture.h"

#define PROGRAMS 12 /* different knobs in one table */

/* Programs by their knobs: loading costs more than all the rows that share one. */
struct shelf {
	struct program programs[PROGRAMS];
	size_t count;
};

struct row {
	const struct fixture *fixture;
	struct shelf *shelf;
};

static const char *reason_name(uint32_t reason)
{
	static const char *const names[MXW_MAX_REASONS] = {
		[MXW_REASON_NONE] = "NONE",
#define MXW_REASON(number, name, kind, unenforced, string, text) [(number)] = #name,
#include "bpf/reasons.def"
#undef MXW_REASON
	};

	return reason < MXW_MAX_REASONS && names[reason] ? names[reason] : "?";
}

static struct program *take_program(struct shelf *shelf, const struct knobs *knobs)
{
	struct program *program;

	for (size_t i = 0; i < shelf->count; i++)
		if (memcmp(&shelf->programs[i].knobs, knobs, sizeof(*knobs)) == 0)
			return &shelf->programs[i];
	assert_true(shelf->count < PROGRAMS);
	program = &shelf->programs[shelf->count];
	program_load(program, knobs);
	shelf->count++;
	return program;
}

static int check_action(const struct fixture *fixture, const struct answer *answer)
{
	if (answer->action == fixture->want.action)
		return 0;
	print_error("action %u, want %u (1 drop, 2 pass)\n", answer->action, fixture->want.action);
	return 1;
}

/* A frame in several buffers is counted with the bytes of its first one, which is as
 * large as BPF_PROG_TEST_RUN makes it: less than a page. */
#define FIRST_BUFFER_LEAST 2048
#define FIRST_BUFFER_MOST 4096

static int bytes_as_wanted(uint64_t counted, uint64_t packets, size_t bytes)
{
	if (bytes < FIRST_BUFFER_LEAST)
		return counted == packets * bytes;
	return packets ? counted >= FIRST_BUFFER_LEAST && counted <= FIRST_BUFFER_MOST
		       : counted == 0;
}

static int check_counters(struct program *program, const struct fixture *fixture, size_t bytes)
{
	struct counters counters;
	int wrong = 0;

	program_counters(program, &counters);
	for (uint32_t reason = 0; reason < MXW_MAX_REASONS; reason++) {
		const struct mxw_counter *counter = &counters.of[reason];
		uint64_t want = reason && reason == fixture->want.reason;

		if (counter->packets == want && bytes_as_wanted(counter->bytes, want, bytes))
			continue;
		print_error("%s: %llu packets, %llu bytes; want %llu, %llu\n", reason_name(reason),
			    counter->packets, counter->bytes, (unsigned long long)want,
			    (unsigned long long)(want * bytes));
		wrong = 1;
	}
	return wrong;
}

/* Reasons that an entry gives; the others are nobody's hit. */
static int entry_decides(uint32_t reason)
{
	return (reason >= MXW_PASS_NEVER && reason <= MXW_PASS_DEADMAN);
}

static int check_hits(struct program *program, const struct fixture *fixture)
{
	int wrong = 0;

	for (size_t i = 0; i < FIXTURE_ENTRIES && fixture->entries[i].prefix; i++) {
		uint64_t want = entry_decides(fixture->want.reason) && fixture->want.by == i;
		uint64_t hits = program_hits(program, &fixture->entries[i]);

		if (hits == want)
			continue;
		print_error("entry %zu (%s): %llu hits, want %llu\n", i, fixture->entries[i].prefix,
			    (unsigned long long)hits, (unsigned long long)want);
		wrong = 1;
	}
	return wrong;
}

static int check_feeds(struct program *program, const struct fixture *fixture, size_t bytes)
{
	struct mxw_counter counter;
	size_t counted = program_feeds_counted(program), want = fixture->want.feed != 0;

	program_feed_counter(program, fixture->want.feed, &counter);
	if (counted == want && counter.packets == want &&
	    bytes_as_wanted(counter.bytes, want, bytes))
		return 0;
	print_error("%zu classes of feeds counted, want %zu; class %u: %llu packets, %llu bytes\n",
		    counted, want, fixture->want.feed, counter.packets, counter.bytes);
	return 1;
}

/* A probe gives the same answer, with the class, and leaves nothing. */
static int check_probe(struct program *program, const struct fixture *fixture,
		       const struct packet *packet)
{
	const struct mxw_probe question = { .magic = MXW_PROBE_MAGIC };
	struct answer answer;

	program_probe(program, packet, &question, &answer);
	if (answer.action == fixture->want.action && answer.probe.reason == fixture->want.reason &&
	    answer.probe.feed == fixture->want.feed)
		return 0;
	print_error("a probe says action %u, %s, feed %u; want feed %u\n", answer.action,
		    reason_name(answer.probe.reason), answer.probe.feed, fixture->want.feed);
	return 1;
}

static int check_no_event(struct program *program, const struct fixture *fixture)
{
	size_t events = program_events(program, NULL, 0);

	if (fixture->setup.event_budget || events == 0)
		return 0;
	print_error("%zu events without a budget\n", events);
	return 1;
}

void fixture_check(struct program *program, const struct fixture *fixture,
		   const struct packet *packet)
{
	struct answer answer;
	int wrong;

	program_reset(program);
	for (size_t i = 0; i < FIXTURE_ENTRIES && fixture->entries[i].prefix; i++)
		program_add_entry(program, &fixture->entries[i]);
	for (size_t i = 0; i < FIXTURE_DESTS && fixture->dests[i]; i++)
		program_add_dest(program, fixture->dests[i]);
	for (size_t i = 0; i < FIXTURE_MARKS && fixture->marks[i].source; i++)
		program_mark(program->hint, fixture->marks[i].source, fixture->marks[i].classes);
	if (fixture->feeds[0].prefix)
		program_put_feeds(program, fixture->feeds, FIXTURE_FEEDS, MXW_FEED_NARROW);
	program_configure(program, &fixture->setup);
	wrong = fixture->feeds[0].prefix ? check_probe(program, fixture, packet) : 0;
	program_run(program, packet, &answer);
	wrong |= check_action(fixture, &answer);
	wrong |= check_counters(program, fixture, packet->length);
	wrong |= check_hits(program, fixture);
	wrong |= check_feeds(program, fixture, packet->length);
	wrong |= check_no_event(program, fixture);
	if (!wrong)
		return;
	packet_print(stderr, fixture->packet, packet);
	fail_msg("%s: want %s%s", fixture->name, reason_name(fixture->want.reason),
		 fixture->setup.hint == HINT_IGNORED ? ", the hint table ignored" : "");
}

static void run_row(void **state)
{
	const struct row *row = *state;
	struct fixture again = *row->fixture;
	struct program *program;
	struct packet packet;

	if (!harness_may_run())
		skip();
	packet_build(row->fixture->packet, &packet);
	program = take_program(row->shelf, &row->fixture->knobs);
	fixture_check(program, row->fixture, &packet);
	if (row->fixture->setup.hint != HINT_EITHER || row->fixture->knobs.feeds)
		return;
	again.setup.hint = HINT_IGNORED;
	fixture_check(program, &again, &packet);
}

int fixture_run_table(const char *group, const struct fixture *table, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	struct row *rows = calloc(count, sizeof(*rows));
	struct shelf shelf = { .count = 0 };
	int failed = 1;

	for (size_t i = 0; tests && rows && i < count; i++) {
		rows[i] = (struct row){ .fixture = &table[i], .shelf = &shelf };
		tests[i] = (struct CMUnitTest){ .name = table[i].name,
						.test_func = run_row,
						.initial_state = &rows[i] };
	}
	if (tests && rows)
		failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
	for (size_t i = 0; i < shelf.count; i++)
		program_unload(&shelf.programs[i]);
	free(rows);
	free(tests);
	return failed;
}
