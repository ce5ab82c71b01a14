// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The limiter's table: several CPUs on one account, lines that are full, accounts that
 * share a slot, and sources chosen for where the hash puts them (S1, S4).
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <cmocka.h>

#include "bpf/limit_key.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/limiter.h"
#include "tests/bpf/random.h"
#include "tests/bpf/skeleton.h"

#define SOURCE MXW_LIMIT_UNKNOWN, MXW_LIMIT_SOURCE
#define NET MXW_LIMIT_UNKNOWN, MXW_LIMIT_NET
#define UNKNOWN_SALT 0 /* set 0, class unknown */
#define CPUS_MOST 8
#define HAMMER 20000 /* packets of each CPU in a round */
#define ROUNDS 25
#define TABLE_LINES 4096 /* as the harness makes it */

static const char *text_of(uint32_t address)
{
	static char text[INET_ADDRSTRLEN];
	struct in_addr in = { htonl(address) };

	return inet_ntop(AF_INET, &in, text, sizeof(text));
}

static uint64_t hash_of(const struct limiter *limiter, uint64_t key)
{
	return mxw_limit_hash(limiter->limits.seed, key, UNKNOWN_SALT);
}

struct hammer {
	pthread_t thread;
	struct limiter *limiter;
	const struct bpf_program *program;
	unsigned int cpu;
	int error;
};

static void *hammer(void *argument)
{
	struct hammer *h = argument;
	const struct packet *packet = &h->limiter->packet;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet->bytes,
		    .data_size_in = (uint32_t)packet->length, .repeat = HAMMER);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(h->cpu, &set);
	h->error = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	if (!h->error)
		h->error = bpf_prog_test_run_opts(bpf_program__fd(h->program), &opts);
	return NULL;
}

/* All CPUs at once run a program on the last SYN. Returns how many. */
static unsigned int hammer_all(struct limiter *limiter, const struct bpf_program *program)
{
	struct hammer hammers[CPUS_MOST] = { 0 };
	unsigned int count = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);

	if (count > CPUS_MOST)
		count = CPUS_MOST;
	for (unsigned int i = 0; i < count; i++) {
		hammers[i] = (struct hammer){ .limiter = limiter, .program = program, .cpu = i };
		assert_int_equal(pthread_create(&hammers[i].thread, NULL, hammer, &hammers[i]), 0);
	}
	for (unsigned int i = 0; i < count; i++) {
		assert_int_equal(pthread_join(hammers[i].thread, NULL), 0);
		assert_int_equal(hammers[i].error, 0);
	}
	return count;
}

/* One round: source and net owe for each connection, but for charges that were given up; and each
 * is open. */
static void share(struct limiter *l, uint32_t address)
{
	uint64_t period = l->limits.rate[0][0][0].level[0].period, given_up, made;
	struct mxw_limit_stats first, then;

	limiter_stats(l, &first);
	assert_true(limiter_syn(l, text_of(address)));
	made = 1 + (uint64_t)hammer_all(l, l->complete->progs.complete) * HAMMER;
	limiter_stats(l, &then);
	given_up = then.contended - first.contended;
	assert_in_range(limiter_owed(l, address, MXW_LIMIT_SOURCE, UNKNOWN_SALT),
			(made - given_up) * period, made * period);
	assert_in_range(limiter_owed(l, address, MXW_LIMIT_NET, UNKNOWN_SALT),
			(made - given_up) * period, made * period);
}

static void cpus_share_a_source(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 60000, 1000000);
	limiter_rate(l, NET, 60000, 1000000);
	for (uint32_t i = 0; i < ROUNDS; i++)
		share(l, 0x0a000001 + (i << 8));
}

/* As the program counts them. */
static uint64_t open_of(const struct limiter *l, uint64_t key)
{
	uint64_t hash = mxw_limit_hash(l->limits.seed, key, MXW_OPEN_SALT), sum = 0;
	uint32_t index = mxw_open_line(hash);
	struct mxw_open_line line;

	assert_int_equal(
		bpf_map_lookup_elem(bpf_map__fd(l->program.skel->maps.mxw_open), &index, &line), 0);
	for (int i = 0; i < MXW_OPEN_SLOTS; i++)
		if (mxw_open_tag(line.slot[i]) == mxw_open_tag(hash))
			sum += line.slot[i] & MXW_OPEN_COUNT;
	return sum;
}

