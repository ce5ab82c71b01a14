// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sources of synflood's SYNs: populations and the list
 * (bench/synflood/population.h, zipf.h, listed.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/synflood/listed.h"
#include "bench/synflood/population.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct sf_population_how uniform = { .shape = SF_UNIFORM, .seed = 7 };

static struct sf_ranges ranges_of(const char *list)
{
	struct sf_ranges ranges = { 0 };
	struct mxw_err err;

	if (sf_ranges_add(&ranges, list, &err))
		fail_msg("%s: %s", list, err.text);
	return ranges;
}

static struct sf_population make(const char *list, enum sf_family family,
				 const struct sf_population_how *how)
{
	struct sf_ranges ranges = ranges_of(list);
	struct sf_population p;
	struct mxw_err err;

	if (sf_population_make(&p, &ranges, family, how, &err))
		fail_msg("%s: %s", list, err.text);
	sf_ranges_free(&ranges);
	return p;
}

static struct sf_address pick(const struct sf_population *p, uint64_t index)
{
	struct sf_address address = { .family = p->family };

	sf_population_pick(p, index, &address.high, &address.low);
	return address;
}

static void uniform_uses_each_member_once(void **state)
{
	struct sf_population p = make("198.18.0.0/22,203.0.113.0/27,192.0.2.1", SF_IPV4, &uniform);
	struct sf_ranges all = ranges_of("198.18.0.0/22,203.0.113.0/27,192.0.2.1");
	uint64_t size = 1024 + 32 + 1;
	uint32_t *seen = calloc(size, sizeof(*seen));

	(void)state;
	assert_non_null(seen);
	assert_int_equal(sf_population_sources(&p), size);
	for (uint64_t i = 0; i < size; i++) {
		struct sf_address a = pick(&p, i);
		struct sf_address again = pick(&p, i + size);
		bool inside = false;

		for (size_t r = 0; r < all.count; r++)
			inside |= sf_range_contains(&all.items[r], &a);
		assert_true(inside);
		assert_true(sf_address_equal(&a, &again));
		for (uint64_t k = 0; k < i; k++)
			assert_int_not_equal(seen[k], a.low);
		seen[i] = (uint32_t)a.low;
	}
	free(seen);
	sf_ranges_free(&all);
	sf_population_free(&p);
}

/* Over few draws of a large range, each part gets its share: chi-square with 255
 * degrees of freedom is above 340 once in 4 000 times, and the seed is fixed. */
static void uniform_is_even(void **state)
{
	struct sf_population p = make("0.0.0.0/0", SF_IPV4, &uniform);
	const unsigned int draws = 256 * 400;
	unsigned int part[256] = { 0 }, low[256] = { 0 };
	double chi = 0, chi_low = 0;

	(void)state;
	for (uint64_t i = 0; i < draws; i++) {
		uint64_t a = pick(&p, i).low;

		part[a >> 24]++;
		low[a & 255]++;
	}
	for (int i = 0; i < 256; i++) {
		chi += (part[i] - 400.0) * (part[i] - 400.0) / 400;
		chi_low += (low[i] - 400.0) * (low[i] - 400.0) / 400;
	}
	assert_true(chi < 340);
	assert_true(chi_low < 340);
	sf_population_free(&p);
}

static void round_robin_counts_through_the_ranges(void **state)
{
	struct sf_population_how how = { .shape = SF_ROUND_ROBIN };
	struct sf_population p = make("192.0.2.8/30,2001:db8::/64,198.51.100.0/31", SF_IPV4, &how);
	static const uint32_t want[] = { 0xc0000208, 0xc0000209, 0xc000020a,
					 0xc000020b, 0xc6336400, 0xc6336401 };

	(void)state;
	for (uint64_t i = 0; i < 3 * COUNT(want); i++)
		assert_int_equal(pick(&p, i).low, want[i % COUNT(want)]);
	sf_population_free(&p);
}

static void clusters_have_33_of_each_24(void **state)
{
	struct sf_population_how how = { .shape = SF_CLUSTERED, .seed = 3 };
	struct sf_population p = make("198.18.0.0/20,203.0.113.0/24", SF_IPV4, &how);
	uint8_t used[17][256] = { 0 };

	(void)state;
	assert_int_equal(sf_population_sources(&p), 17 * 33);
	for (uint64_t i = 0; i < 17 * 33; i++) {
		uint64_t a = pick(&p, i).low;
		uint64_t block = a >> 8 == 0xcb0071 ? 16 : (a >> 8) - 0xc61200;

		assert_true(block < 17);
		assert_int_equal(used[block][a & 255]++, 0);
	}
	for (int block = 0; block < 17; block++) {
		int hosts = 0;

		for (int i = 0; i < 256; i++)
			hosts += used[block][i];
		assert_int_equal(hosts, 33);
	}
	sf_population_free(&p);
}

static void clusters_need_whole_blocks(void **state)
{
	struct sf_population_how how = { .shape = SF_CLUSTERED };
	struct sf_ranges ranges = ranges_of("198.18.0.0/24,198.18.9.0/25");
	struct sf_population p;
	struct mxw_err err;

	(void)state;
	assert_int_equal(sf_population_make(&p, &ranges, SF_IPV4, &how, &err), MXW_E_USAGE);
	assert_non_null(strstr(err.text, "198.18.9.0/25"));
	sf_population_free(&p);
	sf_ranges_free(&ranges);
}

static void zipf_follows_its_law(void **state)
{
	struct sf_population_how how = { .shape = SF_ZIPF, .most = 1000, .exponent = 1 };
	struct sf_population p = make("198.18.0.0/15", SF_IPV4, &how);
	const unsigned int draws = 1000000;
	unsigned int *hits = calloc(1 << 17, sizeof(*hits)), different = 0;
	double harmonic = 0;

	(void)state;
	assert_non_null(hits);
	for (unsigned int r = 1; r <= 1000; r++)
		harmonic += 1.0 / r;
	for (uint64_t i = 0; i < draws; i++)
		hits[pick(&p, i).low & 0x1ffff]++;
	for (int i = 0; i < 1 << 17; i++)
		different += hits[i] > 0;
	assert_int_equal(different, 1000);
	for (unsigned int rank = 1; rank <= 50; rank++) {
		uint64_t source = sf_permute(&p.order, rank - 1);
		double want = draws / harmonic / rank;

		assert_true(hits[source] > 0.9 * want && hits[source] < 1.1 * want);
	}
	free(hits);
	sf_population_free(&p);
}

static void zipf_ranks_stay_in_range(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 1000, 100000 };
	static const double exponents[] = { 0, 0.5, 1, 3, 10 };
	struct mxw_err err;

	(void)state;
	for (size_t s = 0; s < COUNT(sizes); s++) {
		for (size_t e = 0; e < COUNT(exponents); e++) {
			struct sf_zipf *zipf;

			assert_int_equal(sf_zipf_make(&zipf, sizes[s], exponents[e], &err), 0);
			assert_int_equal(sf_zipf_rank(zipf, 0), 0);
			assert_true(sf_zipf_rank(zipf, UINT64_MAX) < sizes[s]);
			if (exponents[e] == 0)
				assert_int_equal(sf_zipf_rank(zipf, UINT64_MAX), sizes[s] - 1);
			free(zipf);
		}
	}
}

