// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * synflood's addresses and ranges, from words and from files
 * (bench/synflood/address.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "bench/synflood/address.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void ranges_are_parsed_and_cut(void **state)
{
	static const struct {
		const char *text, *first, *last;
		unsigned int length;
	} rows[] = {
		{ "192.0.2.7", "192.0.2.7", "192.0.2.7", 32 },
		{ "192.0.2.7/24", "192.0.2.0", "192.0.2.255", 24 },
		{ "0.0.0.0/0", "0.0.0.0", "255.255.255.255", 0 },
		{ "2001:db8::1", "2001:db8::1", "2001:db8::1", 128 },
		{ "2001:db8::1/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 32 },
		{ "2001:db8::ff:1/112", "2001:db8::ff:0", "2001:db8::ff:ffff", 112 },
		{ "2001:db8:0:1::9/64", "2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff", 64 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[SF_ADDRESS_TEXT];
		struct sf_address last;
		struct sf_range range;
		struct mxw_err err;

		assert_int_equal(sf_range_parse(rows[i].text, &range, &err), 0);
		assert_string_equal(sf_address_format(&range.first, text), rows[i].first);
		assert_int_equal(range.length, rows[i].length);
		last = sf_range_last(&range);
		assert_string_equal(sf_address_format(&last, text), rows[i].last);
		assert_true(sf_range_contains(&range, &range.first));
		assert_true(sf_range_contains(&range, &last));
	}
}

static void bad_ranges_are_quoted(void **state)
{
	static const char *const rows[] = { "",
					    "/24",
					    "300.1.2.3",
					    "192.0.2.0/33",
					    "192.0.2.0/",
					    "2001:db8::/129",
					    "192.0.2.0/a",
					    "host",
					    "192.0.2.1 x",
					    "1.2.3" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sf_range range;
		struct mxw_err err;

		assert_int_equal(sf_range_parse(rows[i], &range, &err), MXW_E_USAGE);
		assert_non_null(strstr(err.text, rows[i]));
	}
}

static void macs_are_those_of_one_host(void **state)
{
	static const char *const bad[] = { "",
					   "02:00:00:00:00",
					   "02:00:00:00:00:0g",
					   "01:00:5e:00:00:01",
					   "02-00-00-00-00-01",
					   "02:00:00:00:00:01:02",
					   "2:0:0:0:0:1" };
	static const uint8_t want[SF_MAC] = { 0x02, 0, 0x5e, 0xaB, 0xcd, 0xef };
	struct mxw_err err;
	uint8_t mac[SF_MAC];

	(void)state;
	assert_int_equal(sf_mac_parse("02:00:5e:aB:cd:ef", mac, &err), 0);
	assert_memory_equal(mac, want, SF_MAC);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(sf_mac_parse(bad[i], mac, &err), MXW_E_USAGE);
}

/* Reads a file with this text. */
static int read_text(const char *text, struct sf_ranges *ranges, struct mxw_err *err)
{
	char path[] = "/tmp/synflood-test-XXXXXX";
	int fd = mkstemp(path), error;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	(void)close(fd);
	error = sf_ranges_read(ranges, path, err);
	(void)unlink(path);
	return error;
}

static void a_file_has_a_range_per_line(void **state)
{
	struct sf_ranges ranges = { 0 };
	struct mxw_err err;

	(void)state;
	assert_int_equal(read_text("# list\n\n 192.0.2.0/24 # a net\n2001:db8::1\r\n203.0.113.9",
				   &ranges, &err),
			 0);
	assert_int_equal(ranges.count, 3);
	assert_int_equal(ranges.items[0].length, 24);
	assert_int_equal(ranges.items[1].first.family, SF_IPV6);
	assert_int_equal(ranges.items[2].first.low, 0xcb007109);
	sf_ranges_free(&ranges);
}

static void a_bad_line_is_named(void **state)
{
	struct sf_ranges ranges = { 0 };
	struct mxw_err err;

	(void)state;
	assert_int_equal(read_text("192.0.2.1\n\n192.0.2.1 192.0.2.2\n", &ranges, &err),
			 MXW_E_USAGE);
	assert_non_null(strstr(err.text, "line 3"));
	assert_non_null(strstr(err.text, "192.0.2.1 192.0.2.2"));
	assert_int_equal(read_text("# nothing\n", &ranges, &err), MXW_E_USAGE);
	assert_int_equal(sf_ranges_read(&ranges, "/nonexistent/list", &err), MXW_E_USAGE);
	assert_non_null(strstr(err.text, "/nonexistent/list"));
	sf_ranges_free(&ranges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_parsed_and_cut),
		cmocka_unit_test(bad_ranges_are_quoted),
		cmocka_unit_test(macs_are_those_of_one_host),
		cmocka_unit_test(a_file_has_a_range_per_line),
		cmocka_unit_test(a_bad_line_is_named),
	};

	return cmocka_run_group_tests_name("synflood_address", tests, NULL, NULL);
}
