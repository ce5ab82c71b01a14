// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be blocked at all (userspace/apply/block_guard.h), by the calls of the library that
 * store: each rule, whatever the caller looked at before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "apply/feeds.h"
#include "base/clock.h"
#include "datapath/entries.h"
#include "tests/unit/attached.h"
#include "tests/unit/keeper.h"
#include "tests/unit/sandbox.h"

#define OWN "192.0.2.1"
#define OWN6 "2001:db8::1"
#define GATEWAY "198.51.100.1"
#define STORED NULL

static void add_never(struct mxw_block_guard *guard, const char *text, bool own)
{
	struct mxw_never_item item = { .own = own };
	struct mxw_err err;

	must(mxw_never_parse(text, &item, &err), &err);
	(void)snprintf(item.why, sizeof(item.why), own ? "own address of eth0" : "gateway");
	must(mxw_never_add(&guard->never, &item, &err), &err);
}

static struct mxw_block_guard guard_of_host(bool force)
{
	struct mxw_block_guard guard = { .force = force };

	mxw_never_init(&guard.never);
	add_never(&guard, OWN, true);
	add_never(&guard, OWN6, true);
	add_never(&guard, GATEWAY, false);
	return guard;
}

struct row {
	const char *prefix;
	bool force;
	const char *says; /* of the refusal; STORED: there is none */
};

/* clang-format off */
static const struct row rows[] = {
	{ "192.0.2.7", false, STORED },
	{ OWN, false, "this machine's own (own address of eth0)" },
	{ OWN, true, "this machine's own (own address of eth0)" },
	{ "192.0.2.0/24", false, "touches the never-block set: 192.0.2.1 (own address of eth0)" },
	{ "192.0.2.0/24", true, STORED },
	{ GATEWAY, false, "touches the never-block set: 198.51.100.1 (gateway)" },
	{ GATEWAY, true, STORED },
	{ "198.0.0.0/8", false, "touches the never-block set" },
	{ "203.0.0.0/8", false, STORED },
	{ "202.0.0.0/7", false, "wider than IPv4 /8 or IPv6 /16" },
	{ "202.0.0.0/7", true, STORED },
	{ "2001:db8::/64", false, STORED }, /* the host in it passes by itself */
	{ "2a00::/16", false, STORED },
	{ "2a00::/15", false, "wider than IPv4 /8 or IPv6 /16" },
};
/* clang-format on */

static int store_block(const struct row *row, const struct mxw_block_guard *guard,
		       struct mxw_err *err)
{
	const struct mxw_prefix prefixes[] = { prefix_of(row->prefix), prefix_of("203.0.113.9") };
	const struct mxw_change change = { .class = MXW_CLASS_BLOCK,
					   .prefixes = prefixes,
					   .count = 2,
					   .act = { .when = 1, .who = "somebody" },
					   .guard = guard };
	struct mxw_session session;
	int error = mxw_session_begin(&session, NULL, err);

	if (!error)
		error = mxw_apply_change(&session, &change, NULL, NULL, err);
	mxw_session_end(&session);
	return error;
}

static bool is_stored(const char *text)
{
	const struct mxw_prefix prefix = prefix_of(text);
	struct mxw_kernel_entry entry;
	struct mxw_maps maps = attached_open();
	bool there = mxw_entries_get(&maps, MXW_CLASS_BLOCK, &prefix, &entry);

	mxw_maps_close(&maps);
	return there;
}

static void a_change_is_judged_before_it_is_stored(void **state)
{
	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_block_guard guard = guard_of_host(rows[i].force);
		struct mxw_err err = { 0 };
		int error, want = rows[i].says ? MXW_E_USAGE : MXW_OK;

		attached_reset();
		attached_pin(64);
		error = store_block(&rows[i], &guard, &err);
		expect_number(rows[i].prefix, "the error", (uint64_t)-error, (uint64_t)-want);
		if (rows[i].says)
			expect_sentence(rows[i].prefix, &err, rows[i].says);
		/* All of the change or nothing. */
		expect_number(rows[i].prefix, "stored", is_stored(rows[i].prefix), !rows[i].says);
		expect_number(rows[i].prefix, "the other", is_stored("203.0.113.9"), !rows[i].says);
		mxw_block_guard_close(&guard);
	}
	attached_reset();
}

