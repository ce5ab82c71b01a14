// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pktcost: what one packet costs in the XDP program, above an empty program,
 * with another source address in each packet. Run by bench/run.sh as root.
 *
 * Attaches nothing, pins nothing, sends nothing: all packets are the kernel's
 * BPF_PROG_TEST_RUN.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "bench/lib/process.h"
#include "bench/lib/results.h"

#define PACKETS_FULL (4 * BENCH_PROBES)
#define PACKETS_QUICK (2 * BENCH_PROBES)
#define PACKETS_MOST 100000000ULL

static const char usage[] =
	"Usage: pktcost [OPTION]...\n"
	"Measures what a packet costs in the filter, beside xdp-filter. Needs root.\n"
	"\n"
	"  --quick        3 rounds of 2 million packets instead of 5 of 4 million\n"
	"  --study        also measure the parts of the program and its settings\n"
	"  --only NAME    one section: comparison, feeds, feeds_repeat, or one of the study\n"
	"  --rounds N     1 to 50 rounds\n"
	"  --packets N    packets in a round, 1 to 100 million, rounded up to whole passes\n"
	"                 over the 1 048 576 sources\n"
	"  --cpu N        measure on CPU N; the default is the last one\n"
	"  --out DIR      where pktcost.md and pktcost.json go; the default is\n"
	"                 the folder results beside this program\n"
	"  --help         this text\n"
	"\n"
	"Example: sudo build/bench/pktcost --quick\n";

