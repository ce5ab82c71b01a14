// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists as text (userspace/lists/formats/write.c): what is written, and that the reader of the
 * same format reads the same list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lists/formats/prefixes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TOP 0xffffffffffffffffULL

/* Text in memory, up to a size at which the writer fails. */
struct memory {
	char *text;
	size_t size, room, most;
};

static bool append(void *context, const char *text, size_t size)
{
	struct memory *memory = context;

	if (memory->most && memory->size + size > memory->most)
		return false;
	if (memory->size + size + 1 > memory->room) {
		memory->room = (memory->size + size + 1) * 2;
		memory->text = realloc(memory->text, memory->room);
		assert_non_null(memory->text);
	}
	memcpy(memory->text + memory->size, text, size);
	memory->size += size;
	memory->text[memory->size] = '\0';
	return true;
}

static int take4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	(void)line;
	assert_int_equal(says, MXW_SAYS_BLOCK);
	return mxw_ranges_add4(context, range, NULL);
}

static int take6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	(void)line;
	assert_int_equal(says, MXW_SAYS_BLOCK);
	return mxw_ranges_add6(context, range, NULL);
}

static int take_refusal(void *context, uint64_t line, const char *text, const char *why)
{
	(void)context;
	fail_msg("line %llu, \"%s\", %s", (unsigned long long)line, text, why);
	return -1;
}

static void read_back(const struct memory *memory, enum mxw_format format,
		      struct mxw_ranges *ranges)
{
	struct mxw_format_sink sink = {
		.context = ranges, .range4 = take4, .range6 = take6, .refuse = take_refusal
	};
	struct mxw_reader *reader;
	struct mxw_err err = { "" };

	assert_int_equal(mxw_reader_open(MXW_FORMAT_AUTO, &sink, &reader, &err), 0);
	if (mxw_reader_take(reader, memory->text, memory->size, &err) ||
	    mxw_reader_end(reader, &err))
		fail_msg("%s", err.text);
	assert_int_equal(mxw_reader_format(reader), format);
	mxw_reader_close(reader);
	assert_int_equal(mxw_ranges_settle(ranges, NULL, &err), 0);
}

static void expect_same(const struct mxw_ranges *a, const struct mxw_ranges *b)
{
	assert_int_equal(a->v4_count, b->v4_count);
	assert_int_equal(a->v6_count, b->v6_count);
	if (a->v4_count)
		assert_memory_equal(a->v4, b->v4, a->v4_count * sizeof(*a->v4));
	if (a->v6_count)
		assert_memory_equal(a->v6, b->v6, a->v6_count * sizeof(*a->v6));
}

/* 192.0.2.0-192.0.2.9, 198.51.100.7, 2001:db8::/32, 2001:db9:0:1::/64 to 2001:db9:0:3::/64 */
static struct mxw_range4 few4[] = { { 0xc0000200, 0xc0000209 }, { 0xc6336407, 0xc6336407 } };
static struct mxw_range6 few6[] = { { 0x20010db800000000, 0x20010db8ffffffff },
				    { 0x20010db900000001, 0x20010db900000003 } };
static struct mxw_range4 all4[] = { { 0, 0xffffffff } };
static struct mxw_range6 top6[] = { { TOP - 2, TOP } };

static const struct mxw_list FEW = { .block = { few4, 2, 2, few6, 2, 2 } };
static const struct mxw_list NONE = { 0 };
static const struct mxw_list ALL = { .block = { all4, 1, 1, top6, 1, 1 } };

