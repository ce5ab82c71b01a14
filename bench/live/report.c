// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes what a run of livegen did.
 */
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "bench/live/report.h"

#define SCHEMA 1 /* any change of a name or meaning raises it */

int64_t live_unexplained(const struct live_report *report)
{
	const struct live_counts *counts = &report->result->counts;

	if (!report->device->receiver[0])
		return 0;
	return (int64_t)(report->result->sent - counts->refused - counts->received);
}

/* Millions per second. */
static double rate(const struct live_report *report, uint64_t packets)
{
	double seconds = report->result->seconds;

	return seconds > 0 ? (double)packets / seconds / 1e6 : 0;
}

/* Of the receiver's thread; 0 where unknown. */
static double ns_per_packet(const struct live_counts *counts)
{
	return counts->received ? (double)counts->thread_ns / (double)counts->received : 0;
}

static double busy(const struct live_report *report)
{
	double seconds = report->result->seconds;

	return seconds > 0 ? (double)report->result->counts.thread_ns / seconds / 1e9 : 0;
}

static void receiver_text(const struct live_report *report)
{
	const struct live_counts *c = &report->result->counts;

	printf("refused   %12" PRIu64 "  %s had no room\n", c->refused, report->device->receiver);
	printf("received  %12" PRIu64 "  %.2f million a second\n", c->received,
	       rate(report, c->received));
	if (c->program_drops)
		printf("dropped   %12" PRIu64 "  of these by an XDP program\n", c->program_drops);
	printf("lost      %12" PRId64 "  sent, but neither received nor refused\n",
	       live_unexplained(report));
	if (c->thread_ns)
		printf("The receiver's thread took %.0f ns of CPU time per packet and was busy for "
		       "%.0f %% of the time.\n",
		       ns_per_packet(c), busy(report) * 100);
}

void live_report_text(const struct live_report *report)
{
	const struct live_result *r = report->result;

	printf("%s, corpus %s, %u listed addresses, %u %% of the packets from them\n",
	       report->device->name, bench_shape_name(report->wish->shape),
	       report->traffic->entries, report->wish->share);
	printf("sent      %12" PRIu64 "  in %.3f s: %.2f million a second from CPU %d\n", r->sent,
	       r->seconds, rate(report, r->sent), report->limits->cpu);
	if (report->device->receiver[0])
		receiver_text(report);
	else
		printf("accepted  %12" PRIu64 "  by %s, whose other end is not in this network "
		       "namespace\n",
		       r->counts.taken, report->device->name);
}

static json_t *receiver_json(const struct live_report *report)
{
	const struct live_counts *c = &report->result->counts;

	if (!report->device->receiver[0])
		return json_null();
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:f, s:f}", "dev",
			 report->device->receiver, "refused", (json_int_t)c->refused, "received",
			 (json_int_t)c->received, "program_drops", (json_int_t)c->program_drops,
			 "unexplained", (json_int_t)live_unexplained(report), "cpu_ns",
			 (json_int_t)c->thread_ns, "ns_per_packet", ns_per_packet(c), "busy",
			 busy(report));
}

/* One object a run, for scripts that compare runs. */
int live_report_json(const struct live_report *report, struct mxw_err *err)
{
	const struct live_result *r = report->result;
	json_t *json = json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:b, s:i, s:f, s:I, s:I, s:I, s:f, s:f, "
		"s:o, s:s}",
		"schema", SCHEMA, "tool", "livegen", "version", MXW_VERSION, "dev",
		report->device->name, "corpus", bench_shape_name(report->wish->shape), "entries",
		(int)report->traffic->entries, "share", (int)report->wish->share, "seed",
		(int)BENCH_SEED, "lossless", report->limits->lossless, "cpu", report->limits->cpu,
		"seconds", r->seconds, "sent", (json_int_t)r->sent, "sent_listed",
		(json_int_t)live_traffic_hits(report->traffic, r->sent), "taken",
		(json_int_t)r->counts.taken, "mpps_sent", rate(report, r->sent), "mpps_received",
		rate(report, r->counts.received), "receiver", receiver_json(report), "failure",
		report->failure);
	int error = json ? json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) : -1;

	json_decref(json);
	if (error || printf("\n") < 0 || fflush(stdout))
		return mxw_fail(err, MXW_E_FAIL, "cannot write the result to standard output");
	return 0;
}
