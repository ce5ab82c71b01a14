// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolvers of /etc/resolv.conf (userspace/host/resolvconf.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/addr.h"
#include "host/resolvconf.h"

/* The servers of the text as "192.0.2.1 fe80::1%lo". */
static void servers(char *text, char out[256])
{
	struct mxw_nameserver server[MXW_NAMESERVERS];
	FILE *file = fmemopen(text, strlen(text), "r");
	size_t count, length = 0;

	assert_non_null(file);
	count = mxw_nameservers_read(file, server);
	assert_int_equal(fclose(file), 0);
	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char addr[MXW_ADDR_TEXT];

		length += (size_t)snprintf(out + length, 256 - length, "%s%s%s%s", i ? " " : "",
					   mxw_addr_format(server[i].addr, addr),
					   server[i].scope[0] ? "%" : "", server[i].scope);
	}
}

static void lines_are_read_as_other_programs_do(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "nameserver 192.0.2.1\n", "192.0.2.1" },
		{ "search example.net\nnameserver\t192.0.2.1 # ours\n", "192.0.2.1" },
		{ "nameserver 192.0.2.1\nnameserver 2001:db8::1", "192.0.2.1 2001:db8::1" },
		{ "nameserver fe80::1%lo\n", "fe80::1%lo" },
		{ "nameserver fe80::1%1\n", "fe80::1%lo" },
		{ "nameserver fe80::1%gone0\nnameserver 192.0.2.1\n", "192.0.2.1" },
		{ "nameserver\n", "" },
		{ "nameservers 192.0.2.1\n", "" },
		{ "# nameserver 192.0.2.1\n", "" },
		{ "nameserver resolver.example\n", "" },
		{ "nameserver 192.0.2.1/24\n", "" },
		{ "\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[128], got[256];

		(void)snprintf(text, sizeof(text), "%s", cases[i].text);
		servers(text, got);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("row %zu: \"%s\" instead of \"%s\"", i, got, cases[i].want);
	}
}

static void the_stub_is_known(void **state)
{
	static const uint8_t stub[16] = { [10] = 0xff, 0xff, 127, 0, 0, 53 };
	static const uint8_t other[16] = { [10] = 0xff, 0xff, 127, 0, 0, 1 };

	(void)state;
	assert_true(mxw_nameserver_is_stub(stub));
	assert_false(mxw_nameserver_is_stub(other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_other_programs_do),
		cmocka_unit_test(the_stub_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