static void what_is_written(void **state)
{
	static const struct {
		enum mxw_format format;
		const struct mxw_list *list;
		const char *want;
	} rows[] = {
		{ MXW_FORMAT_PLAIN, &FEW,
		  "# bad\n192.0.2.0/29\n192.0.2.8/31\n198.51.100.7\n2001:db8::/32\n"
		  "2001:db9:0:1::/64\n2001:db9:0:2::/63\n" },
		{ MXW_FORMAT_NFT, &FEW,
		  "# bad: nft -f FILE\nadd table inet mxwall\n"
		  "add set inet mxwall bad_v4 { type ipv4_addr; flags interval; }\n"
		  "flush set inet mxwall bad_v4\nadd element inet mxwall bad_v4 {\n"
		  "\t192.0.2.0-192.0.2.9,\n\t198.51.100.7\n}\n"
		  "add set inet mxwall bad_v6 { type ipv6_addr; flags interval; }\n"
		  "flush set inet mxwall bad_v6\nadd element inet mxwall bad_v6 {\n"
		  "\t2001:db8::/32,\n\t2001:db9:0:1::-2001:db9:0:3:ffff:ffff:ffff:ffff\n}\n" },
		{ MXW_FORMAT_IPSET, &FEW,
		  "create bad_v4 hash:net family inet hashsize 1024 maxelem 65536\n"
		  "add bad_v4 192.0.2.0/29\nadd bad_v4 192.0.2.8/31\nadd bad_v4 198.51.100.7\n"
		  "create bad_v6 hash:net family inet6 hashsize 1024 maxelem 65536\n"
		  "add bad_v6 2001:db8::/32\nadd bad_v6 2001:db9:0:1::/64\n"
		  "add bad_v6 2001:db9:0:2::/63\n" },
		{ MXW_FORMAT_RBLDNSD, &FEW,
		  "# bad: rbldnsd ... ZONE:combined:FILE\n$DATASET ip4trie:bad_v4 @\n:127.0.0.2:\n"
		  "192.0.2.0/29\n192.0.2.8/31\n198.51.100.7\n$DATASET ip6trie:bad_v6 @\n"
		  ":127.0.0.2:\n2001:db8::/32\n2001:db9:0:1::/64\n2001:db9:0:2::/63\n" },
		{ MXW_FORMAT_PLAIN, &NONE, "# bad\n" },
		{ MXW_FORMAT_RBLDNSD, &NONE, "# bad: rbldnsd ... ZONE:combined:FILE\n" },
		{ MXW_FORMAT_NFT, &NONE,
		  "# bad: nft -f FILE\nadd table inet mxwall\n"
		  "add set inet mxwall bad_v4 { type ipv4_addr; flags interval; }\n"
		  "flush set inet mxwall bad_v4\n"
		  "add set inet mxwall bad_v6 { type ipv6_addr; flags interval; }\n"
		  "flush set inet mxwall bad_v6\n" },
		{ MXW_FORMAT_PLAIN, &ALL,
		  "# bad\n0.0.0.0/0\nffff:ffff:ffff:fffd::/64\nffff:ffff:ffff:fffe::/63\n" },
		{ MXW_FORMAT_IPSET, &ALL,
		  "create bad_v4 hash:net family inet hashsize 1024 maxelem 65536\n"
		  "add bad_v4 0.0.0.0/1\nadd bad_v4 128.0.0.0/1\n"
		  "create bad_v6 hash:net family inet6 hashsize 1024 maxelem 65536\n"
		  "add bad_v6 ffff:ffff:ffff:fffd::/64\nadd bad_v6 ffff:ffff:ffff:fffe::/63\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct memory memory = { 0 };
		struct mxw_format_out out = { &memory, append };
		struct mxw_err err = { "" };

		assert_int_equal(mxw_format_write(rows[i].format, "bad", rows[i].list, &out, &err),
				 0);
		assert_string_equal(memory.text, rows[i].want);
		free(memory.text);
	}
}

static void allowed_is_left_out(void **state)
{
	static struct mxw_range4 allow4[] = { { 0xc0000208, 0xc6336407 } };
	static struct mxw_range6 allow6[] = { { 0x20010db8ffffffff, 0x20010db900000002 } };
	struct mxw_list list = { .block = FEW.block, .allow = { allow4, 1, 1, allow6, 1, 1 } };
	struct memory memory = { 0 };
	struct mxw_format_out out = { &memory, append };

	(void)state;
	assert_int_equal(mxw_format_write(MXW_FORMAT_PLAIN, "bad", &list, &out, NULL), 0);
	assert_non_null(strstr(memory.text, "# bad\n192.0.2.0/29\n2001:db8::/33\n"));
	assert_non_null(strstr(memory.text, "\n2001:db8:ffff:fffe::/64\n2001:db9:0:3::/64\n"));
	free(memory.text);
}

/* Disjoint, not adjacent, of every size. */
static void random_ranges(struct mxw_ranges *ranges, size_t count)
{
	uint64_t v4 = 0, v6 = 1ULL << 32;

	for (size_t i = 0; i < count; i++) {
		uint64_t a = (uint64_t)random(), b = (uint64_t)random();
		struct mxw_range4 range4;
		struct mxw_range6 range6;

		v4 += 2 + a % (1U << a % 20);
		range4.first = (uint32_t)v4;
		v4 += b % (1U << b % 18);
		range4.last = (uint32_t)v4;
		v6 += 2 + a * b % (1ULL << a % 50);
		range6.first = v6;
		v6 += a * b % (1ULL << b % 48);
		range6.last = v6;
		if (v4 < 0xffffffff)
			assert_int_equal(mxw_ranges_add4(ranges, range4, NULL), 0);
		assert_int_equal(mxw_ranges_add6(ranges, range6, NULL), 0);
	}
}

static void round_trips(void **state)
{
	static const enum mxw_format formats[] = { MXW_FORMAT_PLAIN, MXW_FORMAT_IPSET,
						   MXW_FORMAT_RBLDNSD };

	(void)state;
	srandom(4);
	for (size_t i = 0; i < 60; i++) {
		struct mxw_list list = { 0 };
		struct mxw_ranges back = { 0 };
		struct memory memory = { 0 };
		struct mxw_format_out out = { &memory, append };

		random_ranges(&list.block, 1 + i * 7);
		assert_int_equal(mxw_format_write(formats[i % COUNT(formats)], "bad-list.1_x",
						  &list, &out, NULL),
				 0);
		read_back(&memory, formats[i % COUNT(formats)], &back);
		expect_same(&list.block, &back);
		mxw_ranges_free(&back);
		mxw_list_free(&list);
		free(memory.text);
	}
}

static void prefixes_are_the_fewest(void **state)
{
	static const struct {
		struct mxw_keys keys;
		uint64_t count;
	} rows[] = {
		{ { 0, 0xffffffff }, 1 }, { { 1, 0xfffffffe }, 62 },   { { 0, 0xfffffffe }, 32 },
		{ { 5, 5 }, 1 },	  { { 1ULL << 32, TOP }, 32 }, { { TOP, TOP }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_range4 v4 = { (uint32_t)rows[i].keys.first,
					 (uint32_t)rows[i].keys.last };
		struct mxw_range6 v6 = { rows[i].keys.first, rows[i].keys.last };
		struct mxw_ranges ranges = { .v4 = &v4, .v6 = &v6 };

		ranges.v4_count = rows[i].keys.first >> 32 == 0;
		ranges.v6_count = 1 - ranges.v4_count;
		assert_int_equal(mxw_count_prefixes4(&ranges) + mxw_count_prefixes6(&ranges),
				 rows[i].count);
	}
}

static void names_and_formats_are_checked(void **state)
{
	static const char *const bad[] = {
		"", "4x", "a b", "a;b", "a\"", "-a", "\xc3\xa4", "a23456789012345678901234567890"
	};
	struct mxw_format_out out = { NULL, append };
	struct mxw_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(mxw_format_write(MXW_FORMAT_NFT, bad[i], &NONE, &out, &err),
				 MXW_E_USAGE);
	assert_int_equal(mxw_format_write(MXW_FORMAT_POSTFIX, "a", &NONE, &out, &err), MXW_E_USAGE);
	assert_int_equal(mxw_format_write(MXW_FORMAT_AUTO, "a", &NONE, &out, &err), MXW_E_USAGE);
}

static void failing_writer_ends_it(void **state)
{
	struct mxw_list list = { 0 };
	struct memory memory = { .most = 40000 };
	struct mxw_format_out out = { &memory, append };
	struct mxw_err err = { "" };

	(void)state;
	random_ranges(&list.block, 3000);
	assert_int_equal(mxw_format_write(MXW_FORMAT_PLAIN, "a", &list, &out, &err), MXW_E_FAIL);
	assert_string_equal(err.text, "the list could not be written");
	assert_true(memory.size <= 40000);
	mxw_list_free(&list);
	free(memory.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written),
		cmocka_unit_test(allowed_is_left_out),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(prefixes_are_the_fewest),
		cmocka_unit_test(names_and_formats_are_checked),
		cmocka_unit_test(failing_writer_ends_it),
	};

	return cmocka_run_group_tests_name("format_write", tests, NULL, NULL);
}
