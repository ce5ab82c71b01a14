/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The controller's side of bpf/news.h: reports of new sources, what is to be reported, the
 * heartbeat, and the sources that need not be held. All of it works without any right
 * once the maps are open, on kernels from 5.19 on.
 */
#ifndef MXW_DATAPATH_NEWS_H
#define MXW_DATAPATH_NEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "datapath/pins.h"

/* Called with each report, which is valid during the call. */
typedef void mxw_news_visit(void *context, const struct mxw_news *news);

struct mxw_news_reader;

/* One reader at a time gets each report. The caller closes it. */
int mxw_news_open(const struct mxw_maps *maps, mxw_news_visit *visit, void *context,
		  struct mxw_news_reader **out, struct mxw_err *err);
void mxw_news_close(struct mxw_news_reader *reader);

/* A descriptor that is readable when there are reports. Owned by the reader. */
int mxw_news_fd(const struct mxw_news_reader *reader);

/* Passes on what is there, most reports at the most; returns how many. What is left waits in
 * the ring, and fd stays readable. */
size_t mxw_news_read(struct mxw_news_reader *reader, size_t most);

/* per_second: reports in a second from all CPUs together, 0 = none. hold: the first SYN of an
 * unknown source is dropped while it is looked up. */
int mxw_news_want(const struct mxw_maps *maps, uint32_t per_second, bool hold, struct mxw_err *err);

/* The controller lives, at now (CLOCK_MONOTONIC ns). To be called every second. */
int mxw_news_beat(const struct mxw_maps *maps, uint64_t now, struct mxw_err *err);

/* What was found of a source, bpf/key.h: until then its SYNs are not held, and its class is that
 * one to the limits. only_new: an entry that is there stays. A full map is an error that costs
 * the source a second, or its class. */
int mxw_known_put(const struct mxw_maps *maps, uint64_t source, const struct mxw_known *known,
		  bool only_new, struct mxw_err *err);

/* The class of a source, enum mxw_limit_class, at now (CLOCK_MONOTONIC ns); MXW_LIMIT_UNKNOWN
 * without one, or if the controller has been silent for longer than its blocks hold. */
unsigned int mxw_known_class(const struct mxw_maps *maps, uint64_t source, uint64_t now);
void mxw_known_drop(const struct mxw_maps *maps, uint64_t source);

/* Removes those that are over at now, looking at most so many; to be called again and again.
 * *cursor is the caller's, 0 at first. Returns how many went. */
size_t mxw_known_sweep(const struct mxw_maps *maps, uint64_t now, size_t most, uint64_t *cursor);

/* Whether the program would hold the next SYN of a source that it does not decide about
 * otherwise, where it reports new sources at all (MXW_USED_NEWS), at now (CLOCK_MONOTONIC ns). seed: of the limits. Changes nothing. */
bool mxw_news_holds(const struct mxw_maps *maps, const __u64 seed[3], uint64_t source,
		    uint64_t now);

/* What the program has done, summed over CPUs; window and used mean nothing. */
int mxw_news_stats(const struct mxw_maps *maps, struct mxw_news_stats *out, struct mxw_err *err);

#endif
