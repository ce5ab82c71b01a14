// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reverse name is worth (userspace/policy/reverse.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/reverse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SERVFAIL                                        \
	{                                               \
		.answered = true, .rcode = 2, .ttl = -1 \
	}
#define SILENCE                   \
	{                         \
		.answered = false \
	}
#define NXDOMAIN                                                                        \
	{                                                                               \
		.answered = true, .rcode = 3, .ttl = 150, .complete = true, .names = "" \
	}
#define NODATA                                                              \
	{                                                                   \
		.answered = true, .ttl = 150, .complete = true, .names = "" \
	}
#define PTR(text, number)                                                                          \
	{                                                                                          \
		.answered = true, .ttl = 300, .count = (number), .complete = true, .names = (text) \
	}
#define BACK                                                                                   \
	{                                                                                      \
		.answered = true, .ttl = 200, .count = 1, .complete = true, .leads_back = true \
	}
#define AWAY                                                               \
	{                                                                  \
		.answered = true, .ttl = 400, .count = 1, .complete = true \
	}
#define MANY                                              \
	{                                                 \
		.answered = true, .ttl = 400, .count = 99 \
	}

/* Postfix's difference: 450 for what could not be found out, 550 for what is not there. */
static const struct {
	const char *what;
	struct mxw_reverse_reply ptr, forward[MXW_REVERSE_NAMES];
	unsigned int asked;
	enum mxw_reverse_kind want;
	const char *name;
	int64_t ttl;
} rows[] = {
	{ "NXDOMAIN", NXDOMAIN, { { 0 } }, 0, MXW_REVERSE_NONE, "", 150 },
	{ "no data", NODATA, { { 0 } }, 0, MXW_REVERSE_NONE, "", 150 },
	{ "SERVFAIL", SERVFAIL, { { 0 } }, 0, MXW_REVERSE_UNKNOWN, "", -1 },
	{ "no reply", SILENCE, { { 0 } }, 0, MXW_REVERSE_UNKNOWN, "", -1 },
	{ "confirmed",
	  PTR("mx.example", 1),
	  { BACK },
	  1,
	  MXW_REVERSE_CONFIRMED,
	  "mx.example",
	  200 },
	{ "elsewhere",
	  PTR("mx.example", 1),
	  { AWAY },
	  1,
	  MXW_REVERSE_UNCONFIRMED,
	  "mx.example",
	  300 },
	{ "a name that does not exist",
	  PTR("mx.example", 1),
	  { NXDOMAIN },
	  1,
	  MXW_REVERSE_UNCONFIRMED,
	  "mx.example",
	  150 },
	{ "forward SERVFAIL",
	  PTR("mx.example", 1),
	  { SERVFAIL },
	  1,
	  MXW_REVERSE_UNKNOWN,
	  "mx.example",
	  300 },
	{ "forward silence",
	  PTR("mx.example", 1),
	  { SILENCE },
	  1,
	  MXW_REVERSE_UNKNOWN,
	  "mx.example",
	  300 },
	{ "the second",
	  PTR("a.example\nb.example", 2),
	  { AWAY, BACK },
	  2,
	  MXW_REVERSE_CONFIRMED,
	  "b.example",
	  200 },
	{ "the second, behind a failure",
	  PTR("a.example\nb.example", 2),
	  { SERVFAIL, BACK },
	  2,
	  MXW_REVERSE_CONFIRMED,
	  "b.example",
	  200 },
	{ "one of two failed",
	  PTR("a.example\nb.example", 2),
	  { SERVFAIL, AWAY },
	  2,
	  MXW_REVERSE_UNKNOWN,
	  "a.example",
	  300 },
	{ "too many addresses",
	  PTR("a.example", 1),
	  { MANY },
	  1,
	  MXW_REVERSE_UNKNOWN,
	  "a.example",
	  300 },
	{ "an address", PTR("192.0.2.1", 1), { { 0 } }, 0, MXW_REVERSE_UNUSABLE, "", 300 },
	{ "the root", PTR(".", 1), { { 0 } }, 0, MXW_REVERSE_UNUSABLE, "", 300 },
	{ "one of two is usable",
	  PTR("localhost\na.example", 2),
	  { AWAY },
	  1,
	  MXW_REVERSE_UNCONFIRMED,
	  "a.example",
	  300 },
	{ "the same in capitals",
	  PTR("a.example\nA.Example", 2),
	  { AWAY },
	  1,
	  MXW_REVERSE_UNCONFIRMED,
	  "a.example",
	  300 },
	{ "five names: not all are looked at",
	  PTR("a.example\nb.example\nc.example\nd.example\ne.example", 5),
	  { AWAY, AWAY, AWAY, AWAY },
	  4,
	  MXW_REVERSE_UNKNOWN,
	  "a.example",
	  300 },
	{ "60 names, and the text holds two",
	  { .answered = true, .ttl = 300, .count = 60, .names = "a.example\nb.example" },
	  { AWAY, AWAY },
	  2,
	  MXW_REVERSE_UNKNOWN,
	  "a.example",
	  300 },
	{ "60 names, the fourth leads back",
	  { .answered = true,
	    .ttl = 300,
	    .count = 60,
	    .names = "a.example\nb.example\nc.example\nd.example" },
	  { AWAY, AWAY, AWAY, BACK },
	  4,
	  MXW_REVERSE_CONFIRMED,
	  "d.example",
	  200 },
};

static void reverse_names_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_reverse_search search;
		unsigned int asked = 0;

		mxw_reverse_begin(&search, &rows[i].ptr);
		while (mxw_reverse_wants(&search) && asked < MXW_REVERSE_NAMES)
			mxw_reverse_take(&search, &rows[i].forward[asked++]);
		if (mxw_reverse_wants(&search) || asked != rows[i].asked ||
		    search.kind != rows[i].want || search.ttl != rows[i].ttl ||
		    strcmp(mxw_reverse_name(&search), rows[i].name) != 0)
			fail_msg("%s: %s, %s, ttl %lld, %u asked", rows[i].what,
				 mxw_reverse_kind_name(search.kind), mxw_reverse_name(&search),
				 (long long)search.ttl, asked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reverse_names_are_judged),
	};

	return cmocka_run_group_tests_name("reverse", tests, NULL, NULL);
}
