// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mxw_feed_read() as a program, for tests and measurements. Prints what the reading was like, one
 * "name value" a line, and exits as xdpctl does.
 *
 *   feedread [-c CA] [-e ETAG] [-m LAST-MODIFIED] [-b BYTES] [-s SECONDS] [-f FORMAT] [PATH|DIR/|URL]
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "feeds/read.h"

static void on_note(void *context, const char *text)
{
	(void)context;
	printf("note %s\n", text);
}

/* One option of the command line; 2 if it is wrong. */
static int option(struct mxw_feed_source *source, int letter, const char *value)
{
	switch (letter) {
	case 'c':
		source->ca_file = value;
		return 0;
	case 'e':
		source->etag = value;
		return 0;
	case 'm':
		source->last_modified = value;
		return 0;
	case 'b':
		return mxw_number_parse(value, 1, UINT64_MAX, &source->max_bytes) ? 0 : 2;
	case 's':
		return mxw_number_parse(value, 1, UINT32_MAX, &source->max_seconds) ? 0 : 2;
	case 'f':
		source->format = mxw_format_by_name(value);
		return source->format < MXW_FORMAT_COUNT ? 0 : 2;
	default:
		return 2;
	}
}

static enum mxw_feed_kind kind_of(const char *where)
{
	if (!where)
		return MXW_FEED_STDIN;
	if (strstr(where, "://"))
		return MXW_FEED_URL;
	return where[0] && where[strlen(where) - 1] == '/' ? MXW_FEED_DIR : MXW_FEED_FILE;
}

static void show(const struct mxw_feed_reading *reading, const struct mxw_list *list)
{
	const char *format = mxw_format_name(reading->format);

	printf("format %s\nbytes %llu\nlines %llu\nentries %llu\n", format ? format : "none",
	       (unsigned long long)reading->bytes, (unsigned long long)reading->lines,
	       (unsigned long long)reading->entries);
	printf("excluded %llu\nmerged %llu\nrefused %llu\nnot_modified %d\netag %s\ndate %s\n",
	       (unsigned long long)reading->excluded, (unsigned long long)reading->merged,
	       (unsigned long long)reading->refused, reading->not_modified, reading->etag,
	       reading->last_modified);
	for (uint64_t i = 0; i < reading->refused && i < MXW_FEED_REFUSALS; i++)
		printf("refusal %s:%llu: \"%s\": %s\n", reading->refusals[i].file,
		       (unsigned long long)reading->refusals[i].line, reading->refusals[i].text,
		       reading->refusals[i].why);
	printf("ranges %zu\nranges6 %zu\nallows %zu\n", list->block.v4_count, list->block.v6_count,
	       list->allow.v4_count + list->allow.v6_count);
}

int main(int argc, char **argv)
{
	const struct mxw_report report = { .note = on_note };
	struct mxw_feed_source source = { .where = NULL };
	struct mxw_feed_reading reading;
	struct rusage usage;
	struct mxw_list list;
	struct mxw_err err;
	uint64_t started = mxw_clock_mono();
	int letter, code;

	/* One thread. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while ((letter = getopt(argc, argv, "c:e:m:b:s:f:")) != -1)
		if (option(&source, letter, optarg))
			return 2;
	source.where = optind < argc ? argv[optind] : NULL;
	source.kind = kind_of(source.where);
	code = mxw_feed_read(&source, &list, &reading, &report, &err);
	if (code)
		printf("error %s\n", err.text);
	show(&reading, &list);
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		printf("seconds %.3f\nmemory_kib %ld\n", (double)(mxw_clock_mono() - started) / 1e9,
		       usage.ru_maxrss);
	mxw_list_free(&list);
	return mxw_exit_code(code);
}
