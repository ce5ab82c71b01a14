// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What mxwall's reader of lists makes of texts, for tests that hold it against people's answers
 * and other programs'. Reads texts from standard input, each behind a line "FORMAT BYTES", and
 * answers each with lines of the kinds "format NAME", "block FIRST LAST", "allow FIRST LAST",
 * "refused LINE REASON", "ends FIRST LAST SECONDS", "over SECONDS" (all of the text), "error
 * SENTENCE", and then ".". FIRST and LAST are keys: IPv4 addresses as numbers, and the upper halves
 * of IPv6 ones. Texts were made at MADE, by a clock in UTC.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/format.h"

#define MADE 1800000000 /* 2027-01-15 08:00:00 UTC */
#define TEXT_MAX (64U << 20)
#define PIECE 4099 /* not a divisor of anything: texts come in pieces */

struct told {
	struct mxw_ranges block, allow, exclude;
	uint32_t until; /* of the ranges that come; 0 = they do not end */
};

static void die(const char *what)
{
	(void)fprintf(stderr, "tell: %s\n", what);
	exit(2);
}

static struct mxw_ranges *place(struct told *told, enum mxw_says says)
{
	return says == MXW_SAYS_BLOCK	? &told->block
	       : says == MXW_SAYS_ALLOW ? &told->allow
					: &told->exclude;
}

static void tell_end(const struct told *told, enum mxw_says says, uint64_t first, uint64_t last)
{
	if (told->until && says != MXW_SAYS_EXCLUDE)
		(void)printf("ends %" PRIu64 " %" PRIu64 " %" PRIu32 "\n", first, last,
			     told->until);
}

static int on_range4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	(void)line;
	tell_end(context, says, range.first, range.last);
	return mxw_ranges_add4(place(context, says), range, NULL);
}

static int on_range6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	(void)line;
	tell_end(context, says, range.first, range.last);
	return mxw_ranges_add6(place(context, says), range, NULL);
}

static int on_refuse(void *context, uint64_t line, const char *text, const char *why)
{
	(void)context, (void)text;
	(void)printf("refused %" PRIu64 " %s\n", line, why);
	return 0;
}

static void on_until(void *context, uint32_t end)
{
	((struct told *)context)->until = end;
}

static void print(const char *word, const struct mxw_ranges *ranges)
{
	for (size_t i = 0; i < ranges->v4_count; i++)
		(void)printf("%s %" PRIu32 " %" PRIu32 "\n", word, ranges->v4[i].first,
			     ranges->v4[i].last);
	for (size_t i = 0; i < ranges->v6_count; i++)
		(void)printf("%s %" PRIu64 " %" PRIu64 "\n", word, ranges->v6[i].first,
			     ranges->v6[i].last);
}

/* a without b, settled. */
static void take_out(struct mxw_ranges *a, struct mxw_ranges *b)
{
	struct mxw_ranges rest = { 0 };

	if (mxw_ranges_settle(a, NULL, NULL) || mxw_ranges_settle(b, NULL, NULL) ||
	    mxw_ranges_subtract(a, b, &rest, NULL))
		die("out of memory");
	mxw_ranges_free(a);
	*a = rest;
}

static int feed(struct mxw_reader *reader, const char *text, size_t size, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t at = 0; at < size && !error; at += PIECE)
		error = mxw_reader_take(reader, text + at, size - at < PIECE ? size - at : PIECE,
					err);
	return error ? error : mxw_reader_end(reader, err);
}

/* What the reader makes of the text, in the form in which the other programs' answers are
 * compared. */
static void tell(enum mxw_format format, const char *text, size_t size)
{
	struct told told = { 0 };
	const struct mxw_format_sink sink = { .context = &told,
					      .range4 = on_range4,
					      .range6 = on_range6,
					      .refuse = on_refuse,
					      .until = on_until };
	const struct mxw_format_clock clock = { .made = MADE };
	struct mxw_err err = { .text = "" };
	struct mxw_reader *reader;

	if (mxw_reader_open(format, &sink, &reader, &err) != MXW_OK)
		die(err.text);
	mxw_reader_set_clock(reader, &clock);
	if (feed(reader, text, size, &err) != MXW_OK) {
		(void)printf("error %s\n", err.text);
	} else {
		(void)printf("format %s\n", mxw_format_name(mxw_reader_format(reader)));
		take_out(&told.block, &told.exclude);
		take_out(&told.block, &told.allow);
		print("block", &told.block);
		print("allow", &told.allow);
		if (mxw_reader_list_end(reader))
			(void)printf("over %" PRIu64 "\n", mxw_reader_list_end(reader));
	}
	(void)puts(".");
	(void)fflush(stdout);
	mxw_reader_close(reader);
	mxw_ranges_free(&told.block);
	mxw_ranges_free(&told.allow);
	mxw_ranges_free(&told.exclude);
}

/* "plain 120" of the text that follows. */
static enum mxw_format head(char *line, size_t *size)
{
	char *number = strchr(line, ' '), *end;
	enum mxw_format format;

	if (!number)
		die("a head without a size");
	*number = '\0';
	*size = strtoul(number + 1, &end, 10);
	format = mxw_format_by_name(line);
	if (*end != '\n' || *size > TEXT_MAX || format == MXW_FORMAT_COUNT)
		die("a head that is not \"FORMAT BYTES\"");
	return format;
}

int main(void)
{
	char *text = malloc(TEXT_MAX), line[64];

	if (!text)
		die("out of memory");
	while (fgets(line, sizeof(line), stdin)) {
		size_t size;
		enum mxw_format format = head(line, &size);

		if (fread(text, 1, size, stdin) != size)
			die("a text that is cut short");
		tell(format, text, size);
	}
	free(text);
	return 0;
}
