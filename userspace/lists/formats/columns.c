// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines that begin with an address and have other columns behind it: counts, texts, or the end of a
 * range. Registered in format.c.
 *
 * Columns end at a tab, a comma, a '|' or blanks. Two addresses are a network and its mask, or a
 * range. Where the format was found out and not named, only what cannot be anything else is taken:
 * a log file begins its lines with addresses too.
 */
#include <string.h>

#include "lists/formats/reader.h"

#define LONGEST_MASK_START 4 /* bits; from 240.0.0.0 on there is no address that a range ends at */

/* A line in its parts. */
struct columns {
	struct mxw_text first, second, third;
	bool dashed; /* "A - B": certainly a range */
	bool blanks; /* nothing but blanks is between the first and the second */
};

static bool ends_column(char c)
{
	return mxw_is_blank(c) || c == ',' || c == '|';
}

/* Takes a column, without its quotes, and what separates it from the next. *blanks: that was
 * spaces alone. */
static struct mxw_text take_column(struct mxw_text *rest, bool *blanks)
{
	struct mxw_text column = { rest->at, 0 };
	bool separated = false;

	if (rest->size && rest->at[0] == '"') {
		*rest = mxw_text_from(*rest, 1);
		column = mxw_text_until(rest, '"');
	} else {
		while (column.size < rest->size && !ends_column(rest->at[column.size]))
			column.size++;
		*rest = mxw_text_from(*rest, column.size);
	}
	*blanks = true;
	while (rest->size && ends_column(rest->at[0])) {
		bool mark = rest->at[0] == ',' || rest->at[0] == '|';

		if (mark && separated)
			break;
		separated = separated || mark;
		*blanks = *blanks && rest->at[0] == ' ';
		*rest = mxw_text_from(*rest, 1);
	}
	return column;
}

static struct columns split(struct mxw_text rest)
{
	struct columns columns = { .blanks = false };
	bool blanks;

	columns.first = take_column(&rest, &columns.blanks);
	columns.second = take_column(&rest, &blanks);
	columns.dashed = mxw_text_is(columns.second, "-");
	if (columns.dashed) {
		columns.second = take_column(&rest, &blanks);
		columns.blanks = false;
	}
	columns.third = take_column(&rest, &blanks);
	return columns;
}

/* What other columns say against a block; NULL if they say nothing. */
static const char *objection(const struct columns *columns)
{
	struct mxw_text second = columns->second;

	if (mxw_text_allows(second))
		return "says in its second column that it is allowed";
	if (mxw_text_allows(columns->third) && !mxw_text_is_any_case(second, "not"))
		return "says in its third column that it is allowed";
	if (second.size > 1 && second.at[0] == '-' && mxw_is_digit(second.at[1]))
		return "has a negative number behind the address, as good senders have in lists "
		       "of scores";
	if (mxw_text_begins(second, "!") || mxw_text_begins(columns->third, "!"))
		return "has an exception behind the address, which is not understood";
	return NULL;
}

/* A file of hosts has a name behind each address, and a log a request; neither is a list. */
static const char *other_file(struct mxw_text line, const struct columns *columns)
{
	static const char *const requests[] = { "HTTP/", "\"GET ", "\"POST ", "\"HEAD " };
	struct mxw_text name = columns->second;
	bool letters = false;

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (memmem(line.at, line.size, requests[i], strlen(requests[i])))
			return "looks like a line of a log";
	if (mxw_text_is(name, "-") && !columns->dashed)
		return "looks like a line of a log";
	for (size_t i = 0; i < name.size; i++)
		letters = letters || ((name.at[i] | 0x20) >= 'a' && (name.at[i] | 0x20) <= 'z');
	if (mxw_text_is(name, "localhost") ||
	    (letters && memchr(name.at, '.', name.size) && !memchr(name.at, ' ', name.size)))
		return "has the name of a host behind the address, as /etc/hosts has";
	return NULL;
}

static bool is_number(struct mxw_text word)
{
	for (size_t i = 0; i < word.size; i++)
		if (!mxw_is_digit(word.at[i]))
			return false;
	return word.size > 0;
}

static bool is_address(struct mxw_text word, struct mxw_keys *keys)
{
	return word.size && !memchr(word.at, '/', word.size) && !mxw_prefix_scan(word, keys);
}

static bool is_entry(struct mxw_text word)
{
	struct mxw_keys keys;

	return mxw_range_scan(word, &keys) == NULL;
}

/* The addresses beyond the network in a mask such as 255.255.255.0; false if it is none. */
static bool read_mask(struct mxw_keys mask, uint64_t *host)
{
	*host = mask.first ^ UINT32_MAX;
	return mxw_keys_are_ipv4(mask) && (*host & (*host + 1)) == 0 &&
	       mask.first >= UINT32_MAX - (UINT32_MAX >> LONGEST_MASK_START);
}

/* Whether two ends are of a kind that single addresses hardly are: one prefix, or whole /24s. */
static bool looks_like_range(struct mxw_keys range)
{
	uint64_t width = range.last - range.first;

	if ((width & (width + 1)) == 0 && (range.first & width) == 0)
		return true;
	return mxw_keys_are_ipv4(range) && (range.first & 255) == 0 && (range.last & 255) == 255;
}

/* Two addresses in a line may be a range, a network and its mask, or two hosts. A guess that
 * would be wrong for the hosts between them is refused. */
static int put_pair(struct mxw_reader *reader, struct mxw_text line, const struct columns *columns,
		    struct mxw_keys a, struct mxw_keys b)
{
	struct mxw_keys range = { a.first, b.last }, more;
	uint64_t host;

	if (is_address(columns->third, &more))
		return mxw_reader_refuse(reader, line, "has more than two addresses");
	if (mxw_keys_are_ipv4(a) != mxw_keys_are_ipv4(b))
		return mxw_reader_refuse(reader, line, "its two addresses are of two families");
	if (!columns->dashed && read_mask(b, &host)) {
		range = (struct mxw_keys){ a.first & ~host, a.first | host };
		return mxw_reader_put(reader, MXW_SAYS_BLOCK, range);
	}
	if (a.first > b.first)
		return mxw_reader_refuse(reader, line, "the range ends before it begins");
	if (reader->guessed && !columns->dashed && !looks_like_range(range))
		return mxw_reader_refuse(
			reader, line,
			"may be two addresses or a range: --format fail2ban or columns says which");
	return mxw_reader_put(reader, MXW_SAYS_BLOCK, range);
}

/* If the format was guessed, lines are refused that may be of another kind of file: log files
 * begin with addresses too. */
static int columns_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct columns columns;
	struct mxw_keys first, second;
	const char *why;

	(void)err;
	line = mxw_text_trim(mxw_text_uncommented(line));
	if (!line.size)
		return MXW_OK;
	columns = split(line);
	why = objection(&columns);
	if (!why && reader->guessed)
		why = other_file(line, &columns);
	if (why)
		return mxw_reader_refuse(reader, line, why);
	if (is_address(columns.first, &first) && is_address(columns.second, &second))
		return put_pair(reader, line, &columns, first, second);
	if (columns.dashed)
		return mxw_reader_refuse(reader, line, "is neither an address nor a range of two");
	if (is_entry(columns.first) && reader->guessed && columns.blanks && columns.second.size &&
	    (!is_number(columns.second) || columns.third.size))
		return mxw_reader_refuse(reader, line, "has text behind an address");
	return mxw_reader_put_text(reader, MXW_SAYS_BLOCK, columns.first);
}

const struct mxw_syntax mxw_syntax_columns = { .take = mxw_take_lines, .line = columns_line };
