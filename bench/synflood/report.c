// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The figures for people. Called by the controlling thread.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/num.h"
#include "bench/synflood/report.h"

static const char *const class_names[SF_CLASSES] = { "other", "listed" };

void sf_result_sum(const struct sf_result *result, struct sf_counters *sum)
{
	*sum = (struct sf_counters){ 0 };
	for (uint64_t i = 0; i < result->settings->options.cores; i++)
		sf_counters_add(sum, &result->workers[i]);
}

static uint64_t answered(const struct sf_counters *c, unsigned int listed)
{
	uint64_t sum = 0;

	for (int kind = 0; kind < SF_ANSWERS; kind++)
		sum += sf_counters_sum(c->answers[kind], listed, -1);
	return sum;
}

static uint64_t sent(const struct sf_counters *c)
{
	return sf_counters_all(c->flows) + sf_counters_all(c->retries);
}

void sf_progress_line(const struct sf_counters *now, const struct sf_counters *before,
		      double interval, double elapsed)
{
	char total[MXW_DURATION_TEXT], rate[MXW_DURATION_TEXT];
	double pps = (double)(sent(now) - sent(before)) / interval;

	(void)fprintf(stderr,
		      "%5.0f s  sent %s (%s/s)  answered: listed %" PRIu64 " of %" PRIu64
		      ", other %" PRIu64 " of %" PRIu64 "\n",
		      elapsed, mxw_number_format(sent(now), total),
		      mxw_number_format((uint64_t)pps, rate), answered(now, 1),
		      sf_counters_sum(now->flows, 1, -1), answered(now, 0),
		      sf_counters_sum(now->flows, 0, -1));
}

static void print_row(const struct sf_counters *c, unsigned int listed, int index,
		      unsigned int port)
{
	(void)printf("%-7s %5u %14" PRIu64 " %12" PRIu64 " %14" PRIu64 " %12" PRIu64 " %12" PRIu64
		     " %14" PRIu64 " %12" PRIu64 "\n",
		     class_names[listed], port, sf_counters_sum(c->flows, listed, index),
		     sf_counters_sum(c->retries, listed, index),
		     sf_counters_sum(c->answers[SF_SYN_ACK], listed, index),
		     sf_counters_sum(c->answers[SF_RESET], listed, index),
		     sf_counters_sum(c->answers[SF_UNREACHABLE], listed, index),
		     sf_counters_unanswered(c, listed, index),
		     sf_counters_sum(c->repeated, listed, index));
}

static void print_rest(const struct sf_result *result, const struct sf_counters *c)
{
	if (c->late)
		(void)printf("%" PRIu64 " answers came too late to tell which SYN was theirs\n",
			     c->late);
	if (c->foreign)
		(void)printf("%" PRIu64 " answers were to none of these SYNs\n", c->foreign);
	if (result->device.counts && result->device.errors)
		(void)printf("%" PRIu64 " packets were lost in the sending device\n",
			     result->device.errors);
	if (result->device.missed)
		(void)printf("%" PRIu64 " received packets were lost in the device; the answers "
			     "above are too few\n",
			     result->device.missed);
	if (c->missed)
		(void)printf("%" PRIu64 " packets of the rate were not sent: this machine or the "
			     "device was too slow\n",
			     c->missed);
}

void sf_summary_print(const struct sf_result *result)
{
	const struct sf_plan *plan = &result->settings->plan;
	char total[MXW_DURATION_TEXT], rate[MXW_DURATION_TEXT];
	struct sf_counters sum;

	sf_result_sum(result, &sum);
	(void)printf("Sent %s SYNs in %.3f s, %s per second, by %s (%s).\n",
		     mxw_number_format(sent(&sum), total), result->seconds,
		     mxw_number_format(result->seconds > 0
					       ? (uint64_t)((double)sent(&sum) / result->seconds)
					       : 0,
				       rate),
		     result->device.name, result->device.driver);
	(void)printf("%-7s %5s %14s %12s %14s %12s %12s %14s %12s\n", "SOURCE", "PORT", "FLOWS",
		     "RETRANSMITS", "SYN-ACK", "RST", "UNREACHABLE", "NO ANSWER", "REPEATED");
	for (unsigned int listed = SF_CLASSES; listed-- > 0;)
		for (unsigned int i = 0; i < plan->port_count; i++)
			if (sf_counters_sum(sum.flows, listed, (int)i))
				print_row(&sum, listed, (int)i, plan->ports[i]);
	print_rest(result, &sum);
}
