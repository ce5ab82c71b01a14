// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a number to a flow, and from its answer back to the number
 * (bench/synflood/mix.h, plan.h), by way of the command line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "bench/synflood/settings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BLOCK 64 /* shares are exact over this many flows */

static char list_path[] = "/tmp/synflood-plan-XXXXXX";

static int write_list(void **state)
{
	static const char text[] = "198.18.7.0/24\n2001:2:0:7::/64\n2001:2:0:800::/56\n";
	int fd = mkstemp(list_path);
	bool good = fd >= 0 && write(fd, text, sizeof(text) - 1) == sizeof(text) - 1;

	(void)state;
	if (fd >= 0)
		(void)close(fd);
	return good ? 0 : -1;
}

static int remove_list(void **state)
{
	(void)state;
	return unlink(list_path);
}

/* Settings from words behind a usual beginning. */
static void settle(struct sf_settings *settings, const char *words)
{
	char copy[512], *argv[40] = { 0 }, *rest = copy, *word;
	struct sf_options options;
	struct mxw_err err;
	int argc = 0;

	(void)snprintf(copy, sizeof(copy),
		       "--rate 1000 --i-own-the-target --dest-mac 02:00:00:00:00:01 %s", words);
	while ((word = strsep(&rest, " ")))
		argv[argc++] = strcmp(word, "LIST") == 0 ? list_path : word;
	if (sf_options_parse(&options, argc, argv, &err) ||
	    sf_settings_make(settings, &options, &err))
		fail_msg("%s: %s", words, err.text);
}

static struct sf_flow flow_of(const struct sf_plan *plan, uint64_t number)
{
	struct sf_flow flow;

	sf_plan_flows(plan, number, 1, 1, &flow);
	return flow;
}

static void isn_and_number_are_inverse(void **state)
{
	uint32_t number = 1;

	(void)state;
	for (int i = 0; i < 100000; i++, number = number * 1664525 + 1013904223)
		for (uint32_t key = 0; key < 3; key++)
			assert_int_equal(sf_isn_number(sf_isn(number, key * 0x9e3779b9),
						       key * 0x9e3779b9),
					 number);
}

static void permutations_are_complete(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 3, 4, 5, 33, 64, 100, 1000, 4097 };

	(void)state;
	for (size_t s = 0; s < COUNT(sizes); s++) {
		struct sf_permutation p = sf_permutation(sizes[s], s);
		uint8_t *seen = calloc(sizes[s], 1);

		assert_non_null(seen);
		for (uint64_t i = 0; i < sizes[s]; i++) {
			uint64_t x = sf_permute(&p, i);

			assert_true(x < sizes[s]);
			assert_int_equal(seen[x]++, 0);
		}
		free(seen);
	}
}

static void the_listed_share_is_exact_and_true(void **state)
{
	struct sf_settings s;
	unsigned int listed = 0, ipv6 = 0;

	(void)state;
	settle(&s,
	       "--dest 192.0.2.25,2001:db8::25 --listed LIST --listed-share 0.25 --ipv6-share 0.5 "
	       "--source-net 10.0.0.0/8,2001:db8::/32");
	for (uint64_t n = 0; n < 1000 * BLOCK; n++) {
		struct sf_flow flow = flow_of(&s.plan, n);
		bool in = sf_listed_has(&s.plan.listed, flow.ipv6, flow.high, flow.low);

		assert_int_equal(flow.key, sf_key(in, flow.ipv6, 0));
		listed += in;
		ipv6 += flow.ipv6;
		if (n % BLOCK == BLOCK - 1)
			assert_int_equal(listed, (n + 1) / 4);
	}
	assert_int_equal(ipv6, 500 * BLOCK);
	sf_settings_free(&s);
}

/* Which of the flows are listed follows no pattern of a short period. */
static void listed_flows_come_unforeseen(void **state)
{
	struct sf_settings s;
	unsigned int same[65] = { 0 };

	(void)state;
	settle(&s, "--dest 192.0.2.25 --listed LIST --listed-share 0.5 --source-net 10.0.0.0/8");
	for (uint64_t n = 0; n < 64000; n++)
		for (unsigned int lag = 1; lag <= 64; lag++)
			same[lag] += flow_of(&s.plan, n).key == flow_of(&s.plan, n + lag).key;
	for (unsigned int lag = 1; lag <= 64; lag++)
		assert_true(same[lag] > 64000 * 0.47 && same[lag] < 64000 * 0.53);
	sf_settings_free(&s);
}

