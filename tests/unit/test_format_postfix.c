// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Postfix's cidr tables (userspace/lists/formats/postfix.c): the first line that matches decides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/listing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define UNKNOWN "refused: no action that decides alone: taken as DUNNO"

static void actions(void **state)
{
	static const struct listing_row rows[] = {
		{ "192.0.2.1 REJECT\n192.0.2.2 reject go away\n192.0.2.3 550 5.7.1 no\n"
		  "192.0.2.4\t451 later\n192.0.2.5 DROP\n192.0.2.6 DEFER x\n192.0.2.7 DISCARD",
		  "1 block 192.0.2.1, 2 block 192.0.2.2, 3 block 192.0.2.3, 4 block 192.0.2.4, "
		  "5 block 192.0.2.5, 6 block 192.0.2.6, 7 block 192.0.2.7" },
		{ "192.0.2.1 OK\n192.0.2.2 permit\n192.0.2.3 123456\n192.0.2.4 550",
		  "1 allow 192.0.2.1, 2 allow 192.0.2.2, 3 allow 192.0.2.3, 4 allow 192.0.2.4" },
		{ "192.0.2.1 DUNNO\n192.0.2.2 WARN x\n192.0.2.3 PREPEND X-A: b\n192.0.2.4 "
		  "DEFER_IF_PERMIT",
		  "1 exclude 192.0.2.1, 2 exclude 192.0.2.2, 3 exclude 192.0.2.3, "
		  "4 exclude 192.0.2.4" },
		{ "192.0.2.1 permit_mynetworks, reject\n192.0.2.0/24 REJECT",
		  "1 " UNKNOWN ", 2 block 192.0.2.0/24, 1 exclude 192.0.2.1" },
		{ "192.0.2.1\n192.0.2.7/24 REJECT\n192.0.2 REJECT\nexample.org REJECT",
		  "1 refused: has no action, so that Postfix skips it, "
		  "2 refused: has bits set beyond its prefix length, so that Postfix skips it, "
		  "3 refused: is not an address, 4 refused: is not an address" },
		{ "[2001:db8::]/32 REJECT\n[192.0.2.1] REJECT\n[2001:db9::/32] REJECT\n2001:dba::1 "
		  "REJECT",
		  "1 block 2001:db8::/32, 2 block 192.0.2.1, 3 block 2001:db9::/32, "
		  "4 block 2001:dba::/64" },
		{ "# x\n\n192.0.2.1\n  # y\n\n\tREJECT\n    no mail from you\n192.0.2.2 OK\n",
		  "3 block 192.0.2.1, 8 allow 192.0.2.2" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_POSTFIX, rows, COUNT(rows));
}

static void first_match_decides(void **state)
{
	static const struct listing_row rows[] = {
		/* a later OK does not allow what is rejected already */
		{ "192.0.2.0/24 REJECT\n192.0.2.7 OK", "1 block 192.0.2.0/24" },
		{ "192.0.2.7 OK\n192.0.2.0/24 REJECT", "2 block 192.0.2.0/24, 1 allow 192.0.2.7" },
		{ "192.0.2.7 REJECT\n192.0.2.0/24 DUNNO\n192.0.0.0/16 REJECT",
		  "1 block 192.0.2.7, 3 block 192.0.0.0/16, 2 exclude 192.0.2.0-192.0.2.6, "
		  "2 exclude 192.0.2.8-192.0.2.255" },
		{ "192.0.2.0/25 DUNNO\n192.0.2.0/24 OK\n0.0.0.0/0 REJECT",
		  "3 block 0.0.0.0/0, 1 exclude 192.0.2.0/25, 2 allow 192.0.2.128/25" },
		{ "192.0.2.0/25 OK\n192.0.2.0/24 DUNNO",
		  "1 allow 192.0.2.0/25, 2 exclude 192.0.2.128/25" },
		{ "192.0.2.0/24 OK\n192.0.2.0/24 REJECT\n192.0.2.0/24 DUNNO",
		  "2 block 192.0.2.0/24, 1 allow 192.0.2.0/24" },
		{ "2001:db8:1::/48 DUNNO\n2001:db8::/32 REJECT",
		  "2 block 2001:db8::/32, 1 exclude 2001:db8:1::/48" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_POSTFIX, rows, COUNT(rows));
}

static void conditions(void **state)
{
	static const struct listing_row rows[] = {
		{ "if 192.0.2.0/24\n192.0.0.0/16 REJECT\nendif\n198.51.100.1 REJECT",
		  "2 block 192.0.2.0/24, 4 block 198.51.100.1" },
		{ "IF !192.0.2.0/24\n192.0.2.0/23 REJECT\nENDIF", "2 block 192.0.3.0/24" },
		{ "if 192.0.0.0/16\nif !192.0.2.0/24\n0.0.0.0/0 REJECT\n2001:db8::/32 "
		  "REJECT\nendif\nendif\n"
		  "2001:db9::/32 REJECT",
		  "3 block 192.0.0.0/23, 3 block 192.0.3.0-192.0.255.255, "
		  "7 block 2001:db9::/32" },
		{ "!0.0.0.0/1 REJECT\n!!192.0.2.1 REJECT",
		  "1 block 128.0.0.0/1, 2 block 192.0.2.1" },
		{ "!2000::/3 REJECT", "1 block 0:1::/64-1fff:ffff:ffff:ffff::/64, "
				      "1 block 4000::/64-ffff:ffff:ffff:ffff::/64" },
		{ "endif\n192.0.2.1 REJECT", "1 refused: ENDIF without IF, 2 block 192.0.2.1" },
		/* Postfix skips a bad IF and takes what is within for unconditional: not here */
		{ "if 192.0.2.7/24\n192.0.2.1 REJECT\nif 192.0.2.1\n192.0.2.1 "
		  "REJECT\nendif\nendif\n"
		  "192.0.2.2 REJECT",
		  "1 refused: has bits set beyond its prefix length, so that Postfix skips it, "
		  "7 block 192.0.2.2" },
		{ "if 192.0.2.1\n192.0.2.1 REJECT", "2 block 192.0.2.1" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_POSTFIX, rows, COUNT(rows));
}

static void add(char *text, size_t size, const char *line)
{
	size_t length = strlen(text);

	assert_true((size_t)snprintf(text + length, size - length, "%s", line) < size - length);
}

/* IFs below the deepest that counts neither count nor upset those above. */
static void deep_conditions(void **state)
{
	char text[8000] = "";
	struct listing listing = { 0 };

	(void)state;
	for (int i = 0; i < 40; i++)
		add(text, sizeof(text), "if 192.0.2.1\n");
	add(text, sizeof(text), "192.0.2.1 REJECT\n");
	for (int i = 0; i < 40; i++)
		add(text, sizeof(text), "endif\n");
	add(text, sizeof(text), "192.0.2.2 REJECT\n");
	listing_read(&listing, MXW_FORMAT_POSTFIX, text, strlen(text), 0);
	assert_int_equal(listing.error, 0);
	assert_int_equal(listing.refused, 8);
	assert_int_equal(listing.said, 1);
	assert_non_null(strstr(listing.text, "block 192.0.2.2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actions),
		cmocka_unit_test(first_match_decides),
		cmocka_unit_test(conditions),
		cmocka_unit_test(deep_conditions),
	};

	return cmocka_run_group_tests_name("format_postfix", tests, NULL, NULL);
}
