// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The figures for programs. Called by pktcost. jansson frees what is handed to
 * it with "o" also when packing fails, so one check at the end is enough.
 */
#include <stdio.h>
#include <time.h>

#include <jansson.h>

#include "bench/lib/results.h"

#define SCHEMA 1 /* of pktcost.json; any change of a name or meaning raises it */

static json_t *machine_json(const struct bench_results *results)
{
	json_t *json = bench_machine_json(&results->machine);

	/* A NULL machine makes the whole NULL, which the writer reports. */
	(void)json_object_set_new(json, "stolen_seconds", json_real(results->stolen));
	return json;
}

static json_t *row_json(const struct bench_row *row)
{
	json_t *raw = json_array();

	for (int i = 0; i < row->rounds; i++)
		(void)json_array_append_new(raw, json_real(row->raw[i].ns));
	return json_pack(
		"{s:s, s:s, s:i, s:i, s:b, s:{s:f, s:f, s:f}, s:f, s:f, s:f, s:I, s:I, s:o}",
		"section", row->of->section->name, "program",
		row->contender ? row->contender->name : "empty", "entries", (int)row->mix.entries,
		"hit_percent", (int)row->mix.hit_percent, "judged", row->of->frame == BENCH_SYN,
		"ns", "median", row->cost.median, "min", row->cost.min, "max", row->cost.max,
		"cycles", row->medians.cycles, "instructions", row->medians.instructions, "misses",
		row->medians.misses, "passed", (json_int_t)row->counted.passed, "dropped",
		(json_int_t)row->counted.dropped, "raw_ns", raw);
}

static json_t *results_json(const struct bench_results *results)
{
	const struct bench_settings *s = &results->settings;
	json_t *rows = json_array();

	for (int i = 0; i < results->count; i++)
		(void)json_array_append_new(rows, row_json(&results->rows[i]));
	return json_pack(
		"{s:i, s:s, s:s, s:I, s:b, s:s, s:o, s:{s:i, s:i, s:i, s:i, s:i, s:f}, s:o}",
		"schema", SCHEMA, "benchmark", "pktcost", "version", MXW_VERSION, "time",
		(json_int_t)time(NULL), "complete", results->complete, "failure", results->failure,
		"machine", machine_json(results), "method", "rounds", s->rounds,
		"packets_per_round", (int)s->packets, "sources", (int)BENCH_PROBES, "seed",
		(int)BENCH_SEED, "cpu", s->cpu, "unsteadiness", results->unsteadiness, "rows",
		rows);
}

int bench_write_json(const struct bench_results *results, struct mxw_err *err)
{
	json_t *json = results_json(results);
	char path[4096];
	int error;

	(void)snprintf(path, sizeof(path), "%s/pktcost.json", results->settings.out);
	error = json ? json_dump_file(json, path, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : -1;
	json_decref(json);
	if (error)
		return mxw_fail(err, MXW_E_FAIL,
				"cannot write %s; choose another folder with --out", path);
	return 0;
}
