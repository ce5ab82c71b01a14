// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What fail2ban-client prints of bans: `get JAIL banip`, with and without --with-time, `status
 * JAIL`, the Python list of `banned`, and words of addresses in general. Registered in
 * format.c.
 *
 * All bans may stand in one line, which is then as long as they are many. So this reads words, not
 * lines, and only a word may not be longer than a line elsewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "lists/format_reader.h"

#define WORD_MAX 128 /* kept of a word; no address is longer */

enum mode {
	MODE_LIST = 0, /* words are addresses */
	MODE_TITLE, /* of status: nothing is meant until "IP list:" */
	MODE_REST, /* the rest of the line does not matter */
};

struct jail {
	char word[WORD_MAX];
	size_t size; /* of the word; what is above WORD_MAX was not kept */
	char quote; /* that the word is in */
	bool closed; /* the quoted word has ended; what comes next tells what it is */
	bool in_line; /* the line has begun */
	enum mode mode;
	unsigned int words; /* in this line so far */
	bool address, ip; /* whether one came, and whether the last word was "IP" */
};

static int jail_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct jail));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for bans");
}

/* "2026-01-31", which the time of a ban begins with. */
static bool is_date(struct mxw_text word)
{
	return word.size == 10 && word.at[4] == '-' && word.at[7] == '-' &&
	       mxw_is_digit(word.at[0]) && mxw_is_digit(word.at[9]);
}

static int address(struct mxw_reader *reader, struct mxw_text word)
{
	struct jail *jail = reader->state;

	if (jail->address && is_date(word)) {
		jail->mode = MODE_REST;
		return MXW_OK;
	}
	jail->address = true;
	return mxw_reader_put_text(reader, MXW_SAYS_BLOCK, word);
}

static int end_word(struct mxw_reader *reader)
{
	struct jail *jail = reader->state;
	struct mxw_text word = { jail->word, jail->size < WORD_MAX ? jail->size : WORD_MAX };
	bool ip = jail->ip;

	jail->size = 0;
	if (reader->lines == 0 && jail->words == 0 && mxw_text_begins(word, "\xef\xbb\xbf"))
		word = mxw_text_from(word, 3);
	if (!word.size)
		return MXW_OK;
	if (strchr("#;", word.at[0]) || mxw_text_begins(word, "//"))
		jail->mode = MODE_REST;
	if (jail->words++ == 0) {
		if (word.at[0] == '|' || word.at[0] == '`' || mxw_text_is(word, "Status"))
			jail->mode = MODE_TITLE;
	}
	jail->ip = mxw_text_is(word, "IP");
	if (jail->mode == MODE_TITLE && ip && mxw_text_is(word, "list:"))
		jail->mode = MODE_LIST;
	else if (jail->mode == MODE_LIST)
		return address(reader, word);
	return MXW_OK;
}

static int end_line(struct mxw_reader *reader)
{
	struct jail *jail = reader->state;
	int error = end_word(reader);

	reader->lines += jail->in_line;
	*jail = (struct jail){ .size = 0 };
	return error;
}

static int add_byte(struct mxw_reader *reader, char c, struct mxw_err *err)
{
	struct jail *jail = reader->state;

	if (c == '<' && !jail->size && !jail->words)
		return mxw_check_markup(reader, (struct mxw_text){ &c, 1 }, err);
	if (jail->size >= MXW_LINE_MAX)
		return mxw_fail(err, MXW_E_USAGE,
				"line %llu: a word is longer than 64 KiB; this is not a list",
				(unsigned long long)reader->at_line);
	if (jail->size < WORD_MAX)
		jail->word[jail->size] = c;
	jail->size++;
	return MXW_OK;
}

static bool separates(char c)
{
	return mxw_is_blank(c) || strchr("\r,[]{}()", c);
}

static int take_byte(struct mxw_reader *reader, char c, struct mxw_err *err)
{
	struct jail *jail = reader->state;

	if (jail->closed && !mxw_is_blank(c)) {
		jail->closed = false;
		if (c == ':') { /* the name of a jail */
			jail->size = 0;
			return MXW_OK;
		}
	}
	if (c == '\n')
		return end_line(reader);
	if (jail->quote) {
		jail->closed = c == jail->quote;
		if (!jail->closed)
			return add_byte(reader, c, err);
		jail->quote = '\0';
		return MXW_OK;
	}
	if (jail->closed)
		return MXW_OK;
	if (separates(c))
		return end_word(reader);
	if ((c == '\'' || c == '"') && !jail->size) {
		jail->quote = c;
		return MXW_OK;
	}
	return add_byte(reader, c, err);
}

static int jail_take(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	struct jail *jail = reader->state;
	int error = MXW_OK;

	for (size_t i = 0; i < piece.size && !error; i++) {
		if (!jail->in_line) {
			jail->in_line = true;
			reader->at_line = reader->lines + 1;
		}
		error = take_byte(reader, piece.at[i], err);
	}
	return error;
}

static int jail_end(struct mxw_reader *reader, struct mxw_err *err)
{
	(void)err;
	return end_line(reader);
}

const struct mxw_syntax mxw_syntax_fail2ban = {
	.open = jail_open,
	.take = jail_take,
	.end = jail_end,
};
