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

void bench_print_head(const struct bench_section *section)
{
	printf("%s\n", section->title);
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

/* Everything that the figures depend on. Without it two runs cannot be compared. */
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

static const char method[] =
	"\n"
	"Nanoseconds of CPU time that a SYN to port 25 costs above an empty XDP program, median\n"
	"(min to max) of the rounds; cycles, instructions and cache misses, as `perf` names them,\n"
	"are medians above the empty program too.\n"
	"\n"
	"Each packet has another source than the one before: a wrapper writes the next of\n"
	"1 048 576 shuffled addresses into it and tail-calls the program, all under\n"
	"`BPF_PROG_TEST_RUN`; what the same costs around an empty program (its median) is\n"
	"subtracted. Sources that are not listed are all different; listed ones repeat as often\n"
	"as the number of entries makes them. Every program's own counters agreed with the\n"
	"corpus in every round: the hits were dropped, the rest passed (a stage before the "
	"decision, or\n"
	"a packet that is not judged, passes).\n";

/* The medians of one section: a line for each mix, a column for each contender. */
static void write_overview(FILE *file, const struct bench_results *results, int first)
{
	const struct bench_row *rows = results->rows;
	const struct bench_contender *const *all = rows[first].of->contenders;
	const struct bench_section *section = rows[first].of->section;

	fprintf(file, "\n| ns per packet | hits |");
	for (int c = 0; all[c]; c++)
		fprintf(file, " %s |", all[c]->name);
	fprintf(file, "\n|---:|---:|");
	for (int c = 0; all[c]; c++)
		fprintf(file, "---:|");
	/* Each mix begins with its empty program; who holds fewer entries is left out of it. */
	for (int i = first; i < results->count && rows[i].of->section == section;) {
		fprintf(file, "\n| %u entries | %u %% |", rows[i].mix.entries,
			rows[i].mix.hit_percent);
		i++;
		for (int c = 0; all[c]; c++) {
			if (i < results->count && rows[i].contender == all[c])
				fprintf(file, " %.0f |", rows[i++].cost.median);
			else
				fprintf(file, " |");
		}
	}
	fprintf(file, "\n");
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

	fprintf(file, "\n## %s\n", of->section->title);
	if (first == 0)
		write_overview(file, results, first);
	fprintf(file, "\n");
	fprintf(file,
		"| entries | hits | program | ns per packet | cycles | instructions | misses |\n");
	fprintf(file, "|---:|---:|---|---:|---:|---:|---:|\n");
	for (int i = first; i < results->count; i++)
		if (results->rows[i].of->section == of->section)
			write_row(file, &results->rows[i]);
	fprintf(file, "\n");
	for (int i = 0; of->contenders[i]; i++)
		fprintf(file, "- %s: %s%s\n", of->contenders[i]->name, of->contenders[i]->text,
			bench_contender_present(of->contenders[i]) ? "" : "; not installed here");
}

int bench_write_markdown(const struct bench_results *results, struct mxw_err *err)
{
	char path[4096];
	const struct bench_section *last = NULL;
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
	fprintf(file, "%s", method);
	for (int i = 0; i < results->count; i++) {
		if (results->rows[i].of->section != last)
			write_section(file, results, i);
		last = results->rows[i].of->section;
	}
	if (fclose(file))
		return mxw_fail(err, MXW_E_FAIL, "cannot write %s: %s", path, strerror(errno));
	return 0;
}
