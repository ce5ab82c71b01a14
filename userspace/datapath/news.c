// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New sources and the heartbeat. Called by the controller.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/limit_key.h"
#include "datapath/news.h"
#include "policy/order.h"

#define WINDOW_JIFFIES 256

struct mxw_news_reader {
	struct ring_buffer *ring;
	mxw_news_visit *visit;
	void *context;
	size_t left; /* reports that this reading may still pass on */
	size_t passed;
};

static int on_sample(void *context, void *data, size_t size)
{
	struct mxw_news_reader *reader = context;

	if (size >= sizeof(struct mxw_news))
		reader->visit(reader->context, data);
	reader->passed++;
	/* What is refused counts as consumed, so the last one is refused after its visit. */
	return --reader->left ? 0 : -ECANCELED;
}

int mxw_news_open(const struct mxw_maps *maps, mxw_news_visit *visit, void *context,
		  struct mxw_news_reader **out, struct mxw_err *err)
{
	struct mxw_news_reader *reader = calloc(1, sizeof(*reader));

	*out = reader;
	if (!reader)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	reader->visit = visit;
	reader->context = context;
	reader->ring = ring_buffer__new(maps->fd[MXW_MAP_NEWS], on_sample, reader, NULL);
	if (!reader->ring)
		return mxw_fail(err, MXW_E_FAIL, "cannot read the filter's new sources: %s",
				strerror(errno));
	return MXW_OK;
}

void mxw_news_close(struct mxw_news_reader *reader)
{
	if (!reader)
		return;
	ring_buffer__free(reader->ring);
	free(reader);
}

int mxw_news_fd(const struct mxw_news_reader *reader)
{
	return ring_buffer__epoll_fd(reader->ring);
}

size_t mxw_news_read(struct mxw_news_reader *reader, size_t most)
{
	reader->left = most;
	reader->passed = 0;
	(void)ring_buffer__consume(reader->ring); /* fails only as on_sample() wants it */
	return reader->passed;
}

/* The program counts in windows of 256 jiffies for each CPU; how long a jiffy is, the
 * kernel does not say. USER_HZ is 100 everywhere, HZ mostly 250 or 1000: the clock of
 * coarse times shows it. */
static uint64_t jiffy_ns(void)
{
	struct timespec resolution;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) || resolution.tv_nsec < 1)
		return 4000000;
	return (uint64_t)resolution.tv_nsec;
}

static uint32_t window_budget(uint32_t per_second)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t budget = (uint64_t)per_second * WINDOW_JIFFIES * jiffy_ns() / 1000000000U /
			  (uint64_t)(cpus > 0 ? cpus : 1);

	return per_second && !budget ? 1 : (uint32_t)budget;
}

static int put(const struct mxw_maps *maps, enum mxw_map map, const void *value,
	       struct mxw_err *err)
{
	__u32 zero = 0;

	if (bpf_map_update_elem(maps->fd[map], &zero, value, BPF_ANY))
		return mxw_fail(err, MXW_E_FAIL, "cannot write the filter's map %s: %s",
				mxw_map_name(map), strerror(errno));
	return MXW_OK;
}

/* The rules in force; none where they cannot be read. */
static struct mxw_news_rules rules_now(const struct mxw_maps *maps)
{
	struct mxw_news_rules rules = { 0 };
	__u32 zero = 0;

	(void)bpf_map_lookup_elem(maps->fd[MXW_MAP_NEWS_RULES], &zero, &rules);
	return rules;
}

int mxw_news_want(const struct mxw_maps *maps, uint32_t per_second, bool hold, struct mxw_err *err)
{
	const struct mxw_news_rules rules = { .budget = window_budget(per_second),
					      .hold = hold,
					      .classes = rules_now(maps).classes };

	return put(maps, MXW_MAP_NEWS_RULES, &rules, err);
}

int mxw_news_beat(const struct mxw_maps *maps, uint64_t now, struct mxw_err *err)
{
	return put(maps, MXW_MAP_HEARTBEAT, &now, err);
}

/* Has the program look for classes, as it is about to get the first. */
static int look_for_classes(const struct mxw_maps *maps, struct mxw_err *err)
{
	struct mxw_news_rules rules = rules_now(maps);

	if (rules.classes)
		return MXW_OK;
	rules.classes = 1;
	return put(maps, MXW_MAP_NEWS_RULES, &rules, err);
}

int mxw_known_put(const struct mxw_maps *maps, uint64_t source, const struct mxw_known *known,
		  bool only_new, struct mxw_err *err)
{
	int error = known->class == MXW_LIMIT_UNKNOWN ? MXW_OK : look_for_classes(maps, err);

	if (!error &&
	    bpf_map_update_elem(maps->fd[MXW_MAP_KNOWN], &source, known,
				only_new ? BPF_NOEXIST : BPF_ANY) &&
	    !(only_new && errno == EEXIST))
		error = mxw_fail(err, MXW_E_FAIL, "cannot note a source as known: %s",
				 strerror(errno));
	return error;
}

