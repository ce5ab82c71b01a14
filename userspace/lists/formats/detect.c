// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which format a text is in. JSON shows it by its keys. Formats of lines are tried, and the first
 * in the order below that reads every line is the one; a reader that puts up with much comes
 * late, and is asked only where the text has the words of its format.
 */
#include <string.h>

#include "lists/formats/marks.h"

/* What a trial came to. */
struct trial {
	uint64_t found, refused;
	uint64_t line; /* of the first refusal */
	const char *why; /* a constant */
};

static int count4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	(void)says, (void)range, (void)line;
	((struct trial *)context)->found++;
	return 0;
}

static int count6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	(void)says, (void)range, (void)line;
	((struct trial *)context)->found++;
	return 0;
}

static int count_refusal(void *context, uint64_t line, const char *text, const char *why)
{
	struct trial *trial = context;

	(void)text;
	if (trial->refused++ == 0) {
		trial->line = line;
		trial->why = why;
	}
	return 0;
}

static int try(enum mxw_format format, struct mxw_text text, struct trial *trial,
	       struct mxw_err *err)
{
	struct mxw_format_sink sink = {
		.context = trial, .range4 = count4, .range6 = count6, .refuse = count_refusal
	};
	struct mxw_reader *reader;
	int error = mxw_reader_open(format, &sink, &reader, err);

	*trial = (struct trial){ 0 };
	if (!error) {
		reader->guessed = true;
		error = mxw_reader_take(reader, text.at, text.size, err);
	}
	if (!error)
		error = mxw_reader_end(reader, err);
	mxw_reader_close(reader);
	return error;
}

/* Without the last line, or else the last word, that the head has only a part of. */
static struct mxw_text whole_lines(struct mxw_text head)
{
	size_t size = head.size;

	while (size && head.at[size - 1] != '\n')
		size--;
	if (size == 0)
		size = head.size;
	while (size && !strchr(" ,\n", head.at[size - 1]))
		size--;
	return (struct mxw_text){ head.at, size ? size : head.size };
}

/* In this order where several read every line. Those that show themselves by words come before the
 * plain list, and the reader of words wherever they stand comes last. */
static const enum mxw_format TRIED[] = {
	MXW_FORMAT_IPSET,	 MXW_FORMAT_SPAMDB,  MXW_FORMAT_POSTFIX,  MXW_FORMAT_RBLDNSD,
	MXW_FORMAT_CROWDSEC_CSV, MXW_FORMAT_CSV,     MXW_FORMAT_P2P,	  MXW_FORMAT_HOSTS_DENY,
	MXW_FORMAT_PLAIN,	 MXW_FORMAT_COLUMNS, MXW_FORMAT_FAIL2BAN,
};

#define TRIES (sizeof(TRIED) / sizeof(TRIED[0]))

/* Whether the format of last time may be taken where the text alone does not show it: the bans of a
 * jail are addresses and nothing else, and columns need not be there. Others have to show
 * themselves each time. */
static bool needs_no_marks(enum mxw_format format)
{
	return format == MXW_FORMAT_FAIL2BAN || format == MXW_FORMAT_COLUMNS;
}

/* A format that refuses as much as it takes is not the one. */
static bool better(const struct trial *a, const struct trial *b)
{
	if (!a->found || (a->refused && a->refused >= a->found))
		return false;
	return !b->found || a->refused < b->refused;
}

/* What is known without a trial: JSON, nft's own words, of which the head may have a part of a set,
 * CSV, and a text without a line. */
static bool known_at_once(struct mxw_text head, const struct mxw_marks *marks,
			  enum mxw_format expected, enum mxw_format *format)
{
	*format = mxw_format_by_shape(head);
	if (*format != MXW_FORMAT_AUTO)
		return *format != MXW_FORMAT_COUNT;
	/* Titles say what the columns mean: another reader must not take the lines that CSV refuses. */
	*format = marks->nft			       ? MXW_FORMAT_NFT
		  : marks->header && !marks->decisions ? MXW_FORMAT_CSV
						       : MXW_FORMAT_PLAIN;
	if (*format != MXW_FORMAT_PLAIN)
		return true;
	if (marks->lines || marks->zone)
		return false;
	if (expected != MXW_FORMAT_AUTO)
		*format = expected;
	return true;
}