static void ipv6_members_are_64s(void **state)
{
	struct sf_population p = make("2001:2::/48,198.18.0.0/15", SF_IPV6, &uniform);
	struct sf_population exact = make("2001:db8::/126", SF_IPV6, &uniform);
	struct sf_population huge = make("2000::/3,::/0", SF_IPV6, &uniform);
	uint64_t seen = 0;

	(void)state;
	assert_int_equal(sf_population_sources(&p), 65536);
	for (uint64_t i = 0; i < 65536; i++) {
		struct sf_address a = pick(&p, i);

		assert_int_equal(a.high >> 16, 0x200100020000);
		assert_int_not_equal(a.low, 0);
	}
	for (uint64_t i = 0; i < 4; i++)
		seen |= (uint64_t)1 << (pick(&exact, i).low & 63);
	assert_int_equal(seen, 15);
	assert_int_equal(sf_population_sources(&huge), SF_POPULATION_MOST);
	for (uint64_t i = 0; i < 1000; i++)
		(void)pick(&huge, i * 0x9e3779b97f4a7c15ULL >> 2);
	sf_population_free(&huge);
	sf_population_free(&exact);
	sf_population_free(&p);
}

static void many_ranges_are_found(void **state)
{
	struct sf_population_how how = { .shape = SF_ROUND_ROBIN };
	struct sf_ranges ranges = { 0 };
	struct sf_population p;
	struct mxw_err err;
	uint64_t index = 0;
	char text[32];

	(void)state;
	for (unsigned int i = 0; i < 5000; i++) { /* of all sizes, in turn */
		(void)snprintf(text, sizeof(text), "%u.%u.%u.0/%u", 1 + i / 250, i % 250, i % 7,
			       24 + i % 9);
		assert_int_equal(sf_ranges_add(&ranges, text, &err), 0);
	}
	assert_int_equal(sf_population_make(&p, &ranges, SF_IPV4, &how, &err), 0);
	for (size_t i = 0; i < ranges.count; i++) {
		uint64_t size = (uint64_t)1 << (32 - ranges.items[i].length);
		struct sf_address last = sf_range_last(&ranges.items[i]);

		assert_int_equal(pick(&p, index).low, ranges.items[i].first.low);
		assert_int_equal(pick(&p, index + size - 1).low, last.low);
		index += size;
	}
	assert_int_equal(p.size, index);
	sf_population_free(&p);
	sf_ranges_free(&ranges);
}

