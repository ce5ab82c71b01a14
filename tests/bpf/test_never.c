// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The never-block set before the limits: which of them hold for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/bpf/fixture.h"
#include "tests/bpf/limiter.h"

/* Anybody can put the address of a gateway into a SYN: what is never blocked has to show that it
 * repeats one, unless the operator named it. Other limits do not hold for it. */
static void the_never_blocked_prove_themselves(void **state)
{
	static const struct {
		struct entry entry;
		const char *source;
		bool asked;
	} rows[] = {
		{ NEVER(BAD4), BAD4, true },
		{ NEVER(BAD4, .exempt = true), BAD4, false },
		{ NEVER("192.0.2.0/24"), BAD4, true },
		{ NEVER("192.0.2.0/24", .exempt = true), BAD4, false },
		{ NEVER(BAD6), BAD6, true },
		{ NEVER(BAD6, .exempt = true), BAD6, false },
		{ NEVER("2001:db8:bad:1::1", .exempt = true), BAD6, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limiter *l = limiter_flooded(state);

		program_add_entry(&l->program, &rows[i].entry);
		program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
		if (limiter_syn(l, rows[i].source) == rows[i].asked)
			fail_msg("row %zu: a first SYN", i);
		limiter_at(l, 1000);
		if (!limiter_again(l))
			fail_msg("row %zu: the same SYN again", i);
	}
}

static void the_never_blocked_have_no_rate(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, MXW_LIMIT_UNKNOWN, MXW_LIMIT_SOURCE, 30, 3);
	program_add_entry(&l->program, &(struct entry)NEVER(BAD4));
	program_configure(&l->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	assert_int_equal(limiter_syns(l, BAD4, 50), 50);
	assert_int_equal(limiter_counted(l, MXW_PASS_NEVER), 50);
	assert_int_equal(limiter_syns(l, "192.0.2.67", 50), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_never_blocked_prove_themselves),
		cmocka_unit_test(the_never_blocked_have_no_rate),
	};

	return cmocka_run_group_tests_name("never", tests, limiter_setup, limiter_teardown);
}
