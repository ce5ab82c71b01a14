// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Called by the tests of reports and holds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "base/addr.h"
#include "base/clock.h"
#include "tests/bpf/reporter.h"
#include "tests/bpf/skeleton.h"

static void put(struct bpf_map *map, const void *key, const void *value)
{
	if (bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY))
		fail_msg("%s: %s", bpf_map__name(map), strerror(errno));
}

void reporter_want(struct limiter *l, enum mxw_mode mode)
{
	struct mxw_config config = { .abi_version = MXW_ABI_VERSION,
				     .mode = mode,
				     .used = l->program.used | MXW_USED_NEWS };
	uint32_t zero = 0;

	put(l->program.skel->maps.mxw_config, &zero, &config);
}

void reporter_beat(struct limiter *l, uint64_t ago_ns)
{
	uint64_t at = mxw_clock_mono() - ago_ns;
	uint32_t zero = 0;

	put(l->program.skel->maps.mxw_heartbeat, &zero, &at);
}

void reporter_never_beat(struct limiter *l)
{
	uint64_t never = 0;
	uint32_t zero = 0;

	put(l->program.skel->maps.mxw_heartbeat, &zero, &never);
}

uint64_t reporter_key(const char *source, uint8_t out[16])
{
	uint8_t own[16] = { [10] = 0xff, [11] = 0xff };

	out = out ? out : own;
	memcpy(out, own, sizeof(own));
	if (inet_pton(AF_INET, source, out + 12) != 1)
		assert_int_equal(inet_pton(AF_INET6, source, out), 1);
	return mxw_addr_key(out);
}

void reporter_know(struct limiter *l, const char *source, uint64_t until)
{
	const struct mxw_known known = { .until_ns = until };
	uint64_t key = reporter_key(source, NULL);

	put(l->program.skel->maps.mxw_known, &key, &known);
}

void reporter_rules(struct limiter *l, uint32_t budget, uint32_t hold)
{
	const struct mxw_news_rules value = { .budget = budget, .hold = hold };
	uint32_t zero = 0;

	put(l->program.skel->maps.mxw_news_rules, &zero, &value);
}

static int take(void *context, void *data, size_t size)
{
	struct sink *sink = context;

	assert_int_equal(size, sizeof(struct mxw_news));
	if (((const struct mxw_news *)data)->present) {
		sink->present++;
		return 0;
	}
	if (sink->count < RECORDS)
		memcpy(&sink->record[sink->count], data, size);
	sink->count++;
	return 0;
}

size_t reporter_reports(struct limiter *l, struct sink *sink)
{
	struct sink own = { .count = 0 };
	struct ring_buffer *ring;

	sink = sink ? sink : &own;
	sink->count = sink->present = 0;
	ring = ring_buffer__new(bpf_map__fd(l->program.skel->maps.mxw_news), take, sink, NULL);
	assert_non_null(ring);
	(void)ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return sink->count;
}

struct mxw_news_stats reporter_stats(struct limiter *l)
{
	size_t cpus = (size_t)libbpf_num_possible_cpus();
	struct mxw_news_stats *values = calloc(cpus, sizeof(*values)), sum = { 0 };
	uint32_t zero = 0;

	assert_non_null(values);
	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(l->program.skel->maps.mxw_news_stats),
					     &zero, values),
			 0);
	for (size_t i = 0; i < cpus; i++) {
		sum.reported += values[i].reported;
		sum.suppressed += values[i].suppressed;
		sum.held += values[i].held;
	}
	free(values);
	return sum;
}

struct limiter *reporter_start(void **state, enum mxw_mode mode, uint32_t hold)
{
	static const struct mxw_news_line none;
	struct limiter *l = limiter_fresh(state);
	struct bpf_map *lines = l->program.skel->maps.mxw_news_lines;
	void *zeros = calloc((size_t)libbpf_num_possible_cpus(), sizeof(struct mxw_news_stats));
	uint32_t zero = 0;

	assert_non_null(zeros);
	for (uint32_t i = 0; i < bpf_map__max_entries(lines); i++)
		put(lines, &i, &none);
	put(l->program.skel->maps.mxw_news_stats, &zero, zeros);
	free(zeros);
	(void)reporter_reports(l, NULL);
	reporter_want(l, mode);
	reporter_beat(l, 0);
	reporter_rules(l, PLENTY, hold);
	return l;
}
