// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of decision (userspace/policy/order.h): which entry decides, and
 * what that means in each mode.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "policy/order.h"
#include "tests/unit/book.h"

#define NOW 1000000000000ULL
#define MINUTE 60000000000ULL
#define OPINIONS 4
#define NOBODY (-1)

/* clang-format off */
#define NEVER(text, ...) { .class = MXW_CLASS_NEVER, .prefix = (text), __VA_ARGS__ }
#define AUTO(text, ...) { .class = MXW_CLASS_AUTO, .prefix = (text), __VA_ARGS__ }
#define ENFORCING { .now = NOW, .mode = MXW_MODE_ENFORCE }
#define MONITORING { .now = NOW, .mode = MXW_MODE_MONITOR }
/* clang-format on */

struct row {
	const char *name;
	struct mxw_situation situation;
	struct line lines[OPINIONS + 1];
	const char *source; /* NULL = 198.51.100.7 */
	unsigned int reason; /* wanted; a reason that drops is wanted to drop */
	int by; /* wanted: index in lines, or NOBODY */
};

static struct mxw_opinion opinion_of(const struct line *line)
{
	return (struct mxw_opinion){ .prefix = prefix_of(line->prefix),
				     .class = (uint8_t)line->class,
				     .mode = (uint8_t)line->mode,
				     .expires_ns = line->expires_ns };
}

static void check_verdict(const struct row *row, const struct mxw_verdict *verdict, int by)
{
	bool drop = row->reason == MXW_DROP_BLOCK || row->reason == MXW_DROP_AUTO;

	expect_number(row->name, "the reason", verdict->reason, row->reason);
	expect_number(row->name, "drop", verdict->drop, drop);
	if (by != row->by)
		fail_msg("row \"%s\": entry %d decided, wanted %d", row->name, by, row->by);
}

/* Decides with the opinions as given, and the other way round. */
static void check_row(const struct row *row)
{
	uint64_t source = prefix_of(row->source ? row->source : "198.51.100.7").key;
	struct mxw_opinion forth[OPINIONS], back[OPINIONS];
	struct mxw_verdict verdict;
	size_t count = 0;

	while (row->lines[count].prefix)
		count++;
	for (size_t i = 0; i < count; i++)
		forth[i] = back[count - 1 - i] = opinion_of(&row->lines[i]);
	verdict = mxw_order_decide(&row->situation, source, forth, count);
	check_verdict(row, &verdict,
		      verdict.decided_by ? (int)(verdict.decided_by - forth) : NOBODY);
	verdict = mxw_order_decide(&row->situation, source, back, count);
	check_verdict(row, &verdict,
		      verdict.decided_by ? (int)count - 1 - (int)(verdict.decided_by - back)
					 : NOBODY);
}

