// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of lists (userspace/lists/format.h): the plain format, pieces of every size,
 * and what is not a list at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/listing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOT_ADDRESS "refused: is not an address"
#define NOT_RANGE "refused: is neither an address nor a range of two"
#define LENGTH4 "refused: its prefix length is not a number from 0 to 32"
#define LENGTH6 "refused: its prefix length is not a number from 0 to 128"
#define IPV4_LAND "refused: covers or lies in ::/32, which is never routed and stands for IPv4 here"

static void plain_lines(void **state)
{
	static const struct listing_row rows[] = {
		{ "", "" },
		{ "\n\n", "" },
		{ "192.0.2.7", "1 block 192.0.2.7" },
		{ "192.0.2.7\n", "1 block 192.0.2.7" },
		{ "192.0.2.7\r\n198.51.100.0/24\r\n",
		  "1 block 192.0.2.7, 2 block 198.51.100.0/24" },
		{ "\xef\xbb\xbf"
		  "192.0.2.7\n\xef\xbb\xbf"
		  "192.0.2.8\n",
		  "1 block 192.0.2.7, 2 " NOT_ADDRESS },
		{ "# head\n\n; head\n  192.0.2.7  # tail\n\t192.0.2.8;tail\n192.0.2.9#tail",
		  "4 block 192.0.2.7, 5 block 192.0.2.8, 6 block 192.0.2.9" },
		{ "1.10.16.0/20 ; SBL256894\n", "1 block 1.10.16.0/20" },
		{ "0.0.0.0/0\n255.255.255.255\n128.0.0.0/1",
		  "1 block 0.0.0.0/0, 2 block 255.255.255.255, 3 block 128.0.0.0/1" },
		{ "192.0.2.7/24\n192.0.2.7/32", "1 block 192.0.2.0/24, 2 block 192.0.2.7" },
		{ "192.0.2.1-192.0.2.9\n192.0.2.1 - 192.0.2.9\t#x\n192.0.2.0-192.0.2.255\n",
		  "1 block 192.0.2.1-192.0.2.9, 2 block 192.0.2.1-192.0.2.9, "
		  "3 block 192.0.2.0/24" },
		{ "192.0.2.9-192.0.2.1", "1 refused: the range ends before it begins" },
		{ "192.0.2.1-2001:db8::1", "1 refused: the ends of the range are of two families" },
		{ "192.0.2.1-9\n192.0.2.0/24-192.0.3.0/24\n-\n1.2.3.4-\n-1.2.3.4",
		  "1 " NOT_RANGE ", 2 " NOT_RANGE ", 3 " NOT_RANGE ", 4 " NOT_RANGE
		  ", 5 " NOT_RANGE },
		{ "192.0.2\n192.0.2.256\n192.0.2.7.\n192.0.2.7.1\n192.0.2.1234\n010.0.0.1\n1.2.3."
		  "04",
		  "1 " NOT_ADDRESS ", 2 " NOT_ADDRESS ", 3 " NOT_ADDRESS ", 4 " NOT_ADDRESS
		  ", 5 " NOT_ADDRESS ", 6 " NOT_ADDRESS ", 7 " NOT_ADDRESS },
		{ "192.0.2.0/\n192.0.2.0/33\n192.0.2.0/2x\n192.0.2.0/024\n192.0.2.0/-1",
		  "1 " LENGTH4 ", 2 " LENGTH4 ", 3 " LENGTH4 ", 4 " LENGTH4 ", 5 " NOT_RANGE },
		{ "example.org\n192.0.2.7 192.0.2.8\n192.0.2.7 text",
		  "1 " NOT_ADDRESS ", 2 " NOT_ADDRESS ", 3 " NOT_ADDRESS },
		{ "\xff\xfe\x80\n\x1b[31m192.0.2.1", "1 " NOT_ADDRESS ", 2 " NOT_ADDRESS },
	};

	(void)state;
	listing_rows(MXW_FORMAT_PLAIN, rows, COUNT(rows));
}

