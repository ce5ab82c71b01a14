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

#include "lists/formats/time.h"

#define WORD_MAX 128 /* kept of a word; no address is longer */

enum mode {
	MODE_LIST = 0, /* words are addresses */
	MODE_TITLE, /* of status: nothing is meant until "IP list:" */
	MODE_TIME, /* the time of a ban: "20:00:00 + 600 = ..." after the date */
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
	bool ip; /* the last word was "IP" */
	/* The last address, which waits for its time. */
	char waiting[WORD_MAX];
	size_t waiting_size; /* 0: none */
	unsigned int time_words;
	uint64_t begin[6]; /* local time of the ban */
	uint64_t end; /* wall clock s, 0 = none */
	bool unclear; /* it has an end that is not read */
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

/* Puts the address that waits. */
static int put_waiting(struct mxw_reader *reader)
{
	struct jail *jail = reader->state;
	struct mxw_text word = { jail->waiting, jail->waiting_size };

	jail->waiting_size = 0;
	if (word.size && jail->unclear)
		return mxw_reader_refuse(reader, word,
					 "has a ban whose beginning or length is not understood");
	reader->until = jail->end < UINT32_MAX ? (uint32_t)jail->end : UINT32_MAX;
	return word.size ? mxw_reader_put_text(reader, MXW_SAYS_BLOCK, word) : MXW_OK;
}

static void begin_time(struct jail *jail, struct mxw_text date)
{
	static const size_t digits[] = { 4, 2, 2 };

	for (size_t i = 0; i < 3; i++) {
		(void)mxw_scan_number(&date, digits[i], &jail->begin[i]); /* it is a date */
		date = mxw_text_from(date, date.size ? 1 : 0);
	}
	jail->mode = MODE_TIME;
	jail->time_words = 0;
}

/* "20:00:00", "+", "600"; the sum that follows says no more. A ban of -1 seconds has no end. */
static void time_word(const struct mxw_reader *reader, struct mxw_text word)
{
	struct jail *jail = reader->state;
	uint64_t seconds, begin;

	switch (jail->time_words++) {
	case 0:
		if (!mxw_scan_clock(&word, &jail->begin[3]))
			jail->mode = MODE_REST;
		return;
	case 1:
		if (!mxw_text_is(word, "+"))
			jail->mode = MODE_REST;
		return;
	default:
		jail->mode = MODE_REST;
		if (mxw_text_is(word, "-1"))
			return;
		jail->unclear = !mxw_scan_number(&word, 11, &seconds) ||
				!mxw_time_of(jail->begin, &begin);
		if (!jail->unclear)
			jail->end = mxw_time_from_local(reader, begin) + seconds;
	}
}

static int address(struct mxw_reader *reader, struct mxw_text word)
{
	struct jail *jail = reader->state;
	int error;

	if (jail->waiting_size && is_date(word)) {
		begin_time(jail, word);
		return MXW_OK;
	}
	error = put_waiting(reader);
	memcpy(jail->waiting, word.at, word.size);
	jail->waiting_size = word.size;
	return error;
}

/* Words of titles, lists and times come in one stream. Which of them comes next follows from the
 * word before. */
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
	else if (jail->mode == MODE_TIME)
		time_word(reader, word);
	return MXW_OK;
}

static int end_line(struct mxw_reader *reader)
{
	struct jail *jail = reader->state;
	int error = end_word(reader);

	if (!error)
		error = put_waiting(reader);
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

/* Reads by the byte, since all bans may stand in one line of any length. Quotes hold what Python
 * prints of a list. */
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