static const struct option options[] = {
	{ "quick", no_argument, NULL, 'q' },
	{ "study", no_argument, NULL, 's' },
	{ "only", required_argument, NULL, 'n' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "packets", required_argument, NULL, 'p' },
	{ "cpu", required_argument, NULL, 'c' },
	{ "out", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

/* *number from text, or a usage error that names the option. */
static int number(const char *option, const char *text, uint64_t most, uint64_t *value,
		  struct mxw_err *err)
{
	uint64_t least = strcmp(option, "--cpu") ? 1 : 0;

	if (mxw_number_parse(text, least, most, value))
		return 0;
	return mxw_fail(err, MXW_E_USAGE, "%s \"%s\" is not a number from %llu to %llu", option,
			text, (unsigned long long)least, (unsigned long long)most);
}

/* word: the option as given. */
static int take_option(int option, const char *word, struct bench_settings *s, struct mxw_err *err)
{
	uint64_t value = 0;
	int error = 0;

	switch (option) {
	case 'q':
		s->rounds = 3;
		s->packets = PACKETS_QUICK;
		break;
	case 's':
		s->study = true;
		break;
	case 'r':
		error = number("--rounds", optarg, BENCH_MAX_ROUNDS, &value, err);
		s->rounds = (int)value;
		break;
	case 'p':
		error = number("--packets", optarg, PACKETS_MOST, &value, err);
		s->packets = (uint32_t)((value + BENCH_PROBES - 1) / BENCH_PROBES * BENCH_PROBES);
		break;
	case 'c':
		error = number("--cpu", optarg, INT_MAX, &value, err);
		s->cpu = (int)value;
		break;
	case 'n':
		s->only = optarg;
		break;
	case 'o':
		s->out = optarg;
		break;
	default:
		error = mxw_fail(err, MXW_E_USAGE,
				 "\"%s\" is not an option or lacks its value; see pktcost --help",
				 word);
	}
	return error;
}

/* 1 when only help was asked for. */
static int parse_options(int argc, char **argv, struct bench_settings *s, struct mxw_err *err)
{
	int option, error = 0;

	opterr = 0; /* the sentence is ours */
	while (!error && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			printf("%s", usage);
			return 1;
		}
		error = take_option(option, argv[optind - 1], s, err);
	}
	if (!error && optind < argc)
		return mxw_fail(err, MXW_E_USAGE, "\"%s\" is not an option; see pktcost --help",
				argv[optind]);
	return error;
}

static int make_out(const char *dir, struct mxw_err *err)
{
	struct stat info;

	if (mkdir(dir, 0755) && errno != EEXIST)
		return mxw_fail(err, MXW_E_FAIL, "cannot make the folder %s: %s", dir,
				strerror(errno));
	if (stat(dir, &info) || !S_ISDIR(info.st_mode) || access(dir, W_OK))
		return mxw_fail(err, MXW_E_FAIL,
				"%s is not a folder that can be written to; choose another "
				"with --out",
				dir);
	return 0;
}

/* What would spoil every figure is refused before the first. */
static int check_machine(struct bench_results *results, struct mxw_err *err)
{
	int cpu = results->settings.cpu;

	bench_machine_read(&results->machine);
	results->settings.cpu = bench_machine_pin(cpu);
	if (results->settings.cpu < 0)
		return mxw_fail(err, MXW_E_USAGE,
				"--cpu %d: there is no such CPU, or it is not "
				"allowed to this process",
				cpu);
	if (results->machine.bpf_stats > 0)
		return mxw_fail(err, MXW_E_FAIL,
				"kernel.bpf_stats_enabled is 1, which slows every run of a BPF "
				"program; switch it off with sysctl -w kernel.bpf_stats_enabled=0");
	if (results->machine.jit == 0)
		return mxw_fail(err, MXW_E_FAIL,
				"the BPF JIT is off; switch it on with sysctl -w "
				"net.core.bpf_jit_enable=1");
	return 0;
}

/* Whether it was asked for. */
static bool wanted(const struct bench_settings *s, const struct bench_section *section)
{
	return s->only ? !strcmp(s->only, section->name) : s->study || !section->study;
}

/* Runs all cases, or those of the wanted sections. A failure keeps the results before it. */
static int run_plan(struct bench_results *results, struct mxw_err *err)
{
	struct bench_harness harness;
	const struct bench_case *plan;
	double stolen = bench_machine_stolen();
	int count, error;

	error = bench_harness_open(&harness, results->settings.objects, err);
	plan = bench_plan(&count);
	for (int i = 0; !error && i < count; i++) {
		if (!wanted(&results->settings, plan[i].section))
			continue;
		if (i == 0 || plan[i].section != plan[i - 1].section)
			bench_print_head(plan[i].section);
		error = bench_measure(results, &harness, &plan[i], err);
	}
	bench_harness_close(&harness);
	results->stolen = bench_machine_stolen() - stolen;
	results->complete = !error;
	if (error)
		(void)snprintf(results->failure, sizeof(results->failure), "%s", err->text);
	return error;
}

static int write_results(const struct bench_results *results, struct mxw_err *err)
{
	int error = bench_write_markdown(results, err);

	if (!error)
		error = bench_write_json(results, err);
	if (!error)
		printf("Written: %s/pktcost.md and pktcost.json\n", results->settings.out);
	if (!error && results->unsteadiness > BENCH_STEADY)
		printf("The empty program's cost moved by %.0f %% between rounds: the machine was "
		       "busy. Trust medians only, or repeat on a quiet one.\n",
		       results->unsteadiness * 100);
	return error;
}

static int measure(struct bench_results *results, struct mxw_err *err)
{
	struct mxw_err second;
	int error = make_out(results->settings.out, err);

	if (!error)
		error = check_machine(results, err);
	if (error)
		return error;
	error = run_plan(results, err);
	if (!results->count && !error)
		return mxw_fail(err, MXW_E_USAGE, "--only \"%s\" is no section of this benchmark",
				results->settings.only);
	if (!results->count)
		return error;
	if (error)
		return write_results(results, &second), error;
	return write_results(results, err);
}

/* Results go beside the program, so that the working folder does not matter. */
int main(int argc, char **argv)
{
	char objects[PATH_MAX] = "", out[PATH_MAX + 16];
	struct bench_results *results = calloc(1, sizeof(*results));
	struct mxw_err err = {};
	int error;

	if (!results)
		return EXIT_FAILURE;
	results->settings = (struct bench_settings){
		.packets = PACKETS_FULL, .rounds = 5, .cpu = -1, .objects = objects, .out = out
	};
	bench_silence_libbpf();
	/* ^C ends the run between two turns, and what was measured is written. */
	bench_hold_signals();
	error = bench_own_folder(objects, sizeof(objects), &err);
	(void)snprintf(out, sizeof(out), "%s/results", objects);
	if (!error)
		error = parse_options(argc, argv, &results->settings, &err);
	if (!error)
		error = measure(results, &err);
	if (error < 0)
		fprintf(stderr, "pktcost: %s\n", err.text);
	free(results);
	return error < 0 ? mxw_exit_code(error) : 0;
}
