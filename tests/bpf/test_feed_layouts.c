// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layouts of the feeds' table (bpf/abi.h), each made by hand and asked about
 * address by address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/bpf/feeds.h"
#include "tests/bpf/fixture.h"

#define LAYOUTS 8
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct program program;
static struct feed_image image; /* too large for the stack */

/* Every layout once, at places that change with the seed, the first and the last unit among
 * them. */
static void fill_units(uint64_t seed)
{
	static const uint32_t numbers[LAYOUTS] = { 0,	   0x300a, 0x300b,  0x300c,
						   0x300d, 0x300e, 0x3fffe, 0x3ffff };
	static const enum mxw_feed_layout layouts[LAYOUTS] = {
		MXW_FEED_THREE,	 MXW_FEED_FOUR, MXW_FEED_EIGHT, MXW_FEED_INLINE,
		MXW_FEED_NARROW, MXW_FEED_WIDE, FEED_DIRECT,	FEED_DIRECT_WIDE,
	};

	memset(&image, 0, sizeof(image));
	image.unit_count = LAYOUTS;
	for (uint32_t i = 0; i < LAYOUTS; i++) {
		image.units[i].unit = numbers[(i + seed) % LAYOUTS];
		image.units[i].layout = layouts[i];
		image.units[i].rest =
			(layouts[i] == MXW_FEED_NARROW || layouts[i] == MXW_FEED_WIDE) && seed % 2
				? 77
				: 0;
		feed_fill_unit(&image.units[i], seed);
	}
}

static void every_layout(void **state)
{
	(void)state;
	feed_require(&program);
	for (uint64_t seed = 1; seed <= 2; seed++) { /* both generations */
		fill_units(seed);
		feed_put(program.feeds, &image, 0, feed_all_enforce());
		for (size_t i = 0; i < LAYOUTS; i++)
			feed_expect_unit(&program, &image.units[i]);
		assert_int_equal(feed_ask(&program, 0x4000), 0); /* between two units */
		assert_int_equal(feed_ask(&program, ((uint64_t)0x300a << 14) - 1), 0);
	}
}

/* The class of a source by the starts alone. */
static uint8_t by_starts(uint64_t key)
{
	uint8_t class = 0;

	for (size_t i = 0; i < image.start_count && image.starts[i].key <= key; i++)
		class = image.starts[i].class;
	return class;
}

static void make_starts(size_t count)
{
	memset(&image, 0, sizeof(image));
	image.start_count = count;
	for (size_t i = 0; i < count; i++)
		image.starts[i] = (struct feed_start){
			.key = 0x2000000000000000ULL + i * 0x0123456789abcdefULL * (i % 3 ? 1 : 2),
			.class = (uint8_t)(feed_random(i) % 3 ? feed_random(i) >> 8 : 0)
		};
	for (size_t i = 1; i < count; i++) /* every third is next to the one before */
		if (i % 3 == 0 || image.starts[i].key <= image.starts[i - 1].key)
			image.starts[i].key = image.starts[i - 1].key + 1;
}

static void expect_key(uint64_t key)
{
	if (key >> 32 && (uint32_t)(key >> 48) != 0x2002)
		assert_int_equal(feed_ask(&program, key), by_starts(key));
}

/* One node, full nodes, two levels, three. */
static void every_depth_of_the_tree(void **state)
{
	static const size_t counts[] = { 1, 6, 7, 8, 15, 56, 63, 64, 65, FEED_SPANS };

	(void)state;
	feed_require(&program);
	for (size_t c = 0; c < COUNT(counts); c++) {
		make_starts(counts[c]);
		feed_put(program.feeds, &image, 0, feed_all_enforce());
		for (size_t i = 0; i < counts[c]; i++)
			for (uint64_t key = image.starts[i].key - 1, n = 0; n < 3; key++, n++)
				expect_key(key);
		expect_key(1ULL << 32);
		expect_key(1ULL << 63);
		expect_key(~0ULL - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_layout),
		cmocka_unit_test(every_depth_of_the_tree),
	};
	void *state = &program;
	int failed;

	if (feed_group_setup(&state))
		return 1;
	failed = cmocka_run_group_tests_name("bpf feed layouts", tests, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