/* Connections that begin and end on all CPUs at once are counted exactly. */
static void cpus_count_connections(void **state)
{
	struct limiter *l = limiter_fresh(state);

	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t source = 0x0a000001 + (i << 8);
		uint64_t made;

		assert_true(limiter_syn(l, text_of(source)));
		made = 1 + (uint64_t)hammer_all(l, l->complete->progs.complete) * HAMMER;
		assert_int_equal(open_of(l, source), made);
		assert_int_equal(open_of(l, mxw_limit_net(source)), made);
		(void)hammer_all(l, l->complete->progs.ended);
		assert_int_equal(open_of(l, source), 1);
		limiter_end(l);
		assert_int_equal(open_of(l, source), 0);
		assert_int_equal(open_of(l, mxw_limit_net(source)), 0);
	}
}

#define SEATS (MXW_LIMIT_SLOTS - MXW_LIMIT_NET_SLOTS) /* of sources in a line */

/* A source more that owes than there is room for in a line: the one that owes least is
 * forgotten. */
static void idlest_slot_gives_way(void **state)
{
	static struct limiter small;
	struct mxw_limit_stats stats;

	(void)limiter_fresh(state);
	limiter_open(&small, 1);
	limiter_rate(&small, SOURCE, 30, 10);
	for (uint32_t i = 0; i < SEATS; i++)
		assert_int_equal(limiter_syns(&small, text_of(0x0a000001 + i), 3 + i), 3 + i);
	assert_int_equal(limiter_slots_used(&small), SEATS);
	assert_int_equal(limiter_syns(&small, "192.0.2.1", 1), 1);
	assert_int_equal(limiter_slots_used(&small), SEATS);
	limiter_stats(&small, &stats);
	assert_int_equal(stats.evicted, 1);
	/* The others are remembered: what each had left is all it gets. */
	for (uint32_t i = 1; i < SEATS; i++)
		assert_int_equal(limiter_syns(&small, text_of(0x0a000001 + i), 10), 7 - i);
	limiter_close(&small);
}

/* A slot whose debt is paid is free: others may have it, and nobody is evicted. */
static void paid_slots_are_free(void **state)
{
	static struct limiter small;
	struct mxw_limit_stats stats;

	(void)limiter_fresh(state);
	limiter_open(&small, 1);
	limiter_rate(&small, SOURCE, 30, 10);
	for (uint32_t i = 0; i < 100; i++) {
		limiter_at(&small, i * 335);
		assert_true(limiter_syn(&small, text_of(0x0a000001 + i)));
	}
	limiter_stats(&small, &stats);
	assert_int_equal(stats.evicted, 0);
	assert_int_equal(limiter_slots_used(&small), SEATS);
	limiter_close(&small);
}

/* Sources of a net that crowd its line do not free the net of what it owes. */
static void a_crowd_does_not_free_its_net(void **state)
{
	struct limiter *l = limiter_fresh(state);

	limiter_rate(l, SOURCE, 30, 10);
	limiter_rate(l, NET, 30, 40);
	for (uint32_t i = 0; i < 200; i++)
		assert_int_equal(limiter_syn(l, text_of(0x0a000001 + i)), i < 40);
}

/* The first address from start on whose account has the line and tag of wanted. */
static uint32_t find_twin(const struct limiter *l, uint64_t wanted, uint32_t start, uint32_t lines)
{
	for (uint32_t address = start;; address++) {
		uint64_t hash = hash_of(l, address);

		if (mxw_limit_tag(hash) == mxw_limit_tag(wanted) &&
		    mxw_limit_line(hash, lines) == mxw_limit_line(wanted, lines))
			return address;
	}
}

/* Two sources with one line and one tag share a budget, under this seed and no other. */
static void twins_share_until_reseeded(void **state)
{
	static struct limiter small;
	uint32_t twin;

	(void)limiter_fresh(state);
	limiter_open(&small, 1);
	limiter_rate(&small, SOURCE, 30, 10);
	twin = find_twin(&small, hash_of(&small, 0xc0000242), 0x0a000000, 1);
	assert_int_equal(limiter_syns(&small, BAD4, 10), 10);
	assert_false(limiter_syn(&small, text_of(twin)));
	assert_true(limiter_syn(&small, text_of(twin + 1)));
	limiter_forget(&small);
	small.limits.seed[0] ^= 1;
	limiter_write(&small);
	assert_int_equal(limiter_syns(&small, BAD4, 10), 10);
	assert_true(limiter_syn(&small, text_of(twin)));
	limiter_close(&small);
}

