// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Findings. Called by the tests of `check`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/findings.h"

const struct mxw_finding *only_finding(const struct mxw_check *check)
{
	const struct mxw_finding *found = NULL;

	for (size_t i = 0; i < check->count; i++) {
		if (check->items[i].level == MXW_LEVEL_OK)
			continue;
		if (found)
			fail_msg("two findings: \"%s\" and \"%s\"", found->text,
				 check->items[i].text);
		found = &check->items[i];
	}
	assert_non_null(found);
	return found;
}
