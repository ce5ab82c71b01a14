// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last steps of the order of decision (userspace/policy/order.h): the limits, and the hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpf/reason.h"
#include "policy/order.h"
#include "tests/unit/book.h"

#define NOW 1000000000000ULL
#define MAY_OWE 50
#define ANY MXW_LIMIT_CLASSES /* the limits do not apply */

struct row {
	const char *name;
	uint32_t mode; /* enum mxw_mode; 0 = enforce */
	unsigned int entry; /* class of an entry that matches, plus 1; 0 = none */
	bool exempt; /* that entry */
	unsigned int feed; /* enum mxw_feed_action of a feed that lists the source */
	unsigned int known; /* enum mxw_limit_class */
	uint64_t owed; /* by the source, in the class that it is in */
	bool flood, proven;
	uint32_t rates; /* enum mxw_limit_mode; 0 = off */
	bool holds;
	unsigned int reason; /* wanted */
	unsigned int class; /* wanted: to the limits */
};

#define ENTRY(name) .entry = (MXW_CLASS_##name + 1)
#define OVER .owed = MAY_OWE + 1, .rates = MXW_LIMIT_ENFORCE
#define OVER_SHADOW .owed = MAY_OWE + 1, .rates = MXW_LIMIT_SHADOW
#define MONITOR .mode = MXW_MODE_MONITOR
#define WANT(name, limits) .reason = MXW_##name, .class = (limits)

/* clang-format off */
static const struct row rows[] = {
	{ "unknown", WANT(PASS_UNKNOWN, 0) },
	{ "held", .holds = true, WANT(DROP_HOLD, 0) },
	{ "held, monitoring", MONITOR, .holds = true, WANT(WOULD_HOLD, 0) },
	{ "bypass holds nobody", .mode = MXW_MODE_BYPASS, .holds = true, OVER, WANT(PASS_BYPASS, ANY) },
	{ "over", OVER, WANT(DROP_RATE, 0) },
	{ "over, monitoring", MONITOR, OVER, WANT(WOULD_RATE, 0) },
	{ "over, in shadow", OVER_SHADOW, WANT(WOULD_RATE, 0) },
	{ "not over", .owed = MAY_OWE, .rates = MXW_LIMIT_ENFORCE, WANT(PASS_UNKNOWN, 0) },
	{ "the limit goes before the hold", OVER, .holds = true, WANT(DROP_RATE, 0) },
	{ "a limit in shadow does not", OVER_SHADOW, .holds = true, WANT(DROP_HOLD, 0) },
	{ "nor does one while monitoring", MONITOR, OVER, .holds = true, WANT(WOULD_HOLD, 0) },
	{ "a found class", .known = MXW_LIMIT_GREY, OVER, WANT(DROP_RATE, MXW_LIMIT_GREY) },
	{ "proof", .flood = true, WANT(DROP_PROOF, 0) },
	{ "a source known good needs none", .flood = true, .known = MXW_LIMIT_GOOD, WANT(PASS_UNKNOWN, MXW_LIMIT_GOOD) },
	{ "proven has waited", .flood = true, .proven = true, .holds = true, WANT(PASS_PROVEN, 0) },
	{ "allow", ENTRY(ALLOW), OVER, .flood = true, .holds = true, WANT(PASS_ALLOW, ANY) },
	{ "block", ENTRY(BLOCK), OVER, .holds = true, WANT(DROP_BLOCK, ANY) },
	{ "automatic", ENTRY(AUTO), OVER, .holds = true, WANT(DROP_AUTO, ANY) },
	{ "never-block", ENTRY(NEVER), OVER, .holds = true, WANT(PASS_NEVER, 0) },
	{ "never-block, flood", ENTRY(NEVER), .flood = true, .holds = true, WANT(DROP_PROOF, 0) },
	{ "never-block, exempt, flood", ENTRY(NEVER), .exempt = true, .flood = true, WANT(PASS_NEVER, ANY) },
	{ "listed", .feed = MXW_FEED_LIMIT, .holds = true, WANT(DROP_HOLD, MXW_LIMIT_SANCTIONED) },
	{ "listed, over", .feed = MXW_FEED_LIMIT, .known = MXW_LIMIT_GOOD, OVER, WANT(DROP_RATE, MXW_LIMIT_SANCTIONED) },
	{ "a feed in shadow", .feed = MXW_FEED_SHADOW, .holds = true, WANT(DROP_HOLD, 0) },
	{ "a feed in shadow, monitoring", MONITOR, .feed = MXW_FEED_SHADOW, OVER, .holds = true, WANT(WOULD_FEED, ANY) },
	{ "a feed that enforces", .feed = MXW_FEED_ENFORCE, OVER, .holds = true, WANT(DROP_FEED, ANY) },
};
/* clang-format on */

/* The verdict of the mirror in a row's situation. */
static struct mxw_verdict decide(const struct row *row, const struct mxw_limits *limits)
{
	const struct mxw_opinion opinion = { .prefix = prefix_of("198.51.100.7"),
					     .class = (uint8_t)(row->entry - 1),
					     .exempt = row->exempt };
	const struct mxw_feed_opinion feed = { .slot = 1, .action = (uint8_t)row->feed };
	struct mxw_limit_facts facts[MXW_LIMIT_CLASSES] = { 0 };
	struct mxw_situation situation = { .now = NOW,
					   .mode = row->mode ? row->mode : MXW_MODE_ENFORCE,
					   .feeds = &feed,
					   .feed_count = row->feed ? 1 : 0,
					   .limits = limits,
					   .facts = facts,
					   .known_class = row->known,
					   .holds = row->holds };

	if (row->class < MXW_LIMIT_CLASSES)
		facts[row->class] = (struct mxw_limit_facts){
			.class = row->class,
			.rates = { { { 10, MAY_OWE }, { 10, MAY_OWE } } },
			.owed = { row->owed, 0 },
			.flood = row->flood,
			.proven = row->proven,
		};
	return mxw_order_decide(&situation, opinion.prefix.key, &opinion, row->entry ? 1 : 0);
}

static void the_last_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_limits limits = { .mode = rows[i].rates,
						   .flood_mode = MXW_LIMIT_ENFORCE };
		struct mxw_verdict verdict = decide(&rows[i], &limits);
		bool drop = mxw_reason_kind(rows[i].reason) == MXW_KIND_OF_DROP;

		expect_number(rows[i].name, "the reason", verdict.reason, rows[i].reason);
		expect_number(rows[i].name, "drop", verdict.drop, drop);
		expect_number(rows[i].name, "the class", verdict.limit_class, rows[i].class);
	}
}

/* Without limits nobody is over one; the hold is there all the same. */
static void without_limits(void **state)
{
	const struct row row = { .holds = true, .class = ANY };

	(void)state;
	expect_number("no limits", "the reason", decide(&row, NULL).reason, MXW_DROP_HOLD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_steps),
		cmocka_unit_test(without_limits),
	};

	return cmocka_run_group_tests_name("order, limits", tests, NULL, NULL);
}