/* What a thousand sources do to the table. */
struct effect {
	uint64_t slots, evicted;
};

static struct effect effect_of(struct limiter *l, const uint32_t *sources, uint32_t count)
{
	struct mxw_limit_stats stats;

	limiter_forget(l);
	for (uint32_t i = 0; i < count; i++)
		assert_true(limiter_syn(l, text_of(sources[i])));
	limiter_stats(l, &stats);
	return (struct effect){ .slots = limiter_slots_used(l), .evicted = stats.evicted };
}

#define ATTACKERS 1000

/* A seed that everybody knows. */
static const __u64 public_seed[3] = { 0x9e3779b97f4a7c15ULL, 0xbf58476d1ce4e5b9ULL,
				      0x94d049bb133111ebULL };

/* Sources that would all be in one line, were the seed that one. */
static void choose_attackers(uint32_t sources[ATTACKERS])
{
	uint32_t found = 0;

	for (uint32_t address = 0x0b000001; found < ATTACKERS; address += 256)
		if (mxw_limit_line(mxw_limit_hash(public_seed, mxw_limit_net(address),
						  UNKNOWN_SALT),
				   TABLE_LINES) == 77)
			sources[found++] = address;
}

/* S4: they do no more than sources at random; against the known seed they do. */
static void chosen_sources_do_no_more(void **state)
{
	struct limiter *l = limiter_fresh(state);
	struct random random = { .state = 25 };
	uint32_t chosen[ATTACKERS], drawn[ATTACKERS];
	struct effect attack, chance, known;
	struct mxw_limits secret = l->limits;

	limiter_rate(l, SOURCE, 30, 10);
	choose_attackers(chosen);
	for (int i = 0; i < ATTACKERS; i++)
		drawn[i] = (uint32_t)random_next(&random) | 0x10000000;
	attack = effect_of(l, chosen, ATTACKERS);
	chance = effect_of(l, drawn, ATTACKERS);
	memcpy(l->limits.seed, public_seed, sizeof(public_seed));
	limiter_write(l);
	known = effect_of(l, chosen, ATTACKERS);
	memcpy(l->limits.seed, secret.seed, sizeof(secret.seed));
	assert_int_equal(chance.evicted, 0);
	assert_int_equal(attack.evicted, 0);
	assert_in_range(attack.slots, chance.slots - 5, chance.slots + 5);
	assert_int_equal(known.slots, SEATS);
	assert_true(known.evicted > ATTACKERS / 2);
}

static int entries_in(struct bpf_map *map)
{
	uint8_t key[64];

	return bpf_map_get_next_key(bpf_map__fd(map), NULL, key) == 0;
}

/* S1: however many sources come, no verdict appears anywhere, and the table is as it was. */
static void floods_leave_no_entry(void **state)
{
	struct limiter *l = limiter_fresh(state);
	struct random random = { .state = 1 };
	struct bpf_map *map;

	limiter_rate(l, SOURCE, 30, 10);
	limiter_rate(l, NET, 120, 40);
	for (int i = 0; i < 40000; i++)
		(void)limiter_syn(l, text_of((uint32_t)random_next(&random)));
	assert_in_range(limiter_slots_used(l), 1, TABLE_LINES * MXW_LIMIT_SLOTS);
	bpf_object__for_each_map(map, l->program.skel->obj)
	{
		if (bpf_map__type(map) == BPF_MAP_TYPE_HASH ||
		    bpf_map__type(map) == BPF_MAP_TYPE_LPM_TRIE)
			assert_false(entries_in(map));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_share_a_source),
		cmocka_unit_test(cpus_count_connections),
		cmocka_unit_test(idlest_slot_gives_way),
		cmocka_unit_test(paid_slots_are_free),
		cmocka_unit_test(a_crowd_does_not_free_its_net),
		cmocka_unit_test(twins_share_until_reseeded),
		cmocka_unit_test(chosen_sources_do_no_more),
		cmocka_unit_test(floods_leave_no_entry),
	};

	return cmocka_run_group_tests_name("bpf limit table", tests, limiter_setup,
					   limiter_teardown);
}
