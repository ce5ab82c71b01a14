// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Feeds in the order of decision (userspace/policy/order.h): which feed speaks, and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/order.h"
#include "tests/unit/book.h"

#define NOW 1000000000000ULL
#define FEEDS 4
#define NOBODY (-1)

struct row {
	const char *name;
	struct mxw_feed_opinion feeds[FEEDS + 1]; /* in the order of names; slot 0 ends them */
	unsigned int class; /* of an entry that matches too, plus 1; 0 = none */
	uint32_t mode; /* 0 = enforce */
	unsigned int reason; /* wanted */
	int by; /* wanted: index in feeds, or NOBODY */
	uint64_t deadman; /* the controller is silent for longer than that */
};

#define SAYS(number, what, ...)                                          \
	{                                                                \
		.slot = (number), .action = MXW_FEED_##what, __VA_ARGS__ \
	}
#define ENTRY(name) .class = (MXW_CLASS_##name + 1)

/* clang-format off */
static const struct row rows[] = {
	{ "enforce", { SAYS(1, ENFORCE) }, .reason = MXW_DROP_FEED, .by = 0 },
	{ "enforce, monitoring", { SAYS(1, ENFORCE) }, .mode = MXW_MODE_MONITOR, .reason = MXW_WOULD_FEED },
	{ "enforce, bypass", { SAYS(1, ENFORCE) }, .mode = MXW_MODE_BYPASS, .reason = MXW_PASS_BYPASS, .by = NOBODY },
	{ "limit", { SAYS(1, LIMIT) }, .reason = MXW_PASS_LISTED },
	{ "shadow", { SAYS(1, SHADOW) }, .reason = MXW_WOULD_FEED },
	{ "an allow list", { SAYS(1, ALLOW, .allows = true) }, .reason = MXW_PASS_FEED },
	{ "first by name", { SAYS(9, ENFORCE), SAYS(1, ENFORCE) }, .reason = MXW_DROP_FEED },
	{ "enforce before limit", { SAYS(1, LIMIT), SAYS(2, ENFORCE) }, .reason = MXW_DROP_FEED, .by = 1 },
	{ "limit before shadow", { SAYS(1, SHADOW), SAYS(2, LIMIT) }, .reason = MXW_PASS_LISTED, .by = 1 },
	{ "allow before all", { SAYS(1, ENFORCE), SAYS(2, ENFORCE), SAYS(3, ALLOW, .allows = true) },
	  .reason = MXW_PASS_FEED, .by = 2 },
	{ "one that enforces allows too", { SAYS(1, ENFORCE), SAYS(2, ENFORCE, .allows = true) },
	  .reason = MXW_PASS_FEED, .by = 1 },
	{ "one that limits allows nothing", { SAYS(1, LIMIT, .allows = true), SAYS(2, ENFORCE) },
	  .reason = MXW_DROP_FEED, .by = 1 },
	{ "a limit's allow alone", { SAYS(1, LIMIT, .allows = true) }, .reason = MXW_PASS_UNKNOWN, .by = NOBODY },
	{ "a shadow allows nothing", { SAYS(1, ENFORCE), SAYS(2, SHADOW, .allows = true) },
	  .reason = MXW_DROP_FEED },
	{ "a shadow's allow alone", { SAYS(1, SHADOW, .allows = true) }, .reason = MXW_PASS_UNKNOWN, .by = NOBODY },
	{ "too old", { SAYS(1, ENFORCE, .expires_ns = NOW) }, .reason = MXW_PASS_UNKNOWN, .by = NOBODY },
	{ "not yet too old", { SAYS(1, ENFORCE, .expires_ns = NOW + 1) }, .reason = MXW_DROP_FEED },
	{ "too old hides weaker ones", { SAYS(1, ENFORCE, .expires_ns = 1), SAYS(2, ENFORCE) },
	  .reason = MXW_PASS_UNKNOWN, .by = NOBODY },
	{ "never-block", { SAYS(1, ENFORCE) }, ENTRY(NEVER), .reason = MXW_PASS_NEVER, .by = NOBODY },
	{ "operator's allow", { SAYS(1, ENFORCE) }, ENTRY(ALLOW), .reason = MXW_PASS_ALLOW, .by = NOBODY },
	{ "operator's block", { SAYS(1, ALLOW, .allows = true) }, ENTRY(BLOCK), .reason = MXW_DROP_BLOCK, .by = NOBODY },
	{ "allow before automatic", { SAYS(1, ALLOW, .allows = true) }, ENTRY(AUTO), .reason = MXW_PASS_FEED },
	{ "enforce before automatic", { SAYS(1, ENFORCE) }, ENTRY(AUTO), .reason = MXW_DROP_FEED },
	{ "automatic before limit", { SAYS(1, LIMIT) }, ENTRY(AUTO), .reason = MXW_DROP_AUTO, .by = NOBODY },
	{ "automatic before shadow", { SAYS(1, SHADOW) }, ENTRY(AUTO), .reason = MXW_DROP_AUTO, .by = NOBODY },
	{ "a silent controller", { SAYS(1, SHADOW) }, ENTRY(AUTO), .deadman = 1, .reason = MXW_PASS_DEADMAN, .by = NOBODY },
};
/* clang-format on */

static void check(const struct row *row)
{
	const struct mxw_opinion entry = { .prefix = prefix_of("11.0.0.0/8"),
					   .class = (uint8_t)(row->class - 1) };
	struct mxw_situation situation = { .now = NOW,
					   .mode = row->mode ? row->mode : MXW_MODE_ENFORCE,
					   .deadman_ns = row->deadman,
					   .feeds = row->feeds };
	struct mxw_verdict verdict;
	bool drop = row->reason == MXW_DROP_FEED || row->reason == MXW_DROP_BLOCK ||
		    row->reason == MXW_DROP_AUTO;

	while (row->feeds[situation.feed_count].slot)
		situation.feed_count++;
	verdict = mxw_order_decide(&situation, prefix_of("11.1.2.3").key, &entry, row->class != 0);
	expect_number(row->name, "the reason", verdict.reason, row->reason);
	expect_number(row->name, "drop", verdict.drop, drop);
	if (verdict.feed != (row->by == NOBODY ? NULL : &row->feeds[row->by]))
		fail_msg("row \"%s\": another feed decided", row->name);
}

static void feeds_in_the_order_of_decision(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_in_the_order_of_decision),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
