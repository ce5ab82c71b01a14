// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The figures for programs. Called by the controlling thread at the end. jansson
 * frees what is handed to it with "o" also when packing fails, so one check at
 * the end is enough.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "bench/synflood/report.h"

static json_int_t count(const uint64_t counts[SF_KEYS], unsigned int listed, int port)
{
	return (json_int_t)sf_counters_sum(counts, listed, port);
}

/* A class, or one port of it. */
static json_t *class_json(const struct sf_counters *c, unsigned int listed, int port)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "flows",
			 count(c->flows, listed, port), "retransmits",
			 count(c->retries, listed, port), "syn_ack",
			 count(c->answers[SF_SYN_ACK], listed, port), "rst",
			 count(c->answers[SF_RESET], listed, port), "unreachable",
			 count(c->answers[SF_UNREACHABLE], listed, port), "no_answer",
			 (json_int_t)sf_counters_unanswered(c, listed, port), "repeated",
			 count(c->repeated, listed, port));
}

static json_t *classes_json(const struct sf_plan *plan, const struct sf_counters *c)
{
	static const char *const names[SF_CLASSES] = { "other", "listed" };
	json_t *classes = json_object();

	for (unsigned int listed = 0; listed < SF_CLASSES; listed++) {
		json_t *class = class_json(c, listed, -1), *ports = json_object();
		char port[8];

		for (unsigned int i = 0; i < plan->port_count; i++) {
			(void)snprintf(port, sizeof(port), "%u", plan->ports[i]);
			(void)json_object_set_new(ports, port, class_json(c, listed, (int)i));
		}
		(void)json_object_set_new(class, "ports", ports);
		(void)json_object_set_new(classes, names[listed], class);
	}
	return classes;
}

static json_t *addresses_json(const struct sf_plan *plan)
{
	json_t *list = json_array();
	char text[SF_ADDRESS_TEXT];

	for (int family = 0; family < SF_FAMILIES; family++)
		for (unsigned int i = 0; i < plan->dest_count[family]; i++)
			(void)json_array_append_new(
				list, json_string(sf_address_format(&plan->dests[family][i].address,
								    text)));
	return list;
}

static json_t *sources_json(const struct sf_plan *plan)
{
	const struct sf_population *other = plan->sources[0], *listed = plan->sources[1];

	return json_pack("{s:I, s:I, s:I, s:I}", "other_ipv4",
			 (json_int_t)sf_population_sources(&other[SF_IPV4]), "other_ipv6",
			 (json_int_t)sf_population_sources(&other[SF_IPV6]), "listed_ipv4",
			 (json_int_t)sf_population_sources(&listed[SF_IPV4]), "listed_ipv6",
			 (json_int_t)sf_population_sources(&listed[SF_IPV6]));
}

static json_t *request_json(const struct sf_settings *settings)
{
	static const char *const shapes[] = { "uniform", "clustered", "zipf", "round-robin" };
	const struct sf_options *o = &settings->options;
	json_t *tries = json_array();

	for (unsigned int i = 0; i < settings->tries; i++)
		(void)json_array_append_new(tries, json_integer(settings->delays[i] / 1000));
	return json_pack("{s:o, s:s, s:o, s:f, s:s, s:I, s:o, s:I, s:I, s:o, s:I, s:I, s:b}",
			 "dest", addresses_json(&settings->plan), "shape", shapes[o->shape],
			 "sources", sources_json(&settings->plan), "listed_share", o->listed_share,
			 "ports", o->ports, "seed", (json_int_t)o->seed, "rate",
			 o->rate ? json_integer((json_int_t)o->rate) : json_null(), "seconds",
			 (json_int_t)settings->seconds, "count", (json_int_t)o->count, "retransmit",
			 tries, "cores", (json_int_t)o->cores, "burst", (json_int_t)o->burst,
			 "receives", !o->deaf);
}

static json_t *workers_json(const struct sf_result *result)
{
	json_t *list = json_array();

	for (uint64_t i = 0; i < result->settings->options.cores; i++) {
		const struct sf_counters *c = &result->workers[i];

		(void)json_array_append_new(list,
					    json_pack("{s:I, s:f, s:f}", "packets",
						      (json_int_t)(sf_counters_all(c->flows) +
								   sf_counters_all(c->retries)),
						      "seconds", (double)c->sending_ns / 1e9,
						      "cpu_seconds", (double)c->cpu_ns / 1e9));
	}
	return list;
}

static json_t *sent_json(const struct sf_result *result, const struct sf_counters *c)
{
	uint64_t packets = sf_counters_all(c->flows) + sf_counters_all(c->retries);
	double seconds = result->seconds, cpu = (double)c->cpu_ns / 1e9;

	return json_pack("{s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:I, s:I}", "packets",
			 (json_int_t)packets, "flows", (json_int_t)sf_counters_all(c->flows),
			 "retransmits", (json_int_t)sf_counters_all(c->retries), "bytes",
			 (json_int_t)sf_counters_bytes(c), "seconds", seconds, "pps",
			 seconds > 0 ? (double)packets / seconds : 0.0, "packets_per_cpu_second",
			 cpu > 0 ? (double)packets / cpu : 0.0, "missed_slots",
			 (json_int_t)c->missed, "refused_bursts", (json_int_t)c->refused);
}

static json_t *device_json(const struct sf_device_facts *d)
{
	return json_pack("{s:s, s:s, s:o, s:I, s:I}", "name", d->name, "driver", d->driver,
			 "packets_sent",
			 d->counts ? json_integer((json_int_t)d->taken) : json_null(),
			 "send_errors", (json_int_t)d->errors, "receive_lost",
			 (json_int_t)d->missed);
}

static json_t *result_json(const struct sf_result *result)
{
	struct sf_counters sum;

	sf_result_sum(result, &sum);
	return json_pack(
		"{s:i, s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I, "
		"s:I}}",
		"schema", SF_JSON_SCHEMA, "program", "synflood", "version", MXW_VERSION, "started",
		result->started, "complete", result->complete, "failure", result->failure,
		"request", request_json(result->settings), "device", device_json(&result->device),
		"sent", sent_json(result, &sum), "workers", workers_json(result), "classes",
		classes_json(&result->settings->plan, &sum), "received", "late_answers",
		(json_int_t)sum.late, "foreign_answers", (json_int_t)sum.foreign,
		"neighbour_questions_answered", (json_int_t)sum.told, "other",
		(json_int_t)sum.other);
}

int sf_json_write(const struct sf_result *result, const char *path, struct mxw_err *err)
{
	json_t *root = result_json(result);
	bool to_stdout = strcmp(path, "-") == 0;
	FILE *file = to_stdout ? stdout : fopen(path, "we");
	bool failed = !root || !file;

	if (!failed)
		failed = json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) ||
			 fputc('\n', file) == EOF;
	if (file)
		failed |= (to_stdout ? fflush(file) : fclose(file)) != 0;
	json_decref(root);
	if (failed)
		return mxw_fail(err, MXW_E_FAIL,
				"cannot write --json %s: is the folder there, and is there room?",
				path);
	return MXW_OK;
}
