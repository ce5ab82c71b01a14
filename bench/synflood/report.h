/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run tells: a line each second, a table and a JSON object at the end.
 */
#ifndef SYNFLOOD_REPORT_H
#define SYNFLOOD_REPORT_H

#include "bench/synflood/counters.h"
#include "bench/synflood/settings.h"

#define SF_JSON_SCHEMA 1 /* any change of a name or a meaning raises it */

struct sf_device_facts {
	char name[64], driver[64];
	uint64_t taken, errors; /* packets: what the device's own counters say of sending */
	uint64_t missed; /* packets that came and were lost because there was no room */
	bool counts; /* whether the device counts at all */
};

struct sf_result {
	const struct sf_settings *settings;
	struct sf_device_facts device;
	struct sf_counters *workers; /* settings->options.cores of them */
	double seconds; /* from the first SYN to the last */
	bool complete; /* it ran to its end */
	char failure[512]; /* why not, or "" */
	char started[32]; /* time of day, ISO 8601 in UTC, or "" if it never began */
};

/* The sum of all workers. */
void sf_result_sum(const struct sf_result *result, struct sf_counters *sum);

/* One line to standard error; before: the sum when the last line was printed,
 * interval: seconds since then, elapsed: since the start. */
void sf_progress_line(const struct sf_counters *now, const struct sf_counters *before,
		      double interval, double elapsed);

/* The table to standard output. */
void sf_summary_print(const struct sf_result *result);

/* path "-" is standard output. */
int sf_json_write(const struct sf_result *result, const char *path, struct mxw_err *err);

#endif
