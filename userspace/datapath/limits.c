// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading and writing the limits' maps. Called by apply and xdpctl.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/clock.h"
#include "bpf/limit_key.h"
#include "datapath/limits.h"

#define OPEN_BYTES (MXW_OPEN_LINES * sizeof(struct mxw_open_line))
#define RECENT_BYTES (MXW_RECENT_SOURCES * sizeof(uint64_t))

struct mxw_limits_view {
	struct mxw_maps maps; /* the descriptors are the caller's */
	struct mxw_limits *limits;
	struct mxw_limit_line *lines;
	struct mxw_open_line *open;
	uint64_t *recent;
	uint32_t line_count;
};

/* NULL where it cannot be mapped. */
static void *map_array(int fd, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static size_t lines_bytes(const struct mxw_limits_view *view)
{
	return view->line_count * sizeof(struct mxw_limit_line);
}

static int map_all(struct mxw_limits_view *view, struct mxw_err *err)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(view->maps.fd[MXW_MAP_LIMIT_LINES], &info, &length))
		return mxw_fail(err, MXW_E_FAIL, "cannot ask for the size of the limits' table: %s",
				strerror(errno));
	view->line_count = info.max_entries;
	view->limits = map_array(view->maps.fd[MXW_MAP_LIMITS], sizeof(*view->limits));
	view->lines = map_array(view->maps.fd[MXW_MAP_LIMIT_LINES], lines_bytes(view));
	view->recent = map_array(view->maps.fd[MXW_MAP_RECENT], RECENT_BYTES);
	view->open = map_array(view->maps.fd[MXW_MAP_OPEN], OPEN_BYTES);
	if (!view->limits || !view->lines || !view->recent || !view->open)
		return mxw_fail(err, MXW_E_FAIL, "cannot map the limits: %s", strerror(errno));
	return MXW_OK;
}

int mxw_limits_open(const struct mxw_maps *maps, struct mxw_limits_view **out, struct mxw_err *err)
{
	struct mxw_limits_view *view = calloc(1, sizeof(*view));

	*out = view;
	if (!view)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	view->maps = *maps;
	return map_all(view, err);
}

static void unmap(void *at, size_t bytes)
{
	if (at)
		(void)munmap(at, bytes); /* fails only for a bad address */
}

void mxw_limits_close(struct mxw_limits_view *view)
{
	if (!view)
		return;
	unmap(view->limits, sizeof(*view->limits));
	unmap(view->lines, lines_bytes(view));
	unmap(view->recent, RECENT_BYTES);
	unmap(view->open, OPEN_BYTES);
	free(view);
}

const struct mxw_limits *mxw_limits_now(const struct mxw_limits_view *view)
{
	return view->limits;
}

static bool has_seed(const struct mxw_limits *limits)
{
	return limits->seed[0] || limits->seed[1] || limits->seed[2];
}

/* Rates before the switches, so that what is switched on is there. */
int mxw_limits_write(struct mxw_limits_view *view, const struct mxw_limits *limits,
		     struct mxw_err *err)
{
	struct mxw_limits *now = view->limits;

	if (!has_seed(now) &&
	    getrandom(now->seed, sizeof(now->seed), 0) != (ssize_t)sizeof(now->seed))
		return mxw_fail(err, MXW_E_FAIL, "the kernel gave no random numbers: %s",
				strerror(errno));
	memcpy(now->rate, limits->rate, sizeof(now->rate));
	memcpy(now->port, limits->port, sizeof(now->port));
	now->conns_source = limits->conns_source;
	now->conns_net = limits->conns_net;
	now->flood_high = limits->flood_high;
	now->flood_low = limits->flood_low;
	now->flood_batch = limits->flood_batch;
	now->flood_forced = limits->flood_forced;
	__atomic_store_n(&now->flood_mode, limits->flood_mode, __ATOMIC_RELEASE);
	__atomic_store_n(&now->conns_mode, limits->conns_mode, __ATOMIC_RELEASE);
	__atomic_store_n(&now->mode, limits->mode, __ATOMIC_RELEASE);
	return MXW_OK;
}

uint64_t mxw_limits_tick(void)
{
	return mxw_clock_mono() >> MXW_TICK_SHIFT;
}

/* What the account with that hash owes; home: the hash that its line goes by. */
static uint64_t owed(const struct mxw_limits_view *view, uint64_t home, uint64_t hash,
		     enum mxw_limit_level level, uint64_t tick)
{
	const struct mxw_limit_line *line = &view->lines[mxw_limit_line(home, view->line_count)];
	uint64_t tag = mxw_limit_tag(hash);

	for (uint64_t i = mxw_limit_from(level); i < mxw_limit_to(level); i++) {
		uint64_t word = __atomic_load_n(&line->slot[i], __ATOMIC_RELAXED);

		if (!((word ^ tag) >> MXW_LIMIT_TIME_BITS) && mxw_limit_debt(word, tick))
			return mxw_limit_debt(word, tick);
	}
	return 0;
}

