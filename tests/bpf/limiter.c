// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Called by the tests of limits.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "base/clock.h"
#include "bpf/limit_key.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/limiter.h"
#include "tests/bpf/skeleton.h"

static const uint64_t seed[3] = { 0x0123456789abcdefULL, 0xfedcba9876543210ULL,
				  0x0f1e2d3c4b5a6978ULL };

#define START_NS 3600000000000ULL
#define MINUTE_TICKS (60000000000ULL >> MXW_TICK_SHIFT)
#define SEQUENCE_AT4 (14 + 20 + 4)
#define SEQUENCE_AT6 (14 + 40 + 4)

static void update(struct bpf_map *map, uint32_t key, const void *value)
{
	if (bpf_map_update_elem(bpf_map__fd(map), &key, value, BPF_ANY))
		fail_msg("%s: %s", bpf_map__name(map), strerror(errno));
}

/* No rate, time 0. */
static void begin(struct limiter *limiter)
{
	limiter->limits =
		(struct mxw_limits){ .mode = MXW_LIMIT_ENFORCE, .conns_mode = MXW_LIMIT_ENFORCE };
	memcpy(limiter->limits.seed, seed, sizeof(seed));
	limiter_at(limiter, 0);
}

static void use_map(struct limiter *limiter, struct bpf_map *map)
{
	const struct bpf_map *own =
		bpf_object__find_map_by_name(limiter->program.skel->obj, bpf_map__name(map));

	if (own && bpf_map__type(map) != BPF_MAP_TYPE_UNSPEC &&
	    !strstr(bpf_map__name(map), ".rodata"))
		assert_int_equal(bpf_map__reuse_fd(map, bpf_map__fd(own)), 0);
}

/* Loads the other program onto the maps of the first. */
static void open_complete(struct limiter *limiter)
{
	struct complete *complete = complete__open();
	struct mxwall *skel = limiter->program.skel;
	struct bpf_map *map;

	assert_non_null(complete);
	bpf_object__for_each_map(map, complete->obj) if (strncmp(bpf_map__name(map), "mxw_", 4) ==
							 0) use_map(limiter, map);
	memcpy((void *)complete->rodata->mxw_ports, (const void *)skel->rodata->mxw_ports,
	       sizeof(complete->rodata->mxw_ports));
	complete->rodata->mxw_test_clock = 1;
	complete->rodata->mxw_limit_line_count = skel->rodata->mxw_limit_line_count;
	complete->rodata->mxw_news_line_count = skel->rodata->mxw_news_line_count;
	assert_int_equal(complete__load(complete), 0);
	limiter->complete = complete;
}

