// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading addresses. Called by block, unblock, allow and unallow.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "lists/format_prefixes.h"
#include "lines.h"
#include "terminal.h"

#define LINE 512
#define COMPLAINTS 20 /* bad lines named one by one; the rest are counted */

/* Where a word came from, and what becomes of it. */
struct reader {
	struct cli *cli;
	struct lines *lines;
	size_t capacity;
	lines_guard *guard;
	void *context;
	const char *name; /* of what is read */
	bool stopped; /* out of memory */
};

static const char *note_text(enum mxw_addr_note note)
{
	switch (note) {
	case MXW_ADDR_WIDENED:
		return "IPv6 works by /64 here";
	case MXW_ADDR_MASKED:
		return "the bits behind the prefix length were cleared";
	case MXW_ADDR_EMBEDDED:
		return "that is an IPv6 form of an IPv4 address";
	case MXW_ADDR_EXACT:
		break;
	}
	return NULL;
}

/* Guarded, and kept. */
static int add_prefix(struct reader *r, const char *word, const struct mxw_prefix *prefix)
{
	struct mxw_prefix *place;
	int error = r->guard ? r->guard(r->context, word, prefix, &r->cli->err) : MXW_OK;

	if (error)
		return error;
	place = mxw_grow((void **)&r->lines->prefixes, r->lines->count, &r->capacity,
			 sizeof(*place));
	if (!place) {
		r->stopped = true;
		return mxw_fail(&r->cli->err, MXW_E_FAIL, "out of memory");
	}
	*place = *prefix;
	r->lines->count++;
	return MXW_OK;
}

static int take_word(struct reader *r, const char *word)
{
	char text[MXW_ADDR_TEXT];
	struct mxw_prefix prefix;
	enum mxw_addr_note note;
	int error = mxw_prefix_parse(word, &prefix, &note, &r->cli->err);

	if (!error)
		error = add_prefix(r, word, &prefix);
	if (!error && note_text(note))
		mxw_note(&r->cli->report, "\"%s\" is taken as %s: %s", word,
			 mxw_prefix_format(&prefix, text), note_text(note));
	return error;
}

static void complain(struct reader *r, uint64_t number)
{
	char text[sizeof(r->cli->err.text)];

	r->lines->bad++;
	if (r->lines->bad <= COMPLAINTS)
		(void)fprintf(stderr, "xdpctl: %s line %llu: %s\n", r->name,
			      (unsigned long long)number,
			      terminal_safe(r->cli->err.text, text, sizeof(text)));
}

/*
 * One line without its end and its comment, cut to the room there is. A NUL
 * would hide what follows it, so "?" stands for it. Returns how long it was
 * before it was cut; negative at the end, and where reading failed.
 */
static ssize_t next_line(FILE *file, char line[LINE])
{
	bool empty = true, comment = false;
	size_t length = 0;
	int c;

	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		empty = false;
		comment = comment || c == '#';
		if (comment)
			continue;
		if (length < LINE - 1)
			line[length] = (char)(c ? c : '?');
		length++;
	}
	line[length < LINE ? length : LINE - 1] = '\0';
	return c == EOF && (empty || ferror(file)) ? -1 : (ssize_t)length;
}

/* A range, as the fewest prefixes. Those that the guard refuses make the line a bad one. */
static int take_range(struct reader *r, struct mxw_keys keys, uint64_t line)
{
	struct mxw_cut cut = { .keys = keys };
	struct mxw_prefix prefix;

	while (!r->stopped && mxw_cut_prefix(&cut, &prefix))
		if (add_prefix(r, "", &prefix) != MXW_OK && !r->stopped) {
			complain(r, line);
			break;
		}
	return r->stopped ? MXW_E_FAIL : 0;
}

static int on_range4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	(void)says; /* a plain list has one thing to say */
	return take_range(context, (struct mxw_keys){ range.first, range.last }, line);
}

static int on_range6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	(void)says;
	return take_range(context, (struct mxw_keys){ range.first, range.last }, line);
}

static int on_refusal(void *context, uint64_t line, const char *text, const char *why)
{
	struct reader *r = context;

	(void)mxw_fail(&r->cli->err, MXW_E_USAGE, "\"%s\" %s%s", text,
		       strncmp(why, "is ", 3) == 0 ? "" : "is refused: ", why);
	complain(r, line);
	return 0;
}

/* Hands every line to the reader of plain lists, one that is too long as an empty one. */
static int read_lines(struct reader *r, FILE *file, struct mxw_reader *reader)
{
	char line[LINE + 1] = "";
	uint64_t number = 0;
	ssize_t length;
	int error = MXW_OK;

	while (!error && (length = next_line(file, line)) >= 0) {
		number++;
		if (length >= LINE) {
			(void)mxw_fail(&r->cli->err, MXW_E_USAGE,
				       "\"%.40s...\" is too long for an address", line);
			complain(r, number);
			length = 0;
		}
		line[length] = '\n';
		error = mxw_reader_take(reader, line, (size_t)length + 1, &r->cli->err);
	}
	return error;
}

static int read_stream(struct reader *r, FILE *file, const char *name)
{
	const struct mxw_format_sink sink = {
		.context = r, .range4 = on_range4, .range6 = on_range6, .refuse = on_refusal
	};
	struct mxw_reader *reader;
	int error = mxw_reader_open(MXW_FORMAT_PLAIN, &sink, &reader, &r->cli->err);

	r->name = name;
	if (!error)
		error = read_lines(r, file, reader);
	mxw_reader_close(reader);
	if (!error && ferror(file))
		error = mxw_fail(&r->cli->err, MXW_E_FAIL, "cannot read %s: %s", name,
				 strerror(errno));
	if (r->lines->bad > COMPLAINTS)
		(void)fprintf(stderr, "xdpctl: %s: %llu more bad lines\n", name,
			      (unsigned long long)(r->lines->bad - COMPLAINTS));
	return error;
}

static int read_file(struct reader *r, const char *path)
{
	FILE *file = fopen(path, "re");
	int error;

	if (!file)
		return mxw_fail(&r->cli->err, MXW_E_FAIL, "cannot open \"%s\": %s", path,
				strerror(errno));
	error = read_stream(r, file, path);
	(void)fclose(file); /* only read */
	return error;
}

static void sort_unique(struct lines *lines)
{
	size_t kept = 0;

	qsort(lines->prefixes, lines->count, sizeof(*lines->prefixes), mxw_prefix_compare);
	for (size_t i = 0; i < lines->count; i++)
		if (!kept ||
		    mxw_prefix_compare(&lines->prefixes[kept - 1], &lines->prefixes[i]) != 0)
			lines->prefixes[kept++] = lines->prefixes[i];
	lines->count = kept;
}

int lines_read(struct cli *cli, lines_guard *guard, void *context, struct lines *lines)
{
	struct reader r = { .cli = cli, .lines = lines, .guard = guard, .context = context };
	const struct cli_list *words = &cli->args.operands;
	int error = MXW_OK;

	*lines = (struct lines){ 0 };
	if (!words->count && !cli->args.file)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"`xdpctl %s` needs addresses, --file FILE, or - for standard input",
				cli->verb->name);
	for (size_t i = 0; i < words->count && !error; i++)
		error = strcmp(words->items[i], "-") == 0 ? read_stream(&r, stdin, "standard input")
							  : take_word(&r, words->items[i]);
	if (!error && cli->args.file)
		error = read_file(&r, cli->args.file);
	if (!error && lines->count)
		sort_unique(lines);
	return error;
}
