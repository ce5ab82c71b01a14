// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a list that came in was like. Called by feed add, refresh and diff.
 */
#include <stdio.h>
#include <time.h>

#include "apply/feed_build.h"
#include "base/clock.h"
#include "base/num.h"
#include "feed.h"
#include "cli/terminal.h"

static size_t told(const struct mxw_feed_reading *reading)
{
	return reading->refused < MXW_FEED_REFUSALS ? (size_t)reading->refused : MXW_FEED_REFUSALS;
}

void feed_print_refusals(const struct mxw_feed_job *job)
{
	const struct mxw_feed_reading *reading = &job->reading;
	size_t count = told(reading);
	char file[128], text[128], why[128], shown[MXW_URL_TEXT];

	(void)mxw_feed_shown(&job->feed, shown);
	for (size_t i = 0; i < count; i++) {
		const struct mxw_feed_refusal *r = &reading->refusals[i];

		(void)fprintf(stderr, "xdpctl: %s line %llu: \"%s\" is refused: %s\n",
			      terminal_safe(r->file[0] ? r->file : shown, file, sizeof(file)),
			      (unsigned long long)r->line,
			      terminal_safe(r->text, text, sizeof(text)),
			      terminal_safe(r->why, why, sizeof(why)));
	}
	if (reading->refused > count)
		(void)fprintf(stderr, "xdpctl: feed %s: %llu more refused\n", job->feed.name,
			      (unsigned long long)(reading->refused - count));
}

static json_t *refusals_json(const struct mxw_feed_reading *reading)
{
	json_t *array = json_array();

	for (size_t i = 0; i < told(reading); i++) {
		const struct mxw_feed_refusal *r = &reading->refusals[i];
		char file[128], text[128], why[128];

		(void)json_array_append_new(
			array, json_pack("{s:s, s:I, s:s, s:s}", "file",
					 terminal_safe(r->file, file, sizeof(file)), "line",
					 (json_int_t)r->line, "text",
					 terminal_safe(r->text, text, sizeof(text)), "why",
					 terminal_safe(r->why, why, sizeof(why))));
	}
	return array;
}

/* Bytes that the kernel keeps for all feeds; 0 where there is no table. */
static uint64_t kernel_memory(const struct feed_report *report)
{
	struct mxw_maps maps;
	uint64_t memory = 0;

	if (report->attached && mxw_maps_open(&maps, NULL) == MXW_OK) {
		(void)mxw_feeds_in_force(&maps, &memory, NULL, NULL); /* 0 then */
		mxw_maps_close(&maps);
	}
	return memory;
}

const char *feed_time(uint64_t seconds, char out[FEED_TIME_TEXT])
{
	time_t time = (time_t)seconds;
	struct tm utc;

	out[0] = '\0';
	if (gmtime_r(&time, &utc))
		(void)strftime(out, FEED_TIME_TEXT, "%Y-%m-%d %H:%M:%S UTC", &utc);
	return out;
}

/* What was read, refused, cut out and put together. The fields are those of `feed add` in
 * xdpctl-feed(8). */
json_t *feed_report_json(const struct cli *cli, const struct feed_report *report)
{
	const struct mxw_feed_job *job = report->job;
	const struct mxw_feed_reading *reading = &job->reading;
	char formats[MXW_FORMATS_TEXT];
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:b, s:b, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "feed",
		job->feed.name, "result", report->result, "mode",
		mxw_feed_mode_name(job->feed.action), "enforced",
		report->attached && !cli->args.dry_run, "dry_run", cli->args.dry_run, "why",
		terminal_string(job->why), "lines", (json_int_t)reading->lines, "bytes",
		(json_int_t)reading->bytes, "entries", (json_int_t)reading->entries, "excluded",
		(json_int_t)reading->excluded, "aggregated", (json_int_t)reading->merged, "refused",
		(json_int_t)reading->refused, "stripped", (json_int_t)job->stripped);

	(void)json_object_update_new(
		json,
		json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "refusals",
			  refusals_json(reading), "protected", (json_int_t)job->cut, "ignored",
			  (json_int_t)job->ignored, "ranges", (json_int_t)job->size.ranges,
			  "addresses4", (json_int_t)job->size.addresses4, "networks6",
			  (json_int_t)job->size.networks6, "allowed4",
			  (json_int_t)job->size.allowed4, "allowed6",
			  (json_int_t)job->size.allowed6, "memory",
			  (json_int_t)kernel_memory(report), "seconds",
			  (double)report->nanoseconds / (double)MXW_SECOND));
	(void)json_object_update_new(
		json,
		json_pack("{s:s, s:s, s:o}", "format_found",
			  mxw_formats_name(reading->formats, formats), "format_why",
			  reading->formats ? feed_format_why(&job->feed, reading->formats) : "",
			  "list_end",
			  job->list_end ? json_integer((json_int_t)job->list_end) : json_null()));
	return json;
}