void limiter_open(struct limiter *limiter, uint32_t limit_lines)
{
	struct knobs knobs = { .ports = { 25, 465, 587, 2525 },
			       .feeds = 1,
			       .test_clock = 1,
			       .limit_lines = limit_lines };

	memset(limiter, 0, sizeof(*limiter));
	program_load(&limiter->program, &knobs);
	program_configure(&limiter->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	open_complete(limiter);
	begin(limiter);
}

void limiter_close(struct limiter *limiter)
{
	complete__destroy(limiter->complete);
	program_unload(&limiter->program);
}

/* Every element of an array map becomes zeros. */
static void zero_array(struct bpf_map *map)
{
	static const uint8_t zeros[64];

	for (uint32_t i = 0; i < bpf_map__max_entries(map); i++)
		update(map, i, zeros);
}

static void empty(const struct bpf_map *map)
{
	uint64_t key;
	int fd = bpf_map__fd(map);

	while (bpf_map_get_next_key(fd, NULL, &key) == 0)
		assert_int_equal(bpf_map_delete_elem(fd, &key), 0);
}

void limiter_know(struct limiter *limiter, uint64_t key, enum mxw_limit_class class)
{
	const struct mxw_news_rules rules = { .classes = 1 };
	const struct mxw_known known = { .until_ns = limiter->limits.test_ns + 60 * MXW_SECOND,
					 .class = (__u8) class };

	update(limiter->program.skel->maps.mxw_news_rules, 0, &rules);
	if (bpf_map_update_elem(bpf_map__fd(limiter->program.skel->maps.mxw_known), &key, &known,
				BPF_ANY))
		fail_msg("mxw_known: %s", strerror(errno));
}

void limiter_forget(struct limiter *limiter)
{
	struct mxw_limit_stats *none =
		calloc((size_t)libbpf_num_possible_cpus(), sizeof(struct mxw_limit_stats));

	assert_non_null(none);
	program_reset(&limiter->program);
	program_configure(&limiter->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	zero_array(limiter->program.skel->maps.mxw_limit_lines);
	zero_array(limiter->program.skel->maps.mxw_open);
	zero_array(limiter->program.skel->maps.mxw_open_last);
	zero_array(limiter->program.skel->maps.mxw_proof_lines);
	zero_array(limiter->program.skel->maps.mxw_flood);
	update(limiter->program.skel->maps.mxw_limit_stats, 0, none);
	update(limiter->program.skel->maps.mxw_flood_cpu, 0, none); /* is smaller */
	free(none);
	empty(limiter->program.skel->maps.mxw_known);
}

struct mxw_rate limiter_make_rate(uint32_t per_minute, uint32_t burst)
{
	struct mxw_rate rate = { 0 };

	if (!per_minute)
		return rate;
	rate.period = MINUTE_TICKS / per_minute;
	rate.tau = (burst - 1) * rate.period;
	return rate;
}

void limiter_rate(struct limiter *limiter, enum mxw_limit_class class, enum mxw_limit_level level,
		  uint32_t per_minute, uint32_t burst)
{
	for (int family = 0; family < 2; family++)
		limiter->limits.rate[0][class][family].level[level] =
			limiter_make_rate(per_minute, burst);
	limiter_write(limiter);
}

void limiter_write(struct limiter *limiter)
{
	update(limiter->program.skel->maps.mxw_limits, 0, &limiter->limits);
}

void limiter_at(struct limiter *limiter, uint64_t ms)
{
	limiter->limits.test_ns = START_NS + ms * 1000000;
	limiter_write(limiter);
}

void limiter_list(struct limiter *limiter, const char *prefix)
{
	const struct feed row = { .prefix = prefix,
				  .class = MXW_FEED_CLASS(1, 0),
				  .action = MXW_FEED_LIMIT };

	program_put_feeds(&limiter->program, &row, 1, MXW_FEED_NARROW);
}

static void run_complete(const struct limiter *limiter, const struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = limiter->packet.bytes,
		    .data_size_in = (uint32_t)limiter->packet.length);

	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program), &opts), 0);
}

static bool send_packet(struct limiter *limiter)
{
	struct answer answer;

	program_run(&limiter->program, &limiter->packet, &answer);
	if (answer.action == XDP_PASS && !limiter->forged)
		run_complete(limiter, limiter->complete->progs.complete);
	return answer.action == XDP_PASS;
}

void limiter_end(struct limiter *limiter)
{
	run_complete(limiter, limiter->complete->progs.ended);
}

bool limiter_syn_to(struct limiter *limiter, const char *source, uint16_t port)
{
	const struct layer ipv4[] = { ETH(), IPV4(source, MX4), TCP(40000, port, SYN), {} };
	const struct layer ipv6[] = { ETH(), IPV6(source, MX6), TCP(40000, port, SYN), {} };
	bool is_ipv6 = strchr(source, ':') != NULL;

	packet_build(is_ipv6 ? ipv6 : ipv4, &limiter->packet);
	limiter->sequence++;
	memcpy(limiter->packet.bytes + (is_ipv6 ? SEQUENCE_AT6 : SEQUENCE_AT4), &limiter->sequence,
	       sizeof(limiter->sequence));
	return send_packet(limiter);
}

bool limiter_syn(struct limiter *limiter, const char *source)
{
	return limiter_syn_to(limiter, source, 25);
}

bool limiter_send(struct limiter *limiter, const struct layer *layers)
{
	packet_build(layers, &limiter->packet);
	return send_packet(limiter);
}

