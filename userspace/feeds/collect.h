/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parent's side of the pipe: judges each record of the worker as what a stranger
 * says, and puts the ranges into the lists.
 */
#ifndef MXW_FEED_COLLECT_H
#define MXW_FEED_COLLECT_H

#include <stdbool.h>
#include <stdint.h>

#include "feeds/read.h"
#include "lists/ends.h"

#define MXW_FEED_ENTRIES (64U << 20) /* the most ranges of one list */

struct mxw_collect {
	/* From the caller. */
	struct mxw_list *list;
	struct mxw_ranges *exclude;
	struct mxw_ended_list *ended; /* [2]: blocks and allows that end by themselves */
	uint64_t list_end; /* out: the first end of a whole file, wall clock s; 0 = none */
	struct mxw_feed_reading *reading; /* added to: several files may make one list */
	const struct mxw_feed_screen *screen;
	const struct mxw_report *report;
	const char *label; /* for notes: the path or URL */
	const char *file; /* for refusals: the base name, or "" */
	uint64_t total; /* bytes that the source is known to have, or 0 */
	uint64_t deadline_ns; /* CLOCK_MONOTONIC */
	uint64_t started_ns; /* for notes on long work */
	/* For itself and mxw_collect(). */
	uint64_t bytes_before, lines_before, entries_before, noted_ns;
	bool done; /* the worker says that all is read */
	bool cut; /* the pipe ended before the last word */
};

/*
 * Reads records from the pipe until the worker's last word. 0 if all is read; or MXW_E_FAIL with
 * the worker's own sentence, or what is wrong with the worker. What was put into the lists
 * until then stays there, for the caller to free.
 */
int mxw_collect(struct mxw_collect *collect, int pipe, struct mxw_err *err);

/* Every byte of text that is not printable ASCII becomes '?'. size: of the array, which ends with
 * NUL afterwards in any case. */
void mxw_printable(char *text, size_t size);

#endif
