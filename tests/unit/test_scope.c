// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an attach makes of what was set before (userspace/apply/scope.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "apply/scope.h"

#define SOME 3
#define TEXT 256

struct sketch {
	bool set;
	uint16_t ports[SOME];
	bool drop_fragmented;
	bool limited;
	const char *dests[SOME];
};

static const struct {
	const char *name;
	struct sketch was, wish; /* of the wish, set: --defaults */
	bool others; /* other interfaces are attached */
	const char *want;
} rows[] = {
	{ "first", { 0 }, { 0 }, false, "25 all" },
	{ "first, with everything",
	  { 0 },
	  { .ports = { 25, 465 },
	    .drop_fragmented = true,
	    .dests = { "192.0.2.25", "2001:db8::/64" } },
	  false,
	  "25 465 F 192.0.2.25 2001:db8::/64" },
	{ "again, nothing named",
	  { true, { 25, 465 }, true, true, { "192.0.2.25" } },
	  { 0 },
	  false,
	  "25 465 F 192.0.2.25" },
	{ "again, only ports named",
	  { true, { 25, 465 }, true, true, { "192.0.2.25" } },
	  { .ports = { 587 } },
	  false,
	  "587 F 192.0.2.25" },
	{ "again, only destinations named",
	  { true, { 25, 465 }, false, true, { "192.0.2.25" } },
	  { .dests = { "192.0.2.26" } },
	  false,
	  "25 465 192.0.2.26" },
	{ "again, only -F named",
	  { .set = true, .ports = { 465 } },
	  { .drop_fragmented = true },
	  false,
	  "465 F all" },
	{ "again, with --defaults",
	  { true, { 25, 465 }, true, true, { "192.0.2.25" } },
	  { .set = true },
	  false,
	  "25 all" },
	{ "again, with --defaults and a port",
	  { true, { 25, 465 }, true, true, { "192.0.2.25" } },
	  { .set = true, .ports = { 587 } },
	  false,
	  "587 all" },
	{ "the destinations of others stay",
	  { false, { 0 }, false, false, { "192.0.2.25" } },
	  { .dests = { "192.0.2.26" } },
	  true,
	  "25 192.0.2.25 192.0.2.26" },
	{ "one that another has is there once",
	  { false, { 0 }, false, false, { "192.0.2.25" } },
	  { .dests = { "192.0.2.25" } },
	  true,
	  "25 192.0.2.25" },
	{ "bits behind the length are the same range",
	  { true, { 25 }, false, true, { "192.0.2.0/24" } },
	  { .dests = { "192.0.2.77/24" } },
	  true,
	  "25 192.0.2.0/24" },
};

static size_t parse(const char *const texts[SOME], struct mxw_dest_key *out)
{
	size_t count = 0;

	for (; count < SOME && texts[count]; count++)
		assert_int_equal(mxw_dest_parse(texts[count], &out[count], NULL), 0);
	return count;
}

static const char *describe(const struct mxw_scope *scope, char out[TEXT])
{
	char text[MXW_ADDR_TEXT];
	size_t used = 0;

	for (int i = 0; i < MXW_MAX_PORTS && scope->ports[i]; i++)
		used += (size_t)snprintf(out + used, TEXT - used, "%s%u", i ? " " : "",
					 scope->ports[i]);
	used += (size_t)snprintf(out + used, TEXT - used, "%s%s",
				 scope->drop_fragmented ? " F" : "", scope->limited ? "" : " all");
	for (size_t i = 0; i < scope->dest_count && scope->limited; i++)
		used += (size_t)snprintf(out + used, TEXT - used, " %s",
					 mxw_dest_format(&scope->dests[i], text));
	return out;
}

static void what_is_not_named_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sketch *was = &rows[i].was, *wish = &rows[i].wish;
		struct mxw_dest_key dests[SOME];
		struct mxw_scope before = { .set = was->set,
					    .drop_fragmented = was->drop_fragmented,
					    .limited = was->limited };
		struct mxw_scope_wish wishes = { .defaults = wish->set,
						 .drop_fragmented = wish->drop_fragmented,
						 .dests = dests };
		struct mxw_scope out;
		struct mxw_err err;
		char text[TEXT];

		memcpy(before.ports, was->ports, sizeof(was->ports));
		memcpy(wishes.ports, wish->ports, sizeof(wish->ports));
		before.dest_count = parse(was->dests, before.dests);
		wishes.dest_count = parse(wish->dests, dests);
		assert_int_equal(mxw_scope_plan(&before, &wishes, !rows[i].others, &out, &err), 0);
		if (strcmp(describe(&out, text), rows[i].want) != 0)
			fail_msg("%s: \"%s\" instead of \"%s\"", rows[i].name, text, rows[i].want);
	}
}

/* The NAT64 prefix is the whole filter's. */
static void one_nat64_prefix_for_all(void **state)
{
	const struct mxw_nat64 one = { 1, 2 }, two = { 3, 4 };
	const struct mxw_scope elsewhere = { .nat64 = one }, here = { .set = true, .nat64 = one };
	const struct mxw_scope_wish nothing = { 0 }, named = { .nat64 = two },
				    defaults = { .defaults = true };
	struct mxw_scope out;

	(void)state;
	assert_int_equal(mxw_scope_plan(&elsewhere, &nothing, false, &out, NULL), 0);
	assert_memory_equal(&out.nat64, &one, sizeof(one));
	assert_int_equal(mxw_scope_plan(&here, &nothing, true, &out, NULL), 0);
	assert_memory_equal(&out.nat64, &one, sizeof(one));
	assert_int_equal(mxw_scope_plan(&here, &named, true, &out, NULL), 0);
	assert_memory_equal(&out.nat64, &two, sizeof(two));
	assert_int_equal(mxw_scope_plan(&here, &defaults, false, &out, NULL), 0);
	assert_memory_equal(&out.nat64, &one, sizeof(one));
	assert_int_equal(mxw_scope_plan(&here, &defaults, true, &out, NULL), 0);
	assert_true(!out.nat64.high);
}

static void there_is_room_for_so_many(void **state)
{
	struct mxw_scope was = { .set = true, .limited = true }, out;
	struct mxw_dest_key one;
	struct mxw_scope_wish wish = { .dests = &one, .dest_count = 1 };
	struct mxw_err err;
	char text[MXW_ADDR_TEXT];

	(void)state;
	assert_int_equal(mxw_dest_parse("198.51.100.1", &one, &err), 0);
	for (; was.dest_count < MXW_DESTS_MOST; was.dest_count++) {
		(void)snprintf(text, sizeof(text), "192.0.2.%zu", was.dest_count);
		assert_int_equal(mxw_dest_parse(text, &was.dests[was.dest_count], &err), 0);
	}
	assert_int_equal(mxw_scope_plan(&was, &wish, false, &out, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "256"));
	assert_int_equal(mxw_scope_plan(&was, &wish, true, &out, &err), 0);
	assert_int_equal(out.dest_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_named_stays),
		cmocka_unit_test(one_nat64_prefix_for_all),
		cmocka_unit_test(there_is_room_for_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