/* Which of two that refuse a text says more about it. */
static const struct trial *tells_more(const struct trial *plain, const struct trial *columns)
{
	return columns->refused && strcmp(columns->why, plain->why) != 0 ? columns : plain;
}

/* Tries all that may be. *format: the first that reads every line, or the one that refuses the
 * fewest; COUNT if none is fit. */
static int choose(struct mxw_text head, const struct mxw_marks *marks, enum mxw_format *format,
		  struct trial trials[MXW_FORMAT_COUNT], struct mxw_err *err)
{
	struct trial best = { 0 };
	bool clean = false;

	*format = MXW_FORMAT_COUNT;
	for (size_t i = 0; i < TRIES && !clean; i++) {
		struct trial *trial = &trials[TRIED[i]];
		int error;

		if (!mxw_marks_show(marks, TRIED[i]))
			continue;
		error = try(TRIED[i], head, trial, err);
		/* A text that no plain list can be, such as HTML, is not a list at all. */
		if (error && TRIED[i] == MXW_FORMAT_PLAIN)
			return error;
		clean = !error && !trial->refused;
		if (error || !(clean || better(trial, &best)))
			continue;
		best = *trial;
		*format = TRIED[i];
	}
	return MXW_OK;
}

static int refuse(struct mxw_text head, bool complete, const struct trial trials[MXW_FORMAT_COUNT],
		  enum mxw_format *format, struct mxw_err *err)
{
	const struct trial *plain = &trials[MXW_FORMAT_PLAIN], *told;

	*format = MXW_FORMAT_PLAIN;
	if (plain->found)
		return MXW_OK;
	if (!complete && head.size && !memchr(head.at, '\n', head.size))
		return MXW_OK; /* the length of the line is what is wrong with it */
	told = tells_more(plain, &trials[MXW_FORMAT_COLUMNS]);
	return mxw_fail(err, MXW_E_USAGE,
			"line %llu: no format of a list fits this text; read as a %s, it %s",
			(unsigned long long)told->line,
			told == plain ? "plain list" : "list with columns", told->why);
}

static int refuse_allowed(uint64_t line, struct mxw_err *err)
{
	return mxw_fail(
		err, MXW_E_USAGE,
		"line %llu: what follows seems to be allowed, and a guess would block it: name the "
		"format with --format, or take these lines out",
		(unsigned long long)line);
}

int mxw_format_detect(struct mxw_text head, bool complete, enum mxw_format expected,
		      enum mxw_format *format, struct mxw_err *err)
{
	struct trial trials[MXW_FORMAT_COUNT] = { { 0 } };
	struct mxw_marks marks;
	uint64_t white;
	int error;

	if (!complete)
		head = whole_lines(head);
	marks = mxw_marks_count(head);
	if (marks.white_set && (marks.nft || marks.ipset || marks.ipset_headings))
		return refuse_allowed(marks.white_set, err);
	if (known_at_once(head, &marks, expected, format)) {
		white = *format == MXW_FORMAT_NFT ? mxw_shape_white_set(head) : 0;
		return white ? refuse_allowed(white, err) : MXW_OK;
	}
	if (*format == MXW_FORMAT_COUNT)
		return mxw_fail(err, MXW_E_USAGE,
				"line 1: no format of a list fits this text: it is JSON, but not "
				"of nft, CrowdSec, Spamhaus DROP, AWS or Google");
	if (marks.white)
		return refuse_allowed(marks.white, err);
	if (marks.jail)
		expected = MXW_FORMAT_FAIL2BAN;
	if (needs_no_marks(expected) && try(expected, head, &trials[expected], NULL) == MXW_OK &&
	    !trials[expected].refused) {
		*format = expected;
		return MXW_OK;
	}
	error = choose(head, &marks, format, trials, err);
	if (error || *format != MXW_FORMAT_COUNT)
		return error;
	return refuse(head, complete, trials, format, err);
}