static void others_that_are_in_the_list_count_as_listed(void **state)
{
	struct sf_settings s;
	unsigned int listed = 0;

	(void)state;
	settle(&s, "--dest 192.0.2.25 --listed LIST --source-net 198.18.6.0/23");
	for (uint64_t n = 0; n < 512; n++) {
		struct sf_flow flow = flow_of(&s.plan, n);

		assert_int_equal(flow.key / (SF_FAMILIES * SF_PORTS), flow.low >> 8 == 0xc61207);
		listed += flow.low >> 8 == 0xc61207;
	}
	assert_int_equal(listed, 256);
	sf_settings_free(&s);
}

static void ports_follow_their_shares(void **state)
{
	unsigned int hits[3] = { 0 };
	struct sf_settings s;

	(void)state;
	settle(&s, "--dest 192.0.2.25 --ports 25:0.9,587:0.08,465:0.02");
	for (uint64_t n = 0; n < 100000; n++) {
		struct sf_flow flow = flow_of(&s.plan, n);

		assert_int_equal(flow.dport, s.plan.ports[flow.key % SF_PORTS]);
		hits[flow.key % SF_PORTS]++;
	}
	assert_true(hits[0] > 89500 && hits[0] < 90500);
	assert_true(hits[1] > 7700 && hits[1] < 8300);
	assert_true(hits[2] > 1850 && hits[2] < 2150);
	sf_settings_free(&s);
}

static void targets_are_used_alike(void **state)
{
	unsigned int hits[3] = { 0 };
	struct sf_settings s;

	(void)state;
	settle(&s, "--dest 192.0.2.25,192.0.2.26,192.0.2.27");
	for (uint64_t n = 0; n < 30000; n++)
		hits[flow_of(&s.plan, n).dest]++;
	for (int i = 0; i < 3; i++)
		assert_true(hits[i] > 9600 && hits[i] < 10400);
	sf_settings_free(&s);
}

/* One source sends from each port once before any comes again. */
static void source_ports_go_around(void **state)
{
	uint8_t *seen = calloc(65536, 1);
	struct sf_settings s;

	(void)state;
	assert_non_null(seen);
	settle(&s, "--dest 192.0.2.25 --source-net 192.0.2.1");
	for (uint64_t n = 0; n < 65536 - 1024; n++) {
		struct sf_flow flow = flow_of(&s.plan, 1000000 + n);

		assert_true(flow.sport >= 1024);
		assert_int_equal(seen[flow.sport]++, 0);
	}
	free(seen);
	sf_settings_free(&s);
}

static void a_stride_gives_the_same_flows(void **state)
{
	struct sf_settings s;
	struct sf_flow flows[BLOCK];

	(void)state;
	settle(&s,
	       "--dest 192.0.2.25,2001:db8::25 --listed LIST --listed-share 0.3 --ports 25,587");
	sf_plan_flows(&s.plan, 3, 4, BLOCK, flows);
	for (uint64_t i = 0; i < BLOCK; i++) {
		struct sf_flow flow = flow_of(&s.plan, 3 + 4 * i);

		assert_int_equal(flow.high, flows[i].high);
		assert_int_equal(flow.low, flows[i].low);
		assert_int_equal(flow.isn, flows[i].isn);
		assert_int_equal(flow.sport, flows[i].sport);
		assert_int_equal(flow.key, flows[i].key);
	}
	sf_settings_free(&s);
}

static struct sf_echo echo_of(const struct sf_plan *plan, const struct sf_flow *flow)
{
	enum sf_family family = flow->ipv6 ? SF_IPV6 : SF_IPV4;

	return (struct sf_echo){
		.client = { .high = flow->high, .low = flow->low, .family = family },
		.server = plan->dests[flow->ipv6][flow->dest].address,
		.client_port = flow->sport,
		.server_port = flow->dport,
		.isn = flow->isn,
	};
}