static void plain_ipv6(void **state)
{
	static const struct listing_row rows[] = {
		{ "2001:db8::/32", "1 block 2001:db8::/32" },
		{ "2001:db8::1", "1 block 2001:db8::/64" },
		{ "2001:DB8::1/127 # x", "1 block 2001:db8::/64" },
		{ "2001:db8:0:1::-2001:db8:0:3::ffff",
		  "1 block 2001:db8:0:1::/64-2001:db8:0:3::/64" },
		{ "2001:db8::5-2001:db8::9", "1 block 2001:db8::/64" },
		{ "2001:db8::9-2001:db8:0:0:1::", "1 block 2001:db8::/64" },
		{ "ffff:ffff:ffff:ffff::/64", "1 block ffff:ffff:ffff:ffff::/64" },
		{ "8000::/1", "1 block 8000::/1" },
		/* what is IPv4 in truth */
		{ "::ffff:192.0.2.7", "1 block 192.0.2.7" },
		{ "::ffff:192.0.2.0/120", "1 block 192.0.2.0/24" },
		{ "64:ff9b::192.0.2.7", "1 block 192.0.2.7" },
		{ "2002:c000:207::/48", "1 block 192.0.2.7" },
		{ "2002:c000:207::1", "1 block 192.0.2.7" },
		{ "2002::/16", "1 block 0.0.0.0/0" },
		{ "::ffff:192.0.2.1-::ffff:192.0.2.9", "1 block 192.0.2.1-192.0.2.9" },
		/* where IPv4 keys live */
		{ "::/0\n::1\n::/32\n::192.0.2.7",
		  "1 " IPV4_LAND ", 2 " IPV4_LAND ", 3 " IPV4_LAND ", 4 " IPV4_LAND },
		{ "::1-2001:db8::1", "1 " NOT_RANGE },
		{ "2001:db8::/129\n2001:db8::/\n2001:db8::/x",
		  "1 " LENGTH6 ", 2 " LENGTH6 ", 3 " LENGTH6 },
		{ "fe80::1%eth0\n2001:db8::g\n[2001:db8::1]",
		  "1 " NOT_ADDRESS ", 2 " NOT_ADDRESS ", 3 " NOT_ADDRESS },
	};

	(void)state;
	listing_rows(MXW_FORMAT_PLAIN, rows, COUNT(rows));
}

/* Final, whether or not the format is named. */
static void what_is_no_list(void **state)
{
	static const struct listing_row rows[] = {
		{ "<!DOCTYPE html>\n<html>", "error: line 1: this begins like an HTML or XML" },
		{ "\n\n  \t<html>\n", "error: line 3: this begins like an HTML or XML" },
		{ "\xef\xbb\xbf<html>", "error: line 1: this begins like an HTML or XML" },
		{ "# a comment\n\n<?xml version=\"1.0\"?>", "error: line 3: this begins like" },
		{ "192.0.2.7\n<br />\n<b>Fatal error</b>", "error: line 2: this begins like" },
		{ "\x1f\x8b\x08\x01garbage", "error: line 1: this is a gzip file" },
		{ "BZh91AY&SY", "error: line 1: this is a bzip2 file" },
		{ "PK\x03\x04\x14", "error: line 1: this is a zip file" },
		{ "\xfd\x37zXZ\x01", "error: line 1: this is a xz file" },
		{ "\x28\xb5\x2f\xfdxx", "error: line 1: this is a zstd file" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_PLAIN, rows, COUNT(rows));
	listing_rows(MXW_FORMAT_AUTO, rows, COUNT(rows));
}

static void expect_error(enum mxw_format format, const char *text, size_t size, const char *want)
{
	static const size_t pieces[] = { 0, 1, 5, 4096 };

	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct listing listing = { 0 };

		listing_read(&listing, format, text, size, pieces[i]);
		if (!listing.error || strncmp(listing.err.text, want, strlen(want)) != 0)
			fail_msg("pieces of %zu: \"%s\", not \"%s\"", pieces[i], listing.err.text,
				 want);
	}
}

static void nul_bytes_name_their_line(void **state)
{
	static const char text[] = "192.0.2.7\n192.0.2.8\n\n192.0.2\0.9\n",
			  gz[] = "\x1f\x8b\x08\0\0";

	(void)state;
	expect_error(MXW_FORMAT_PLAIN, text, sizeof(text) - 1, "line 4: it has a NUL byte");
	expect_error(MXW_FORMAT_AUTO, text, sizeof(text) - 1, "line 4: it has a NUL byte");
	expect_error(MXW_FORMAT_AUTO, "\0", 1, "line 1: it has a NUL byte");
	expect_error(MXW_FORMAT_AUTO, gz, sizeof(gz) - 1, "line 1: this is a gzip file");
}