bool limiter_again(struct limiter *limiter)
{
	return send_packet(limiter);
}

unsigned int limiter_syns(struct limiter *limiter, const char *source, unsigned int count)
{
	unsigned int passed = 0;

	for (unsigned int i = 0; i < count; i++)
		passed += limiter_syn(limiter, source);
	return passed;
}

uint64_t limiter_counted(struct limiter *limiter, enum mxw_reason reason)
{
	struct counters counters;

	program_counters(&limiter->program, &counters);
	return counters.of[reason].packets;
}

void limiter_stats(struct limiter *limiter, struct mxw_limit_stats *stats)
{
	int cpus = libbpf_num_possible_cpus();
	struct mxw_limit_stats *each = calloc((size_t)cpus, sizeof(*each));
	uint32_t zero = 0;

	assert_non_null(each);
	if (bpf_map_lookup_elem(bpf_map__fd(limiter->program.skel->maps.mxw_limit_stats), &zero,
				each))
		fail_msg("mxw_limit_stats: %s", strerror(errno));
	*stats = (struct mxw_limit_stats){ 0 };
	for (int cpu = 0; cpu < cpus; cpu++) {
		stats->evicted += each[cpu].evicted;
		stats->contended += each[cpu].contended;
	}
	free(each);
}

uint64_t limiter_owed(struct limiter *limiter, uint64_t source, enum mxw_limit_level level,
		      uint32_t salt)
{
	struct bpf_map *map = limiter->program.skel->maps.mxw_limit_lines;
	const struct mxw_limits *limits = &limiter->limits;
	uint64_t home = mxw_limit_hash(limits->seed, mxw_limit_net(source), salt);
	uint64_t own = mxw_limit_hash(limits->seed, source, salt);
	uint64_t hash = level == MXW_LIMIT_NET ? home : own;
	uint32_t index = mxw_limit_line(home, bpf_map__max_entries(map));
	struct mxw_limit_line line;

	if (bpf_map_lookup_elem(bpf_map__fd(map), &index, &line))
		fail_msg("mxw_limit_lines: %s", strerror(errno));
	for (int slot = 0; slot < MXW_LIMIT_SLOTS; slot++)
		if ((line.slot[slot] ^ mxw_limit_tag(hash)) >> MXW_LIMIT_TIME_BITS == 0)
			return mxw_limit_debt(line.slot[slot],
					      limiter->limits.test_ns >> MXW_TICK_SHIFT);
	return 0;
}

uint64_t limiter_slots_used(struct limiter *limiter)
{
	struct bpf_map *map = limiter->program.skel->maps.mxw_limit_lines;
	struct mxw_limit_line line;
	uint64_t used = 0;

	for (uint32_t i = 0; i < bpf_map__max_entries(map); i++) {
		if (bpf_map_lookup_elem(bpf_map__fd(map), &i, &line))
			fail_msg("mxw_limit_lines: %s", strerror(errno));
		for (int slot = 0; slot < MXW_LIMIT_SLOTS; slot++)
			used += line.slot[slot] != 0;
	}
	return used;
}

int limiter_setup(void **state)
{
	struct limiter *limiter = calloc(1, sizeof(*limiter));

	*state = limiter;
	if (limiter && harness_may_run())
		limiter_open(limiter, 0);
	return limiter ? 0 : -1;
}

int limiter_teardown(void **state)
{
	struct limiter *limiter = *state;

	if (limiter->program.skel)
		limiter_close(limiter);
	free(limiter);
	return 0;
}

struct limiter *limiter_fresh(void **state)
{
	struct limiter *limiter = *state;

	if (!limiter->program.skel)
		skip();
	limiter_forget(limiter);
	begin(limiter);
	limiter->forged = false;
	return limiter;
}

struct limiter *limiter_flooded(void **state)
{
	struct limiter *l = limiter_fresh(state);

	l->limits.flood_mode = MXW_LIMIT_ENFORCE;
	l->limits.flood_forced = 1;
	limiter_write(l);
	return l;
}