static void the_first_class_decides(void **state)
{
	static const char a[] = "198.51.100.7";
	static const struct row rows[] = {
		{ "none", ENFORCING, { { 0 } }, NULL, MXW_PASS_UNKNOWN, NOBODY },
		{ "n", ENFORCING, { NEVER(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "a", ENFORCING, { ALLOW(a) }, NULL, MXW_PASS_ALLOW, 0 },
		{ "b", ENFORCING, { BLOCK(a) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "u", ENFORCING, { AUTO(a) }, NULL, MXW_DROP_AUTO, 0 },
		{ "na", ENFORCING, { NEVER(a), ALLOW(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "nb", ENFORCING, { NEVER(a), BLOCK(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "nu", ENFORCING, { NEVER(a), AUTO(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "ab", ENFORCING, { ALLOW(a), BLOCK(a) }, NULL, MXW_PASS_ALLOW, 0 },
		{ "au", ENFORCING, { ALLOW(a), AUTO(a) }, NULL, MXW_PASS_ALLOW, 0 },
		{ "bu", ENFORCING, { BLOCK(a), AUTO(a) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "nab", ENFORCING, { NEVER(a), ALLOW(a), BLOCK(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "nau", ENFORCING, { NEVER(a), ALLOW(a), AUTO(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "nbu", ENFORCING, { NEVER(a), BLOCK(a), AUTO(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "abu", ENFORCING, { ALLOW(a), BLOCK(a), AUTO(a) }, NULL, MXW_PASS_ALLOW, 0 },
		{ "nabu",
		  ENFORCING,
		  { NEVER(a), ALLOW(a), BLOCK(a), AUTO(a) },
		  NULL,
		  MXW_PASS_NEVER,
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

static const struct row lengths[] = {
	{ "allow /24 over auto /32",
	  ENFORCING,
	  { ALLOW("198.51.100.0/24"), AUTO("198.51.100.7") },
	  NULL,
	  MXW_PASS_ALLOW,
	  0 },
	{ "allow /24 over block /32",
	  ENFORCING,
	  { ALLOW("198.51.100.0/24"), BLOCK("198.51.100.7") },
	  NULL,
	  MXW_PASS_ALLOW,
	  0 },
	{ "block /8 over auto /32",
	  ENFORCING,
	  { BLOCK("198.0.0.0/8"), AUTO("198.51.100.7") },
	  NULL,
	  MXW_DROP_BLOCK,
	  0 },
	{ "never 0.0.0.0/0 over allow /32",
	  ENFORCING,
	  { NEVER("0.0.0.0/0"), ALLOW("198.51.100.7") },
	  NULL,
	  MXW_PASS_NEVER,
	  0 },
	{ "a shadow block over an enforced auto",
	  ENFORCING,
	  { BLOCK("198.51.100.0/24", SHADOW), AUTO("198.51.100.7") },
	  NULL,
	  MXW_WOULD_BLOCK,
	  0 },
	{ "within a class the longest",
	  ENFORCING,
	  { BLOCK("198.51.0.0/16"), BLOCK("198.51.100.0/24", SHADOW), BLOCK("198.0.0.0/8") },
	  NULL,
	  MXW_WOULD_BLOCK,
	  1 },
	{ "an address over its ranges",
	  ENFORCING,
	  { BLOCK("198.51.100.0/31", SHADOW), BLOCK("198.51.100.6/31", SHADOW),
	    BLOCK("198.51.100.7") },
	  NULL,
	  MXW_DROP_BLOCK,
	  2 },
	{ "neighbours do not count",
	  ENFORCING,
	  { ALLOW("198.51.100.6"), NEVER("198.51.101.0/24"), BLOCK("198.51.100.4/30") },
	  NULL,
	  MXW_DROP_BLOCK,
	  2 },
	{ "all of IPv4 is not IPv6",
	  ENFORCING,
	  { BLOCK("0.0.0.0/0") },
	  "2001:db8::1",
	  MXW_PASS_UNKNOWN,
	  NOBODY },
	{ "all of IPv6 is not IPv4",
	  ENFORCING,
	  { BLOCK("2000::/3") },
	  NULL,
	  MXW_PASS_UNKNOWN,
	  NOBODY },
	{ "a /64 is one source",
	  ENFORCING,
	  { BLOCK("2001:db8:1:2::/64") },
	  "2001:db8:1:2:ffff:ffff:ffff:ffff",
	  MXW_DROP_BLOCK,
	  0 },
	{ "the top bit of a key",
	  ENFORCING,
	  { BLOCK("8000::/1", SHADOW), BLOCK("fe80::/10") },
	  "fe80::1",
	  MXW_DROP_BLOCK,
	  1 },
};

static void class_goes_before_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++)
		check_row(&lengths[i]);
}

static void an_entry_ends_at_its_nanosecond(void **state)
{
	static const char a[] = "198.51.100.7";
	static const struct row rows[] = {
		{ "before", ENFORCING, { BLOCK(a, UNTIL(NOW + 1)) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "at", ENFORCING, { BLOCK(a, UNTIL(NOW)) }, NULL, MXW_PASS_UNKNOWN, NOBODY },
		{ "after",
		  ENFORCING,
		  { BLOCK(a, UNTIL(NOW - 1)) },
		  NULL,
		  MXW_PASS_UNKNOWN,
		  NOBODY },
		{ "smallest", ENFORCING, { BLOCK(a, UNTIL(1)) }, NULL, MXW_PASS_UNKNOWN, NOBODY },
		{ "never", ENFORCING, { BLOCK(a, UNTIL(0)) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "largest", ENFORCING, { BLOCK(a, UNTIL(UINT64_MAX)) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "an expired allow frees the block",
		  ENFORCING,
		  { ALLOW(a, UNTIL(NOW)), BLOCK(a) },
		  NULL,
		  MXW_DROP_BLOCK,
		  1 },
		{ "an expired address hides no range",
		  ENFORCING,
		  { BLOCK(a, UNTIL(NOW)), BLOCK("198.51.100.0/24", SHADOW) },
		  NULL,
		  MXW_WOULD_BLOCK,
		  1 },
		{ "all expired",
		  ENFORCING,
		  { NEVER(a, UNTIL(1)), ALLOW(a, UNTIL(1)), BLOCK(a, UNTIL(1)), AUTO(a, UNTIL(1)) },
		  NULL,
		  MXW_PASS_UNKNOWN,
		  NOBODY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

static void modes_turn_drops_into_would(void **state)
{
	static const char a[] = "198.51.100.7";
	static const struct row rows[] = {
		{ "enforce, enforced block", ENFORCING, { BLOCK(a) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "enforce, shadow block",
		  ENFORCING,
		  { BLOCK(a, SHADOW) },
		  NULL,
		  MXW_WOULD_BLOCK,
		  0 },
		{ "monitor, enforced block", MONITORING, { BLOCK(a) }, NULL, MXW_WOULD_BLOCK, 0 },
		{ "monitor, shadow block",
		  MONITORING,
		  { BLOCK(a, SHADOW) },
		  NULL,
		  MXW_WOULD_BLOCK,
		  0 },
		{ "enforce, enforced auto", ENFORCING, { AUTO(a) }, NULL, MXW_DROP_AUTO, 0 },
		{ "enforce, shadow auto", ENFORCING, { AUTO(a, SHADOW) }, NULL, MXW_WOULD_AUTO, 0 },
		{ "monitor, enforced auto", MONITORING, { AUTO(a) }, NULL, MXW_WOULD_AUTO, 0 },
		{ "monitor, shadow auto",
		  MONITORING,
		  { AUTO(a, SHADOW) },
		  NULL,
		  MXW_WOULD_AUTO,
		  0 },
		{ "monitor, allow", MONITORING, { ALLOW(a) }, NULL, MXW_PASS_ALLOW, 0 },
		{ "monitor, never", MONITORING, { NEVER(a) }, NULL, MXW_PASS_NEVER, 0 },
		{ "shadow means nothing to an allow",
		  ENFORCING,
		  { ALLOW(a, SHADOW), BLOCK(a) },
		  NULL,
		  MXW_PASS_ALLOW,
		  0 },
		{ "no mode at all drops nothing",
		  { .now = NOW },
		  { BLOCK(a) },
		  NULL,
		  MXW_WOULD_BLOCK,
		  0 },
		{ "bypass",
		  { .now = NOW, .mode = MXW_MODE_BYPASS },
		  { NEVER(a), BLOCK(a) },
		  NULL,
		  MXW_PASS_BYPASS,
		  NOBODY },
		{ "bypass before unconfirmed",
		  { .now = NOW, .mode = MXW_MODE_BYPASS, .confirm_until = 1 },
		  { BLOCK(a) },
		  NULL,
		  MXW_PASS_BYPASS,
		  NOBODY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

#define CONFIRM(until)                                                         \
	{                                                                      \
		.now = NOW, .mode = MXW_MODE_ENFORCE, .confirm_until = (until) \
	}
#define BEAT(age, limit)                                                        \
	{                                                                       \
		.now = NOW, .mode = MXW_MODE_ENFORCE, .heartbeat = NOW - (age), \
		.deadman_ns = (limit)                                           \
	}

static void unconfirmed_and_deadman(void **state)
{
	static const char a[] = "198.51.100.7";
	static const struct row rows[] = {
		{ "confirmed", CONFIRM(0), { BLOCK(a) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "time left to confirm", CONFIRM(NOW + 1), { BLOCK(a) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "the last moment", CONFIRM(NOW), { BLOCK(a) }, NULL, MXW_DROP_BLOCK, 0 },
		{ "too late", CONFIRM(NOW - 1), { BLOCK(a) }, NULL, MXW_PASS_UNCONFIRMED, NOBODY },
		{ "too late, never", CONFIRM(1), { NEVER(a) }, NULL, MXW_PASS_UNCONFIRMED, NOBODY },
		{ "too late, unknown", CONFIRM(1), { { 0 } }, NULL, MXW_PASS_UNCONFIRMED, NOBODY },
		{ "alive", BEAT(0, MINUTE), { AUTO(a) }, NULL, MXW_DROP_AUTO, 0 },
		{ "silent to the limit",
		  BEAT(MINUTE, MINUTE),
		  { AUTO(a) },
		  NULL,
		  MXW_DROP_AUTO,
		  0 },
		{ "beyond it", BEAT(MINUTE + 1, MINUTE), { AUTO(a) }, NULL, MXW_PASS_DEADMAN, 0 },
		{ "beyond it, shadow",
		  BEAT(MINUTE + 1, MINUTE),
		  { AUTO(a, SHADOW) },
		  NULL,
		  MXW_PASS_DEADMAN,
		  0 },
		{ "ahead, by the grain of the clocks",
		  BEAT(-1000000000ULL, MINUTE),
		  { AUTO(a) },
		  NULL,
		  MXW_DROP_AUTO,
		  0 },
		{ "of the future",
		  BEAT(-1000000001ULL, MINUTE),
		  { AUTO(a) },
		  NULL,
		  MXW_PASS_DEADMAN,
		  0 },
		{ "never a beat", BEAT(NOW, MINUTE), { AUTO(a) }, NULL, MXW_PASS_DEADMAN, 0 },
		{ "never a beat, no limit", BEAT(NOW, 0), { AUTO(a) }, NULL, MXW_DROP_AUTO, 0 },
		{ "the operator's stay",
		  BEAT(NOW, MINUTE),
		  { BLOCK(a), AUTO(a) },
		  NULL,
		  MXW_DROP_BLOCK,
		  0 },
		{ "an expired auto is not even silent",
		  BEAT(NOW, MINUTE),
		  { AUTO(a, UNTIL(NOW)) },
		  NULL,
		  MXW_PASS_UNKNOWN,
		  NOBODY },
		{ "the unknown do not care",
		  BEAT(NOW, MINUTE),
		  { { 0 } },
		  NULL,
		  MXW_PASS_UNKNOWN,
		  NOBODY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_class_decides),
		cmocka_unit_test(class_goes_before_length),
		cmocka_unit_test(an_entry_ends_at_its_nanosecond),
		cmocka_unit_test(modes_turn_drops_into_would),
		cmocka_unit_test(unconfirmed_and_deadman),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
