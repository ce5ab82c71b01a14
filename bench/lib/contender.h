/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs that are compared: ours in its variants, and xdp-filter's
 * objects as installed. All are told to drop the first n listed addresses.
 */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "base/err.h"
#include "bench/lib/corpus.h"
#include "bench/lib/harness.h"

#define BENCH_NEVER_ENTRIES 8 /* own addresses, gateway, resolvers of a usual host */

/* Where a contender counts what it did. */
enum bench_counts {
	BENCH_COUNTS_REASONS = 0, /* mxw_counters */
	BENCH_COUNTS_STAGE, /* bench_stage */
	BENCH_COUNTS_XDPFILTER, /* xdp_stats_map */
};

/* One contender, described. A zero field means: as shipped. */
struct bench_contender {
	const char *name;
	const char *text; /* one line about what it does */
	const char *program; /* in pktcost_stages.bpf.o, or the xdp-filter program */
	enum bench_counts counts;
	bool drops_nothing; /* judges, but has no verdict: a stage before the decision */
	bool never_exact; /* BENCH_NEVER_ENTRIES exact entries in the never-block set */
	bool never_net; /* as many prefixes in it */
	bool preallocated; /* mxw_block without BPF_F_NO_PREALLOC */
	bool limits; /* rates that every source keeps to; without it no rate, no flood */
	bool conns; /* ... and numbers of connections at once, none of which are open */
	bool feed; /* the entries are a feed's, not the operator's */
	bool automatic; /* ... the controller's */
	uint32_t capacity; /* of mxw_block */
	uint32_t event_budget; /* events per window */
	uint32_t most; /* entries it can hold at most; 0 = as many as asked */
};

/* A loaded contender. */
struct bench_loaded {
	const struct bench_contender *what;
	struct bpf_object *object;
	int program_fd;
};

struct bench_count {
	uint64_t passed;
	uint64_t dropped;
};

/* Whether the objects of contender are installed here; only xdp-filter may be missing. */
bool bench_contender_present(const struct bench_contender *contender);

/*
 * Loads contender and gives it the first entries listed addresses. dir: the
 * folder of the .bpf.o files. Pins nothing. Returns 0, or MXW_E_FAIL with a
 * sentence; bench_contender_unload() is due in both cases.
 */
int bench_contender_load(struct bench_loaded *loaded, const struct bench_contender *contender,
			 uint32_t entries, const char *dir, struct mxw_err *err);

void bench_contender_unload(struct bench_loaded *loaded);

/* What it has passed and dropped since it was loaded, by its own counters. */
int bench_contender_count(const struct bench_loaded *loaded, struct bench_count *count,
			  struct mxw_err *err);

#endif
