// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measures one case: all contenders loaded at once, each round giving each of
 * them its turn, every count compared with what the corpus holds. Called by
 * pktcost.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/lib/results.h"

#define MAX_CONTENDERS 16

/* One case under way. loaded[0] stands for the empty program. */
struct bench_run {
	struct bench_results *results;
	struct bench_harness *harness;
	const struct bench_case *what;
	struct bench_loaded loaded[MAX_CONTENDERS];
	int count;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of one member of the samples, offset bytes into each. count: 1 to BENCH_MAX_ROUNDS. */
static struct bench_summary summarize(const struct bench_sample *samples, int count, size_t offset)
{
	double sorted[BENCH_MAX_ROUNDS];

	for (int i = 0; i < count; i++)
		memcpy(&sorted[i], (const char *)&samples[i] + offset, sizeof(*sorted));
	qsort(sorted, (size_t)count, sizeof(*sorted), compare);
	return (struct bench_summary){
		.median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2,
		.min = sorted[0],
		.max = sorted[count - 1],
	};
}

static int load_all(struct bench_run *run, struct mxw_err *err)
{
	const struct bench_case *what = run->what;
	int error = 0;

	run->loaded[0].program_fd = run->harness->empty_fd;
	run->count = 1;
	for (int i = 0; !error && what->contenders[i] && run->count < MAX_CONTENDERS; i++) {
		const struct bench_contender *contender = what->contenders[i];

		if ((contender->most && contender->most < what->entries) ||
		    !bench_contender_present(contender))
			continue;
		error = bench_contender_load(&run->loaded[run->count++], contender, what->entries,
					     run->results->settings.objects, err);
	}
	return error;
}

/* What packets of the case's mix make a contender count. */
static struct bench_count expect(const struct bench_case *what,
				 const struct bench_contender *contender,
				 const struct bench_mix *mix, uint32_t packets)
{
	uint64_t dropped = bench_corpus_hits(mix) * (packets / BENCH_PROBES);

	if (what->frame == BENCH_ACK && contender->counts != BENCH_COUNTS_XDPFILTER)
		return (struct bench_count){};
	if (contender->drops_nothing)
		dropped = 0;
	return (struct bench_count){ .passed = packets - dropped, .dropped = dropped };
}

static int check(const struct bench_run *run, const struct bench_row *row,
		 const struct bench_count *got, uint32_t packets, struct mxw_err *err)
{
	struct bench_count want = expect(run->what, row->contender, &row->mix, packets);

	if (got->passed == want.passed && got->dropped == want.dropped)
		return 0;
	return mxw_fail(err, MXW_E_FAIL,
			"%s with %u entries passed %llu and dropped %llu of %u packets, but %llu "
			"and %llu are right; no figure of a program that decides wrongly counts",
			row->contender->name, row->mix.entries, (unsigned long long)got->passed,
			(unsigned long long)got->dropped, packets, (unsigned long long)want.passed,
			(unsigned long long)want.dropped);
}

/* One turn of one contender, its counts checked. */
static int turn(struct bench_run *run, const struct bench_loaded *loaded, struct bench_row *row,
		uint32_t packets, struct mxw_err *err)
{
	struct bench_count before, after;
	struct bench_sample *sample = &row->raw[row->rounds];
	int error;

	if (!loaded->object)
		return bench_harness_run(run->harness, loaded->program_fd, packets, sample, err);
	error = bench_contender_count(loaded, &before, err);
	if (!error)
		error = bench_harness_run(run->harness, loaded->program_fd, packets, sample, err);
	if (!error)
		error = bench_contender_count(loaded, &after, err);
	if (error)
		return error;
	after.passed -= before.passed;
	after.dropped -= before.dropped;
	row->counted.passed += after.passed;
	row->counted.dropped += after.dropped;
	return check(run, row, &after, packets, err);
}

/* Every contender once. The first of one round is the last of another, so that
 * none is always measured after the same neighbour's traces in the cache. */
static int one_round(struct bench_run *run, struct bench_row *rows, int round, uint32_t packets,
		     struct mxw_err *err)
{
	int error = 0;

