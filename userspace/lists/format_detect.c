// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which format a text is in. JSON shows it by its keys; formats of lines are tried, and
 * the one that makes the most of them wins. Called by the reader in format.c.
 */
#include <string.h>

#include "lists/format_reader.h"

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
	struct mxw_format_sink sink = { trial, count4, count6, count_refusal };
	struct mxw_reader *reader;
	int error = mxw_reader_open(format, &sink, &reader, err);

	*trial = (struct trial){ 0 };
	if (!error)
		error = mxw_reader_take(reader, text.at, text.size, err);
	if (!error)
		error = mxw_reader_end(reader, err);
	mxw_reader_close(reader);
	return error;
}

static bool has(struct mxw_text text, const char *part)
{
	return text.size && memmem(text.at, text.size, part, strlen(part)) != NULL;
}

/* Drops blanks and line ends, and returns the first byte after them; '\0' at the end. */
static char next_byte(struct mxw_text *text)
{
	while (text->size && strchr(" \t\r\n", text->at[0]))
		*text = mxw_text_from(*text, 1);
	return (char)(text->size ? text->at[0] : '\0');
}

/* JSON, or what Python prints, or AUTO for neither. */
static enum mxw_format by_keys(struct mxw_text head)
{
	struct mxw_text rest = head, line;
	char first;

	if (mxw_text_begins(rest, "\xef\xbb\xbf"))
		rest = mxw_text_from(rest, 3);
	first = next_byte(&rest);
	line = rest;
	line = mxw_text_until(&line, '\n');
	if (mxw_text_is(mxw_text_trim(line), "null") || mxw_text_is(mxw_text_trim(line), "[]"))
		return MXW_FORMAT_CROWDSEC_JSON;
	if (first != '[' && first != '{')
		return MXW_FORMAT_AUTO;
	if (first == '{' && has(line, "}") && (has(line, "\"cidr\"") || has(line, "\"metadata\"")))
		return MXW_FORMAT_DROP;
	if (has(rest, "\"nftables\""))
		return MXW_FORMAT_NFT;
	if (has(rest, "\"decisions\"") || has(rest, "\"scope\"") || has(rest, "\"new\""))
		return MXW_FORMAT_CROWDSEC_JSON;
	rest = mxw_text_from(rest, 1);
	if (next_byte(&rest) == '{')
		rest = mxw_text_from(rest, 1);
	return next_byte(&rest) == '\'' ? MXW_FORMAT_FAIL2BAN : MXW_FORMAT_AUTO;
}

/* Whether a line is of a kind that among formats of lines rbldnsd alone has. Its reader takes
 * anything after an address for text, and half an address for a network, so a zone must
 * show itself. */
static bool is_zone_line(struct mxw_text line)
{
	struct mxw_text word;

	if (line.size < 2)
		return false;
	if (strchr("$!", line.at[0]) || (strchr("#;:", line.at[0]) && line.at[1] == '$') ||
	    (line.at[0] == ':' && mxw_is_digit(line.at[1])))
		return true;
	if (strchr("#;", line.at[0]))
		return false;
	(void)mxw_text_word(&line);
	word = mxw_text_word(&line);
	return word.size > 1 && word.at[0] == ':' && mxw_is_digit(word.at[1]);
}

static bool is_zone(struct mxw_text head)
{
	while (head.size)
		if (is_zone_line(mxw_text_until(&head, '\n')))
			return true;
	return false;
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

/* A format that refuses as much as it takes is not the one. */
static bool better(const struct trial *a, const struct trial *b)
{
	if (a->refused && a->refused >= a->found)
		return false;
	return a->found != b->found ? a->found > b->found : a->refused < b->refused;
}

/* In this order where two do equally well. */
static const enum mxw_format TRIED[] = {
	MXW_FORMAT_PLAIN,	 MXW_FORMAT_IPSET,    MXW_FORMAT_SPAMDB,  MXW_FORMAT_POSTFIX,
	MXW_FORMAT_CROWDSEC_CSV, MXW_FORMAT_FAIL2BAN, MXW_FORMAT_RBLDNSD,
};

int mxw_format_detect(struct mxw_text head, bool complete, enum mxw_format *format,
		      struct mxw_err *err)
{
	struct trial plain, best;
	bool zone = is_zone(head);
	int error;

	*format = by_keys(head);
	if (*format != MXW_FORMAT_AUTO)
		return MXW_OK;
	if (!complete)
		head = whole_lines(head);
	*format = MXW_FORMAT_PLAIN;
	error = try(MXW_FORMAT_PLAIN, head, &plain, err);
	if (error)
		return error;
	best = plain;
	for (size_t i = 1; i < sizeof(TRIED) / sizeof(TRIED[0]); i++) {
		struct trial trial;

		if (TRIED[i] == MXW_FORMAT_RBLDNSD && !zone)
			continue;
		if (try(TRIED[i], head, &trial, NULL) == MXW_OK && better(&trial, &best)) {
			best = trial;
			*format = TRIED[i];
		}
	}
	if (best.found || !best.refused)
		return MXW_OK;
	if (!complete && !has(head, "\n"))
		return MXW_OK; /* the length of the line is what is wrong with it */
	return mxw_fail(err, MXW_E_USAGE,
			"line %llu: no format of a list fits this text; as a plain list, it %s",
			(unsigned long long)plain.line, plain.why);
}