static void long_lines_name_their_line(void **state)
{
	static const char head[] = "192.0.2.7\n# x\n";
	enum { SIZE = 200000 };
	char *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	memset(text, '7', SIZE);
	expect_error(MXW_FORMAT_PLAIN, text, SIZE, "line 1: it is longer than 64 KiB");
	expect_error(MXW_FORMAT_AUTO, text, SIZE, "line 1: it is longer than 64 KiB");
	for (size_t i = 0; i < sizeof(head) - 1; i++)
		text[i] = head[i];
	expect_error(MXW_FORMAT_PLAIN, text, SIZE, "line 3: it is longer than 64 KiB");
	expect_error(MXW_FORMAT_AUTO, text, SIZE, "line 3: it is longer than 64 KiB");
	text[65536 + 14] = '\n';
	expect_error(MXW_FORMAT_PLAIN, text, SIZE, "line 4: it is longer than 64 KiB");
	free(text);
}

/* 500 MB without a line end take no more memory than 64 KiB of it. */
static void endless_line_ends_early(void **state)
{
	struct mxw_format_sink sink = { 0 };
	struct mxw_reader *reader;
	struct mxw_err err = { "" };
	char piece[4096];
	int error = 0, pieces = 0;

	(void)state;
	memset(piece, 'a', sizeof(piece));
	assert_int_equal(mxw_reader_open(MXW_FORMAT_PLAIN, &sink, &reader, &err), 0);
	while (!error && ++pieces < 1000)
		error = mxw_reader_take(reader, piece, sizeof(piece), &err);
	assert_int_equal(pieces, 17);
	assert_int_equal(mxw_reader_take(reader, "\n", 1, &err), error);
	assert_int_equal(mxw_reader_end(reader, &err), error);
	mxw_reader_close(reader);
}

static void refusals_are_cut(void **state)
{
	char text[1000];
	struct listing listing = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	listing_read(&listing, MXW_FORMAT_PLAIN, text, sizeof(text), 0);
	assert_int_equal(listing.error, 0);
	assert_string_equal(listing.text, "1 " NOT_ADDRESS);
}

static void sink_ends_the_reading(void **state)
{
	static const char text[] = "192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4";

	(void)state;
	for (size_t piece = 0; piece < 4; piece++) {
		struct listing listing = { .stop_after = 2 };

		listing_read(&listing, MXW_FORMAT_PLAIN, text, strlen(text), piece);
		assert_int_equal(listing.error, -77);
		assert_string_equal(listing.text, "1 block 192.0.2.1, 2 block 192.0.2.2");
	}
}

static void lines_are_counted(void **state)
{
	static const struct {
		const char *text;
		uint64_t lines;
	} rows[] = { { "", 0 }, { "\n", 1 }, { "192.0.2.1", 1 }, { "# a\n\n192.0.2.1\n", 3 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct listing listing = { 0 };

		listing_read(&listing, MXW_FORMAT_AUTO, rows[i].text, strlen(rows[i].text), 1);
		assert_int_equal(listing.lines, rows[i].lines);
		assert_int_equal(listing.format, MXW_FORMAT_PLAIN);
	}
}

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < MXW_FORMAT_COUNT; i++)
		assert_int_equal(mxw_format_by_name(mxw_format_name((enum mxw_format)i)), i);
	assert_int_equal(mxw_format_by_name("no such format"), MXW_FORMAT_COUNT);
	assert_null(mxw_format_name(MXW_FORMAT_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines),
		cmocka_unit_test(plain_ipv6),
		cmocka_unit_test(what_is_no_list),
		cmocka_unit_test(nul_bytes_name_their_line),
		cmocka_unit_test(long_lines_name_their_line),
		cmocka_unit_test(endless_line_ends_early),
		cmocka_unit_test(refusals_are_cut),
		cmocka_unit_test(sink_ends_the_reading),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