/* From lines of text to ranges in the kernel. What was left out on the way is named only if
 * there was any. */
static void print_counts(const struct mxw_feed_job *job)
{
	const struct mxw_feed_reading *reading = &job->reading;
	char number[MXW_DURATION_TEXT], counted[MXW_COUNT_TEXT];

	(void)printf("  read: %s", mxw_count_format(reading->lines, "line", counted));
	(void)printf(", %s", mxw_count_format(reading->entries, "entry", counted));
	if (reading->excluded)
		(void)printf(", %s excluded by the list itself",
			     mxw_number_format(reading->excluded, number));
	if (reading->refused)
		(void)printf(", %s refused", mxw_number_format(reading->refused, number));
	if (job->stripped)
		(void)printf(", %s reserved ones left out",
			     mxw_number_format(job->stripped, number));
	if (job->ignored)
		(void)printf(", %s left out because the list does not allow them",
			     mxw_number_format(job->ignored, number));
	(void)printf("; %s after aggregation",
		     mxw_count_format(job->size.ranges, "range", counted));
	(void)printf(" (%s saved)\n", mxw_number_format(reading->merged, number));
}

const char *feed_format_why(const struct mxw_feed *feed, uint32_t found)
{
	if (feed->format != MXW_FORMAT_AUTO)
		return "named";
	if (mxw_formats_only(found) == MXW_FORMAT_AUTO)
		return "its files differ";
	return mxw_format_mark(mxw_formats_only(found));
}

static void print_format(const struct mxw_feed_job *job)
{
	char formats[MXW_FORMATS_TEXT];

	if (job->reading.formats)
		(void)printf("  format: %s (%s)\n", mxw_formats_name(job->reading.formats, formats),
			     feed_format_why(&job->feed, job->reading.formats));
}

static void print_coverage(const struct mxw_feed_job *job)
{
	const struct mxw_guard_size *size = &job->size;
	bool allow = job->feed.action == MXW_FEED_ALLOW;
	uint64_t addresses = allow ? size->allowed4 : size->addresses4;
	char count[MXW_COUNT_TEXT];

	(void)printf("  covers: %s (%.4f %%)", mxw_count_format(addresses, "IPv4 address", count),
		     100.0 * (double)addresses / 4294967296.0);
	(void)printf(" and %s",
		     mxw_count_format(allow ? size->allowed6 : size->networks6, "IPv6 /64", count));
	if (!allow && (size->allowed4 || size->allowed6))
		(void)printf("; allows %s",
			     mxw_count_format(size->allowed4, "IPv4 address", count));
	if (job->cut)
		(void)printf("; %s cut out",
			     mxw_count_format(job->cut, "never-block address", count));
	(void)putchar('\n');
}

/* A list that ends before its copy is too old surprises whoever refreshes by that age. */
static void print_end(const struct mxw_feed_job *job)
{
	uint64_t now = mxw_clock_wall() / MXW_SECOND, left;
	char end[FEED_TIME_TEXT], text[MXW_DURATION_TEXT];
	bool spamhaus = job->reading.formats &
			(MXW_FORMATS_OF(MXW_FORMAT_DROP) | MXW_FORMATS_OF(MXW_FORMAT_PLAIN));

	if (job->list_end <= now)
		return;
	left = job->list_end - now;
	if (job->feed.max_age_ns && left >= job->feed.max_age_ns / MXW_SECOND)
		return;
	(void)printf("  the list says that it ends at %s, in %s: refresh it before, or it blocks "
		     "nobody from then on%s\n",
		     feed_time(job->list_end, end), mxw_duration_format(left, text),
		     spamhaus ? "; Spamhaus's JSON lists have no end" : "");
}

void feed_print_report(const struct cli *cli, const struct feed_report *report)
{
	const struct mxw_feed_job *job = report->job;
	char number[MXW_DURATION_TEXT];

	(void)printf("feed %s: %s%s, %s%s\n", job->feed.name, cli->args.dry_run ? "would be " : "",
		     report->result, mxw_feed_mode_name(job->feed.action),
		     report->attached || cli->args.dry_run ? "" : ", stored only");
	if (job->reading.not_modified)
		return;
	print_format(job);
	print_counts(job);
	print_coverage(job);
	print_end(job);
	if (job->why[0])
		(void)printf("  %s\n", job->why);
	(void)printf("  took %.2f s", (double)report->nanoseconds / (double)MXW_SECOND);
	if (report->attached)
		(void)printf("; all feeds take %s KiB in the kernel",
			     mxw_number_format(kernel_memory(report) / 1024, number));
	(void)putchar('\n');
}