	for (int i = 0; !error && i < run->count; i++) {
		int which = (i + round) % run->count;

		error = turn(run, &run->loaded[which], &rows[which], packets, err);
	}
	return error;
}

static void summarize_row(struct bench_row *row)
{
	const struct bench_sample *raw = row->raw;
	size_t cycles = offsetof(struct bench_sample, cycles);
	size_t instructions = offsetof(struct bench_sample, instructions);
	size_t misses = offsetof(struct bench_sample, misses);

	row->cost = summarize(raw, row->rounds, offsetof(struct bench_sample, ns));
	row->medians.ns = row->cost.median;
	row->medians.cycles = summarize(raw, row->rounds, cycles).median;
	row->medians.instructions = summarize(raw, row->rounds, instructions).median;
	row->medians.misses = summarize(raw, row->rounds, misses).median;
}

static void subtract(struct bench_row *row, const struct bench_sample *empty)
{
	row->cost.median -= empty->ns;
	row->cost.min -= empty->ns;
	row->cost.max -= empty->ns;
	row->medians.ns -= empty->ns;
	row->medians.cycles -= empty->cycles;
	row->medians.instructions -= empty->instructions;
	row->medians.misses -= empty->misses;
}

/* rows[0] is the empty program. */
static void conclude(struct bench_results *results, struct bench_row *rows, int count)
{
	double spread;

	for (int i = 0; i < count; i++)
		summarize_row(&rows[i]);
	spread = (rows[0].cost.max - rows[0].cost.min) / rows[0].cost.min;
	if (spread > results->unsteadiness)
		results->unsteadiness = spread;
	for (int i = 1; i < count; i++)
		subtract(&rows[i], &rows[0].medians);
	for (int i = 0; i < count; i++)
		bench_print_row(&rows[i]);
	results->count += count;
}

/* All rounds of one mix. A first, short round only warms up. */
static int measure_mix(struct bench_run *run, const struct bench_mix *mix, struct mxw_err *err)
{
	struct bench_results *results = run->results;
	struct bench_row *rows = &results->rows[results->count];
	uint32_t packets = results->settings.packets;
	int error;

	if (results->count + run->count > BENCH_MAX_ROWS)
		return mxw_fail(err, MXW_E_FAIL, "the plan has more than %d rows", BENCH_MAX_ROWS);
	for (int i = 0; i < run->count; i++)
		rows[i] = (struct bench_row){ .of = run->what,
					      .contender = run->loaded[i].what,
					      .mix = *mix };
	bench_corpus_fill(run->harness->corpus, mix);
	run->harness->frame = run->what->frame;
	run->harness->passes = mix->sources / BENCH_PROBES;
	error = one_round(run, rows, 0, BENCH_PROBES, err);
	for (int i = 0; i < run->count; i++)
		rows[i].counted = (struct bench_count){};
	if (packets < mix->sources)
		packets = mix->sources;
	for (int round = 0; !error && round < results->settings.rounds; round++) {
		error = one_round(run, rows, round, packets, err);
		for (int i = 0; !error && i < run->count; i++)
			rows[i].rounds++;
	}
	if (rows[0].rounds)
		conclude(results, rows, run->count);
	return error;
}

int bench_measure(struct bench_results *results, struct bench_harness *harness,
		  const struct bench_case *what, struct mxw_err *err)
{
	struct bench_run run = { .results = results, .harness = harness, .what = what };
	int error = load_all(&run, err);

	for (int i = 0; !error && i < what->hits_count; i++) {
		struct bench_mix mix = { .entries = what->entries,
					 .hit_percent = what->hit_percents[i],
					 .sources = what->section->sources };

		error = measure_mix(&run, &mix, err);
	}
	for (int i = 1; i < run.count; i++)
		bench_contender_unload(&run.loaded[i]);
	return error;
}