static void the_list_is_judged_like_the_filter_does(void **state)
{
	struct sf_ranges ranges =
		ranges_of("198.18.7.0/24,198.18.7.128/25,198.18.9.9,198.18.8.0/25,"
			  "2001:db8:7::/48,2001:db8:9::5,2002:c633:6400::/40");
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "198.18.6.255", false },    { "198.18.7.0", true },
		{ "198.18.7.255", true },     { "198.18.8.0", true },
		{ "198.18.8.127", true },     { "198.18.8.128", false },
		{ "198.18.9.9", true },	      { "198.18.9.8", false },
		{ "2001:db8:7::1", true },    { "2001:db8:7:ffff::1", true },
		{ "2001:db8:8::1", false },   { "2001:db8:9::6", true }, /* the same /64 */
		{ "2001:db8:9:1::5", false }, { "::ffff:198.18.9.9", true },
		{ "198.51.100.3", true },     { "2002:c612:0909::1", true },
	};
	struct sf_listed listed;
	struct mxw_err err;

	(void)state;
	assert_int_equal(sf_listed_make(&listed, &ranges, &err), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sf_address a;

		assert_int_equal(sf_address_parse(rows[i].text, &a, &err), 0);
		if (sf_listed_has(&listed, a.family == SF_IPV6, a.high, a.low) != rows[i].want)
			fail_msg("%s", rows[i].text);
	}
	sf_listed_free(&listed);
	sf_ranges_free(&ranges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uniform_uses_each_member_once),
		cmocka_unit_test(uniform_is_even),
		cmocka_unit_test(round_robin_counts_through_the_ranges),
		cmocka_unit_test(clusters_have_33_of_each_24),
		cmocka_unit_test(clusters_need_whole_blocks),
		cmocka_unit_test(zipf_follows_its_law),
		cmocka_unit_test(zipf_ranks_stay_in_range),
		cmocka_unit_test(ipv6_members_are_64s),
		cmocka_unit_test(many_ranges_are_found),
		cmocka_unit_test(the_list_is_judged_like_the_filter_does),
	};

	return cmocka_run_group_tests_name("synflood_sources", tests, NULL, NULL);
}
