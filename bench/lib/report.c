// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The figures for people: lines on the terminal and a Markdown page. Called by
 * pktcost.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench/lib/results.h"

#define EMPTY "(empty program)"

static const char *name_of(const struct bench_row *row)
{
	return row->contender ? row->contender->name : EMPTY;
}

void bench_print_head(void)
{
	printf("%9s %5s  %-20s %7s %7s %7s %7s %7s %7s\n", "entries", "hits", "ns per packet",
	       "median", "min", "max", "cycles", "instr.", "misses");
}

void bench_print_row(const struct bench_row *row)
{
	printf("%9u %4u%%  %-20s %7.1f %7.1f %7.1f %7.0f %7.0f %7.2f\n", row->mix.entries,
	       row->mix.hit_percent, name_of(row), row->cost.median, row->cost.min, row->cost.max,
	       row->medians.cycles, row->medians.instructions, row->medians.misses);
	(void)fflush(stdout); /* progress only */
}

static void write_conditions(FILE *file, const struct bench_results *results)
{
	const struct bench_machine *m = &results->machine;
	const struct bench_settings *s = &results->settings;
	char date[32];
	time_t now = time(NULL);
	struct tm utc;

	(void)strftime(date, sizeof(date), "%Y-%m-%d", gmtime_r(&now, &utc));
	fprintf(file, "- mxwall %s, %s\n", MXW_VERSION, date);
	fprintf(file, "- CPU: %s, %d online%s, L2 %s, L3 %s; measured on CPU %d\n", m->cpu, m->cpus,
		m->virtual_machine ? ", a virtual machine" : "", m->l2, m->l3, s->cpu);
	fprintf(file, "- Kernel: %s\n", m->kernel);
	fprintf(file, "- BPF JIT %d, hardening %d, statistics %d; clock source %s\n", m->jit,
		m->jit_harden, m->bpf_stats, m->clocksource);
	for (int i = 0; i < m->mitigations_count; i++)
		fprintf(file, "- %s: %s\n", m->mitigations[i].name, m->mitigations[i].text);
	fprintf(file, "- Load average at the start %.2f; the host took %.1f s of CPU time\n",
		m->load, results->stolen);
	fprintf(file,
		"- %d rounds of %u packets each, all programs in turn in each round; the empty "
		"program moved by up to %.0f %% between rounds\n",
		s->rounds, s->packets, results->unsteadiness * 100);
	if (!results->complete)
		fprintf(file, "- **Not complete:** %s\n", results->failure);
}

static void write_method(FILE *file)
{
	fprintf(file,
		"\nNanoseconds of CPU time that a SYN to port 25 costs above an empty XDP "
		"program, median (min to max) of the rounds. Each packet has another source than "
		"the one "
		"before: a wrapper writes the next of %u shuffled addresses into it and tail-calls "
		"the program under `BPF_PROG_TEST_RUN`; the same around an empty program is "
		"subtracted (its median). Unlisted sources are all different; listed ones repeat "
		"as often as the number of entries makes them. Every program's own counters "
		"agreed with the corpus: hits are drops, the rest passed.\n",
		BENCH_PROBES);
}

static void write_row(FILE *file, const struct bench_row *row)
{
	fprintf(file, "| %u | %u %% | %s | %.1f (%.1f to %.1f) | %.0f | %.0f | %.2f |\n",
		row->mix.entries, row->mix.hit_percent, name_of(row), row->cost.median,
		row->cost.min, row->cost.max, row->medians.cycles, row->medians.instructions,
		row->medians.misses);
}

static void write_section(FILE *file, const struct bench_results *results, int first)
{
	const struct bench_case *of = results->rows[first].of;

	fprintf(file, "\n## %s\n\n", of->title);
	fprintf(file,
		"| entries | hits | program | ns per packet | cycles | instructions | misses |\n");
	fprintf(file, "|---:|---:|---|---:|---:|---:|---:|\n");
	for (int i = first; i < results->count; i++)
		if (!strcmp(results->rows[i].of->section, of->section))
			write_row(file, &results->rows[i]);
	fprintf(file, "\n");
	for (int i = 0; of->contenders[i]; i++)
		fprintf(file, "- %s: %s\n", of->contenders[i]->name, of->contenders[i]->text);
}

int bench_write_markdown(const struct bench_results *results, struct mxw_err *err)
{
	char path[4096];
	const char *last = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/pktcost.md", results->settings.out);
	file = fopen(path, "we");
	if (!file)
		return mxw_fail(err, MXW_E_FAIL,
				"cannot write %s: %s; choose another folder "
				"with --out",
				path, strerror(errno));
	fprintf(file, "# The filter's cost per packet\n\n");
	write_conditions(file, results);
	write_method(file);
	for (int i = 0; i < results->count; i++) {
		if (strcmp(results->rows[i].of->section, last))
			write_section(file, results, i);
		last = results->rows[i].of->section;
	}
	if (fclose(file))
		return mxw_fail(err, MXW_E_FAIL, "cannot write %s: %s", path, strerror(errno));
	return 0;
}
