// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists by the reader and the writer of mxwall, for tests that hold them against the programs
 * the formats come from:
 *
 *	lists convert FORMAT NAME FILE     FILE in FORMAT, with that name, on stdout
 *	lists same FILE FILE               0 if both have the same addresses
 *	lists listed FILE                  for each address of stdin "1 ADDRESS" or "0 ADDRESS"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "lists/format.h"

/* What a file says. */
struct content {
	struct mxw_list list;
	struct mxw_ranges excluded;
};

static struct mxw_ranges *ranges_of(struct content *content, enum mxw_says says)
{
	switch (says) {
	case MXW_SAYS_ALLOW:
		return &content->list.allow;
	case MXW_SAYS_EXCLUDE:
		return &content->excluded;
	default:
		return &content->list.block;
	}
}

static int take4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	(void)line;
	return mxw_ranges_add4(ranges_of(context, says), range, NULL);
}

static int take6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	(void)line;
	return mxw_ranges_add6(ranges_of(context, says), range, NULL);
}

static int take_refusal(void *context, uint64_t line, const char *text, const char *why)
{
	(void)context;
	(void)fprintf(stderr, "line %llu: \"%s\" %s\n", (unsigned long long)line, text, why);
	return 0;
}

static void die(const char *file, const struct mxw_err *err)
{
	(void)fprintf(stderr, "%s: %s\n", file, err->text);
	exit(1);
}

static void read_file(const char *file, struct mxw_reader *reader, struct mxw_err *err)
{
	static char text[65536];
	FILE *in = fopen(file, "r");
	size_t size;

	if (!in) {
		perror(file);
		exit(1);
	}
	while ((size = fread(text, 1, sizeof(text), in)) > 0)
		if (mxw_reader_take(reader, text, size, err))
			die(file, err);
	if (mxw_reader_end(reader, err))
		die(file, err);
	(void)fclose(in); /* read to its end */
}

/* Reads a list in whatever format it is, and takes out what the list itself excludes. */
static void read_list(const char *file, struct mxw_list *list)
{
	struct content content = { 0 };
	struct mxw_format_sink sink = {
		.context = &content, .range4 = take4, .range6 = take6, .refuse = take_refusal
	};
	struct mxw_reader *reader;
	struct mxw_err err = { "" };

	if (mxw_reader_open(MXW_FORMAT_AUTO, &sink, &reader, &err))
		die(file, &err);
	read_file(file, reader, &err);
	(void)fprintf(stderr, "%s: %s\n", file, mxw_format_name(mxw_reader_format(reader)));
	mxw_reader_close(reader);
	if (mxw_ranges_settle(&content.list.block, NULL, &err) ||
	    mxw_ranges_settle(&content.list.allow, NULL, &err) ||
	    mxw_ranges_settle(&content.excluded, NULL, &err) ||
	    mxw_ranges_subtract(&content.list.block, &content.excluded, &list->block, &err))
		die(file, &err);
	list->allow = content.list.allow;
	mxw_ranges_free(&content.list.block);
	mxw_ranges_free(&content.excluded);
}

static bool write_out(void *context, const char *text, size_t size)
{
	return fwrite(text, 1, size, context) == size;
}

static int convert(const char *format, const char *name, const char *file)
{
	struct mxw_format_out out = { stdout, write_out };
	struct mxw_list list = { 0 };
	struct mxw_err err = { "" };

	read_list(file, &list);
	if (mxw_format_write(mxw_format_by_name(format), name, &list, &out, &err))
		die(file, &err);
	mxw_list_free(&list);
	return 0;
}

static int same(const char *one, const char *other)
{
	struct mxw_list a = { 0 }, b = { 0 };
	bool equal;

	read_list(one, &a);
	read_list(other, &b);
	equal = a.block.v4_count == b.block.v4_count && a.block.v6_count == b.block.v6_count;
	for (size_t i = 0; equal && i < a.block.v4_count; i++)
		equal = memcmp(&a.block.v4[i], &b.block.v4[i], sizeof(a.block.v4[i])) == 0;
	for (size_t i = 0; equal && i < a.block.v6_count; i++)
		equal = memcmp(&a.block.v6[i], &b.block.v6[i], sizeof(a.block.v6[i])) == 0;
	(void)fprintf(stderr, "%zu IPv4 and %zu IPv6 ranges, %s\n", a.block.v4_count,
		      a.block.v6_count, equal ? "the same" : "different");
	mxw_list_free(&a);
	mxw_list_free(&b);
	return equal ? 0 : 1;
}

/* An address that is both blocked and allowed counts as not listed. */
static int listed(const char *file)
{
	struct mxw_list list = { 0 };
	struct mxw_prefix prefix;
	struct mxw_err err = { "" };
	char line[MXW_ADDR_TEXT];

	read_list(file, &list);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (mxw_prefix_parse(line, &prefix, NULL, &err))
			die("standard input", &err);
		(void)printf("%d %s\n",
			     mxw_ranges_contain(&list.block, prefix.key) &&
				     !mxw_ranges_contain(&list.allow, prefix.key),
			     line);
	}
	mxw_list_free(&list);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "convert") == 0)
		return convert(argv[2], argv[3], argv[4]);
	if (argc == 4 && strcmp(argv[1], "same") == 0)
		return same(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "listed") == 0)
		return listed(argv[2]);
	(void)fputs("usage: lists convert FORMAT NAME FILE | same FILE FILE | listed FILE\n",
		    stderr);
	return 2;
}
