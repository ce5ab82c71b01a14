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

/* One table: the same contenders under up to three shares of hits. */
struct bench_case {
	const char *section; /* cases of one section stand in one table */
	const char *title; /* of the section */
	uint32_t entries;
	enum bench_frame frame;
	uint32_t hit_percents[4]; /* hits_count of them */
	int hits_count;
	const struct bench_contender *const *contenders; /* NULL-terminated */
};

struct bench_settings {
	uint32_t packets; /* per round, a multiple of BENCH_PROBES */
	int rounds;
	int cpu;
	bool study;
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

/* The cases of the plan: the comparison, and with study the parts of our program. */
const struct bench_case *bench_plan(bool study, int *count);

/*
 * Runs one case and appends its rows, printing them as they come. Returns 0, or
 * MXW_E_FAIL with a sentence; rows that are complete stay.
 */
int bench_measure(struct bench_results *results, struct bench_harness *harness,
		  const struct bench_case *what, struct mxw_err *err);

/* The terminal's table: its head, and one row. */
void bench_print_head(void);
void bench_print_row(const struct bench_row *row);

/* pktcost.md and pktcost.json in settings.out. Return 0 or MXW_E_FAIL with a sentence. */
int bench_write_markdown(const struct bench_results *results, struct mxw_err *err);
int bench_write_json(const struct bench_results *results, struct mxw_err *err);

#endif