static void an_answer_finds_its_flow(void **state)
{
	static const uint64_t numbers[] = { 0,	    1,		63,	     64,
					    100000, 0xffffffff, 0x100000000, 0x123456789abc };
	struct sf_settings s;

	(void)state;
	settle(&s, "--dest 192.0.2.25,192.0.2.26,2001:db8::25 --listed LIST --listed-share 0.3 "
		   "--ports 25,587");
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct sf_flow flow = flow_of(&s.plan, numbers[i]), found;
		struct sf_echo echo = echo_of(&s.plan, &flow);
		uint64_t number = 0;

		assert_true(sf_plan_find(&s.plan, &echo, numbers[i] + 1000, &number, &found));
		assert_int_equal(number, numbers[i]);
		assert_int_equal(found.key, flow.key);
		assert_true(sf_plan_find(&s.plan, &echo, numbers[i] + 0x7fffffff, &number, &found));
		assert_int_equal(number, numbers[i]);
		assert_false(
			sf_plan_find(&s.plan, &echo, numbers[i] + 0x100000000, &number, &found) &&
			number == numbers[i]);
	}
	sf_settings_free(&s);
}

static void an_answer_to_no_flow_finds_none(void **state)
{
	struct sf_settings s, other;
	struct sf_flow flow, found;
	struct sf_echo good, bad;
	uint64_t number;

	(void)state;
	settle(&s, "--dest 192.0.2.25,192.0.2.26");
	settle(&other, "--dest 192.0.2.25,192.0.2.26"); /* another run with the same sources */
	flow = flow_of(&s.plan, 5000);
	good = echo_of(&s.plan, &flow);
	assert_true(sf_plan_find(&s.plan, &good, 6000, &number, &found));
	assert_false(sf_plan_find(&other.plan, &good, 6000, &number, &found));
	for (int field = 0; field < 6; field++) {
		bad = good;
		bad.client.low ^= field == 0;
		bad.server.low ^= field == 1;
		bad.client_port ^= field == 2;
		bad.server_port ^= field == 3;
		bad.isn ^= field == 4;
		if (field == 5)
			bad.client.family = SF_IPV6;
		assert_false(sf_plan_find(&s.plan, &bad, 6000, &number, &found));
	}
	assert_false(sf_plan_find(&s.plan, &good, 0x7fffffff, &number, &found) && number != 5000);
	sf_settings_free(&other);
	sf_settings_free(&s);
}

static void sources_repeat_with_the_seed_alone(void **state)
{
	struct sf_settings a, b, c;
	unsigned int same = 0, other = 0, ports = 0;

	(void)state;
	settle(&a, "--dest 192.0.2.25 --source-net all --seed 5");
	settle(&b, "--dest 192.0.2.25 --source-net all --seed 5");
	settle(&c, "--dest 192.0.2.25 --source-net all --seed 6");
	for (uint64_t n = 0; n < 1000; n++) {
		struct sf_flow x = flow_of(&a.plan, n), y = flow_of(&b.plan, n);

		same += x.low == y.low;
		ports += x.sport == y.sport && x.isn == y.isn;
		other += x.low == flow_of(&c.plan, n).low;
	}
	assert_int_equal(same, 1000);
	assert_true(other < 5);
	assert_true(ports < 5);
	sf_settings_free(&a);
	sf_settings_free(&b);
	sf_settings_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(isn_and_number_are_inverse),
		cmocka_unit_test(permutations_are_complete),
		cmocka_unit_test(the_listed_share_is_exact_and_true),
		cmocka_unit_test(listed_flows_come_unforeseen),
		cmocka_unit_test(others_that_are_in_the_list_count_as_listed),
		cmocka_unit_test(ports_follow_their_shares),
		cmocka_unit_test(targets_are_used_alike),
		cmocka_unit_test(source_ports_go_around),
		cmocka_unit_test(a_stride_gives_the_same_flows),
		cmocka_unit_test(an_answer_finds_its_flow),
		cmocka_unit_test(an_answer_to_no_flow_finds_none),
		cmocka_unit_test(sources_repeat_with_the_seed_alone),
	};

	return cmocka_run_group_tests_name("synflood_plan", tests, write_list, remove_list);
}
