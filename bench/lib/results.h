/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run of pktcost measured, as the reports take it.
 */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include "bench/lib/contender.h"
#include "bench/lib/machine.h"

#define BENCH_MAX_ROUNDS 50
#define BENCH_MAX_ROWS 160
#define BENCH_STEADY 0.10 /* more than this between rounds is worth a warning */

struct bench_summary {
	double median, min, max;
};

/* What stands in one table of the report. */
struct bench_section {
	const char *name; /* in JSON */
	const char *title;
	bool study; /* measured on request only */
	uint32_t sources; /* see struct bench_mix */
};

/* One filling of the contenders, under up to four shares of hits. */
struct bench_case {
	const struct bench_section *section;
	uint32_t entries;
	enum bench_frame frame;
	uint32_t hit_percents[4]; /* hits_count of them */
	int hits_count;
	const struct bench_contender *const *contenders; /* NULL-terminated */
};

/* One contender under one mix. All times in ns per packet. */
struct bench_row {
	const struct bench_case *of;
	const struct bench_contender *contender; /* NULL: the empty program */
	struct bench_mix mix;
	int rounds;
	struct bench_sample raw[BENCH_MAX_ROUNDS]; /* with the wrapper and the kernel's loop */
	/* Above the empty program's median; of the empty program, as measured. */
	struct bench_summary cost; /* ns */
	struct bench_sample medians;
	struct bench_count counted; /* in all rounds, as expected or the run has failed */
};

struct bench_settings {
	uint32_t packets; /* per round, a multiple of BENCH_PROBES */
	int rounds;
	int cpu;
	bool study;
	const char *only; /* name of a section; NULL = all */
	const char *objects; /* folder of the .bpf.o files */
	const char *out; /* folder of the results */
};

struct bench_results {
	struct bench_settings settings;
	struct bench_machine machine;
	double stolen; /* seconds that the host took during the run, all CPUs */
	double unsteadiness; /* largest (max - min) / min of an empty program */
	bool complete;
	char failure[512]; /* why not */
	struct bench_row rows[BENCH_MAX_ROWS];
	int count;
};

/* All cases; those of one section follow each other. */
const struct bench_case *bench_plan(int *count);

/*
 * Runs one case and appends its rows, printing them as they come. Returns 0, or
 * MXW_E_FAIL with a sentence; rows that are complete stay.
 */
int bench_measure(struct bench_results *results, struct bench_harness *harness,
		  const struct bench_case *what, struct mxw_err *err);

/* The terminal's table: the head of a section, and one row. */
void bench_print_head(const struct bench_section *section);
void bench_print_row(const struct bench_row *row);

/* pktcost.md and pktcost.json in settings.out. Return 0 or MXW_E_FAIL with a sentence. */
int bench_write_markdown(const struct bench_results *results, struct mxw_err *err);
int bench_write_json(const struct bench_results *results, struct mxw_err *err);

#endif