/* A caller that has looked at nothing. */
static void a_change_without_a_guard_gets_one(void **state)
{
	static const struct row wide = { .prefix = "12.0.0.0/7" };
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	attached_reset();
	attached_pin(64);
	assert_int_equal(store_block(&wide, NULL, &err), MXW_E_USAGE);
	expect_sentence("without a guard", &err, "wider than IPv4 /8");
	assert_false(is_stored("203.0.113.9"));
	attached_reset();
}

/* Single entries of feeds: neither reserved ranges nor very wide ones either. */
static void an_import_is_judged(void **state)
{
	static const struct {
		const char *prefix;
		bool allow, remove;
		const char *says;
	} entries[] = {
		{ "203.0.113.9", false, false, "203.0.113.9 is refused: 203.0.113.0/24" },
		{ "11.5.0.9", false, false, STORED },
		{ "10.0.0.0/8", false, false, "10.0.0.0/8 is refused: 10.0.0.0/8 is for private" },
		{ "10.0.0.0/8", false, true, STORED },
		{ "11.5.0.1", false, false, "11.5.0.1 is refused: never blocked: own address" },
		{ "11.5.0.0/24", false, false, "11.5.0.0/24 is refused: never blocked" },
		{ "11.5.0.1", true, false, STORED },
		{ "12.0.0.0/7", false, false, "wider than /8" },
		{ "12.0.0.0/7", true, false, "wider than /8" },
	};
	const struct mxw_feed feed = { .kind = MXW_FEED_STDIN };
	struct mxw_block_guard guard = { .force = true };

	(void)state;
	mxw_never_init(&guard.never);
	add_never(&guard, "11.5.0.1", true);
	for (size_t i = 0; i < COUNT(entries); i++) {
		const struct mxw_prefix prefix = prefix_of(entries[i].prefix);
		const struct mxw_delta delta = { .first = prefix.key,
						 .last = mxw_prefix_last(&prefix),
						 .ipv4 = true,
						 .allow = entries[i].allow,
						 .remove = entries[i].remove };
		struct mxw_err err = { 0 };
		int error = mxw_block_guard_delta(&guard, &feed, "", &delta, &err);

		expect_number(entries[i].prefix, "refused", error != MXW_OK, !!entries[i].says);
		if (entries[i].says)
			expect_sentence(entries[i].prefix, &err, entries[i].says);
	}
	mxw_block_guard_close(&guard);
}

/* The lists say that a source of the never-block set is to be dropped. */
static void an_automatic_block_is_judged(void **state)
{
	const struct mxw_kernel_entry never = { .prefix = prefix_of(GATEWAY) };
	struct keeper keeper;
	struct mxw_err err;

	(void)state;
	keeper_begin(&keeper);
	keeper_block(&keeper, GATEWAY);
	assert_true(keeper_kernel_has(&keeper, GATEWAY));
	must(mxw_entries_put(&keeper.maps, MXW_CLASS_NEVER, &never, 1, NULL, &err), &err);
	keeper_block(&keeper, GATEWAY); /* it joined the set meanwhile */
	assert_false(keeper_kernel_has(&keeper, GATEWAY));
	keeper_block(&keeper, GATEWAY);
	assert_false(keeper_stands(&keeper, GATEWAY));
	assert_false(keeper_kernel_has(&keeper, GATEWAY));
	keeper_block(&keeper, "198.51.100.2");
	assert_true(keeper_kernel_has(&keeper, "198.51.100.2"));
	keeper_end(&keeper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_judged_before_it_is_stored),
		cmocka_unit_test(a_change_without_a_guard_gets_one),
		cmocka_unit_test(an_import_is_judged),
		cmocka_unit_test(an_automatic_block_is_judged),
	};

	return cmocka_run_group_tests_name("block guard", tests, sandbox_enter, NULL);
}