uint64_t mxw_limits_owed(const struct mxw_limits_view *view, uint64_t source,
			 enum mxw_limit_level level, uint32_t salt, uint64_t tick)
{
	uint64_t home = mxw_limit_hash(view->limits->seed, mxw_limit_net(source), salt);
	uint64_t hash = mxw_limit_hash(view->limits->seed, source, salt);

	return owed(view, home, level == MXW_LIMIT_NET ? home : hash, level, tick);
}

bool mxw_limits_proven(const struct mxw_limits_view *view, uint64_t source, uint64_t tick)
{
	uint64_t hash = mxw_limit_hash(view->limits->seed, source, MXW_SALT_PROVEN);

	return owed(view, hash, hash, MXW_LIMIT_SOURCE, tick) != 0;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

size_t mxw_limits_recent(const struct mxw_limits_view *view, uint64_t *sources, size_t max)
{
	uint64_t all[MXW_RECENT_SOURCES];
	size_t count = 0;

	memcpy(all, view->recent, sizeof(all));
	qsort(all, MXW_RECENT_SOURCES, sizeof(all[0]), compare_keys);
	for (size_t i = 0; i < MXW_RECENT_SOURCES && count < max; i++)
		if (all[i] && (!i || all[i] != all[i - 1]))
			sources[count++] = all[i];
	return count;
}

/* Slots of a level that are in debt. */
static unsigned int owing(const struct mxw_limit_line *line, enum mxw_limit_level level,
			  uint64_t tick)
{
	unsigned int count = 0;

	for (uint64_t i = mxw_limit_from(level); i < mxw_limit_to(level); i++)
		count += mxw_limit_debt(line->slot[i], tick) != 0;
	return count;
}

void mxw_limits_room(const struct mxw_limits_view *view, uint64_t tick,
		     struct mxw_limits_room *room)
{
	*room = (struct mxw_limits_room){ .slots = (uint64_t)view->line_count * MXW_LIMIT_SLOTS };
	for (uint32_t i = 0; i < view->line_count; i++) {
		unsigned int sources = owing(&view->lines[i], MXW_LIMIT_SOURCE, tick);

		room->nets += owing(&view->lines[i], MXW_LIMIT_NET, tick);
		room->sources += sources;
		room->beside += (uint64_t)sources * (sources ? sources - 1 : 0);
		room->full += sources == MXW_LIMIT_SLOTS - MXW_LIMIT_NET_SLOTS;
	}
}

uint64_t mxw_limits_connections(const struct mxw_limits_view *view, uint64_t key, uint64_t tick)
{
	uint64_t hash = mxw_limit_hash(view->limits->seed, key, MXW_OPEN_SALT), sum = 0;
	const struct mxw_open_line *line = &view->open[mxw_open_line(hash)];

	for (size_t i = 0; i < MXW_OPEN_SLOTS; i++) {
		uint64_t slot = __atomic_load_n(&line->slot[i], __ATOMIC_RELAXED);

		if (mxw_open_tag(slot) == mxw_open_tag(hash) && !mxw_open_stale(slot, tick))
			sum += slot & MXW_OPEN_COUNT;
	}
	return sum;
}

bool mxw_limits_counting(const struct mxw_maps *maps, uint64_t tick)
{
	uint32_t zero = 0;
	__u64 last = 0;

	return bpf_map_lookup_elem(maps->fd[MXW_MAP_OPEN_LAST], &zero, &last) == 0 &&
	       (int64_t)(tick - last) < (int64_t)MXW_OPEN_SILENT;
}

int mxw_limits_flood(const struct mxw_maps *maps, struct mxw_flood *flood, struct mxw_err *err)
{
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_FLOOD], &zero, flood))
		return mxw_fail(err, MXW_E_FAIL, "cannot read the state of the flood: %s",
				strerror(errno));
	return MXW_OK;
}

int mxw_limits_stats(const struct mxw_maps *maps, struct mxw_limit_stats *stats,
		     struct mxw_err *err)
{
	int cpus = libbpf_num_possible_cpus();
	struct mxw_limit_stats *each = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*each));
	uint32_t zero = 0;

	*stats = (struct mxw_limit_stats){ 0 };
	if (!each || bpf_map_lookup_elem(maps->fd[MXW_MAP_LIMIT_STATS], &zero, each)) {
		free(each);
		return mxw_fail(err, MXW_E_FAIL, "cannot read what the limits did: %s",
				strerror(errno));
	}
	for (int cpu = 0; cpu < cpus; cpu++) {
		stats->evicted += each[cpu].evicted;
		stats->contended += each[cpu].contended;
	}
	free(each);
	return MXW_OK;
}