/* By the maps. If they cannot be read, the controller counts as silent. */
static bool controller_silent(const struct mxw_maps *maps, uint64_t now)
{
	struct mxw_config config;
	__u64 beat = 0;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_CONFIG], &zero, &config) ||
	    bpf_map_lookup_elem(maps->fd[MXW_MAP_HEARTBEAT], &zero, &beat))
		return true;
	return mxw_order_silent(config.deadman_ns, beat, now);
}

unsigned int mxw_known_class(const struct mxw_maps *maps, uint64_t source, uint64_t now)
{
	struct mxw_known known;

	if (!rules_now(maps).classes ||
	    bpf_map_lookup_elem(maps->fd[MXW_MAP_KNOWN], &source, &known) ||
	    known.until_ns <= now || controller_silent(maps, now))
		return MXW_LIMIT_UNKNOWN;
	return known.class % MXW_LIMIT_CLASSES;
}

/* How long ago the source was reported, in units; MXW_NEWS_TIME if it was not. */
static uint32_t reported(const struct mxw_maps *maps, const __u64 seed[3], uint64_t source,
			 uint64_t now)
{
	uint64_t hash = mxw_limit_hash(seed, source, MXW_NEWS_SALT);
	struct bpf_map_info info = { 0 };
	struct mxw_news_line line;
	__u32 length = sizeof(info), index;

	if (bpf_obj_get_info_by_fd(maps->fd[MXW_MAP_NEWS_LINES], &info, &length))
		return MXW_NEWS_TIME;
	index = mxw_limit_line(hash, info.max_entries);
	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_NEWS_LINES], &index, &line))
		return MXW_NEWS_TIME;
	for (int i = 0; i < MXW_NEWS_SLOTS; i++)
		if (line.slot[i] && (line.slot[i] >> MXW_NEWS_TIME_BITS) ==
					    (hash << MXW_NEWS_TIME_BITS >> MXW_NEWS_TIME_BITS))
			return (MXW_NEWS_UNITS(now) - (uint32_t)line.slot[i]) & MXW_NEWS_TIME;
	return MXW_NEWS_TIME;
}

bool mxw_news_holds(const struct mxw_maps *maps, const __u64 seed[3], uint64_t source, uint64_t now)
{
	struct mxw_news_rules rules = rules_now(maps);
	struct mxw_known known;
	__u64 beat = 0;
	__u32 zero = 0, age;

	if (!rules.hold || !rules.budget ||
	    bpf_map_lookup_elem(maps->fd[MXW_MAP_HEARTBEAT], &zero, &beat) ||
	    now >= beat + MXW_NEWS_SILENT_NS)
		return false;
	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_KNOWN], &source, &known) == 0 &&
	    known.until_ns > now)
		return false;
	age = reported(maps, seed, source, now);
	return age < MXW_NEWS_HOLD || age >= MXW_NEWS_FRESH;
}

void mxw_known_drop(const struct mxw_maps *maps, uint64_t source)
{
	(void)bpf_map_delete_elem(maps->fd[MXW_MAP_KNOWN], &source); /* mostly not there */
}

size_t mxw_known_sweep(const struct mxw_maps *maps, uint64_t now, size_t most, uint64_t *cursor)
{
	int fd = maps->fd[MXW_MAP_KNOWN];
	struct mxw_known known;
	__u64 key = *cursor, next;
	size_t gone = 0;
	/* From a key that is not there the kernel begins at the first one. */
	bool more = bpf_map_get_next_key(fd, &key, &next) == 0;

	*cursor = 0;
	for (size_t i = 0; i < most && more; i++) {
		key = next;
		more = bpf_map_get_next_key(fd, &key, &next) == 0;
		if (bpf_map_lookup_elem(fd, &key, &known) == 0 && known.until_ns <= now)
			gone += bpf_map_delete_elem(fd, &key) == 0;
	}
	*cursor = more ? next : 0;
	return gone;
}

int mxw_news_stats(const struct mxw_maps *maps, struct mxw_news_stats *out, struct mxw_err *err)
{
	int cpus = libbpf_num_possible_cpus();
	struct mxw_news_stats *each = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*each));
	__u32 zero = 0;
	int error = MXW_OK;

	*out = (struct mxw_news_stats){ 0 };
	if (!each)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_NEWS_STATS], &zero, each))
		error = mxw_fail(err, MXW_E_FAIL, "cannot read the filter's map %s: %s",
				 mxw_map_name(MXW_MAP_NEWS_STATS), strerror(errno));
	for (int i = 0; i < cpus && !error; i++) {
		out->reported += each[i].reported;
		out->suppressed += each[i].suppressed;
		out->held += each[i].held;
	}
	free(each);
	return error;
}
