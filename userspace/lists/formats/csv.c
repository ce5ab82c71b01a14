// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CSV with a line of titles, which say where the addresses are: abuse.ch's lists and many exports.
 * The titles may be a comment. Registered in format.c.
 */
#include <stdlib.h>
#include <string.h>

#include "lists/formats/csv.h"
#include "lists/formats/reader.h"

enum column {
	COLUMN_ADDRESS = 0,
	COLUMN_FIRST, /* of a range */
	COLUMN_LAST,
	COLUMN_MASK, /* a netmask, or the length of a prefix */
	COLUMN_ACTION,
	COLUMN_LISTED, /* no: the address is not blocked */
	COLUMN_SPARED, /* yes: the same */
	COLUMN_SCORE, /* below zero: the same */
	COLUMN_COUNT,
	COLUMN_OTHER = COLUMN_COUNT,
};

/* What the line of titles says. */
struct titles {
	char separator;
	unsigned int at[COLUMN_COUNT]; /* from 1; 0 = nowhere */
	bool twice; /* two columns have addresses of their own */
};

struct csv {
	bool has_titles;
	struct titles titles;
};

void mxw_field_take(struct mxw_text *line, char separator, struct mxw_field *field)
{
	bool quoted = false;
	size_t i = 0;

	field->size = 0;
	for (; i < line->size && (quoted || line->at[i] != separator); i++) {
		char c = line->at[i];

		if (c == '"' && quoted && i + 1 < line->size && line->at[i + 1] == '"') {
			i++;
		} else if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (field->size < MXW_FIELD_MAX)
			field->text[field->size++] = c;
	}
	*line = mxw_text_from(*line, i < line->size ? i + 1 : i);
}

struct mxw_text mxw_field_text(const struct mxw_field *field)
{
	return mxw_text_trim((struct mxw_text){ field->text, field->size });
}

/* "Src_IP" is "srcip": letters and digits only, small. */
static struct mxw_text plain_title(const struct mxw_field *field, char out[MXW_FIELD_MAX])
{
	size_t size = 0;

	for (size_t i = 0; i < field->size; i++) {
		char c = field->text[i];

		if (mxw_is_digit(c) || (c >= 'a' && c <= 'z'))
			out[size++] = c;
		else if (c >= 'A' && c <= 'Z')
			out[size++] = (char)(c | 0x20);
	}
	return (struct mxw_text){ out, size };
}

/* Titles without blanks, marks and case, as publishers write them. */
static const struct {
	const char *title;
	enum column column;
} titles_known[] = {
	{ "ip", COLUMN_ADDRESS },
	{ "ipaddress", COLUMN_ADDRESS },
	{ "ipaddr", COLUMN_ADDRESS },
	{ "address", COLUMN_ADDRESS },
	{ "addr", COLUMN_ADDRESS },
	{ "dstip", COLUMN_ADDRESS },
	{ "srcip", COLUMN_ADDRESS },
	{ "sourceip", COLUMN_ADDRESS },
	{ "destinationip", COLUMN_ADDRESS },
	{ "remoteip", COLUMN_ADDRESS },
	{ "clientip", COLUMN_ADDRESS },
	{ "attackerip", COLUMN_ADDRESS },
	{ "ipv4", COLUMN_ADDRESS },
	{ "ipv6", COLUMN_ADDRESS },
	{ "cidr", COLUMN_ADDRESS },
	{ "network", COLUMN_ADDRESS },
	{ "subnet", COLUMN_ADDRESS },
	{ "prefix", COLUMN_ADDRESS },
	{ "ipprefix", COLUMN_ADDRESS },
	{ "netblock", COLUMN_ADDRESS },
	{ "iprange", COLUMN_ADDRESS },
	{ "range", COLUMN_ADDRESS },
	{ "startip", COLUMN_FIRST },
	{ "ipstart", COLUMN_FIRST },
	{ "start", COLUMN_FIRST },
	{ "firstip", COLUMN_FIRST },
	{ "startaddress", COLUMN_FIRST },
	{ "rangestart", COLUMN_FIRST },
	{ "ipfrom", COLUMN_FIRST },
	{ "endip", COLUMN_LAST },
	{ "ipend", COLUMN_LAST },
	{ "end", COLUMN_LAST },
	{ "lastip", COLUMN_LAST },
	{ "endaddress", COLUMN_LAST },
	{ "rangeend", COLUMN_LAST },
	{ "ipto", COLUMN_LAST },
	{ "netmask", COLUMN_MASK },
	{ "mask", COLUMN_MASK },
	{ "subnetmask", COLUMN_MASK },
	{ "prefixlength", COLUMN_MASK },
	{ "prefixlen", COLUMN_MASK },
	{ "masklen", COLUMN_MASK },
	{ "action", COLUMN_ACTION },
	{ "verdict", COLUMN_ACTION },
	{ "disposition", COLUMN_ACTION },
	{ "blocked", COLUMN_LISTED },
	{ "isblocked", COLUMN_LISTED },
	{ "banned", COLUMN_LISTED },
	{ "listed", COLUMN_LISTED },
	{ "enabled", COLUMN_LISTED },
	{ "allowed", COLUMN_SPARED },
	{ "allow", COLUMN_SPARED },
	{ "whitelist", COLUMN_SPARED },
	{ "white", COLUMN_SPARED },
	{ "whitelisted", COLUMN_SPARED },
	{ "iswhitelisted", COLUMN_SPARED },
	{ "trusted", COLUMN_SPARED },
	{ "score", COLUMN_SCORE },
	{ "reputation", COLUMN_SCORE },
	{ "rating", COLUMN_SCORE },
	{ "weight", COLUMN_SCORE },
	{ "points", COLUMN_SCORE },
};

static enum column column_by_title(struct mxw_text title)
{
	for (size_t i = 0; i < sizeof(titles_known) / sizeof(titles_known[0]); i++)
		if (mxw_text_is(title, titles_known[i].title))
			return titles_known[i].column;
	return COLUMN_OTHER;
}

static char separator_of(struct mxw_text line)
{
	static const char separators[] = { ',', ';', '\t', '\0' };
	const char *at = separators;

	while (*at && line.size && !memchr(line.at, *at, line.size))
		at++;
	return (char)(*at ? *at : ',');
}

static struct mxw_text without_comment_mark(struct mxw_text line)
{
	line = mxw_text_trim(line);
	while (line.size && line.at[0] == '#')
		line = mxw_text_from(line, 1);
	return mxw_text_trim(line);
}

/* false: no column has addresses. */
static bool read_titles(struct mxw_text line, struct titles *titles)
{
	*titles = (struct titles){ .separator = separator_of(line) };
	for (unsigned int i = 1; line.size; i++) {
		char plain[MXW_FIELD_MAX];
		struct mxw_field field;
		enum column column;

		mxw_field_take(&line, titles->separator, &field);
		column = column_by_title(plain_title(&field, plain));
		if (column == COLUMN_OTHER)
			continue;
		titles->twice = titles->twice || (column < COLUMN_ACTION && titles->at[column]);
		titles->at[column] = titles->at[column] ? titles->at[column] : i;
	}
	if (titles->at[COLUMN_ADDRESS] && titles->at[COLUMN_FIRST])
		titles->twice = true;
	return titles->at[COLUMN_ADDRESS] || (titles->at[COLUMN_FIRST] && titles->at[COLUMN_LAST]);
}

bool mxw_csv_is_header(struct mxw_text line)
{
	struct titles titles;
	bool comment;

	line = mxw_text_trim(line);
	comment = line.size && line.at[0] == '#';
	line = without_comment_mark(line);
	/* A word of a comment alone is not a title. */
	return read_titles(line, &titles) &&
	       (!comment || (line.size && memchr(line.at, titles.separator, line.size)));
}

static int csv_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct csv));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for a list");
}

/* Whether the word is one of the words, which end with NULL. */
static bool is_one_of(struct mxw_text word, const char *const *words)
{
	while (*words && !mxw_text_is_any_case(word, *words))
		words++;
	return *words != NULL;
}

static bool blocks(struct mxw_text action)
{
	static const char *const words[] = { "block",	  "deny",      "drop",	 "reject",
					     "ban",	  "blocked",   "denied", "banned",
					     "blacklist", "blocklist", NULL };

	return action.size == 0 || is_one_of(action, words);
}

/* What a row says against a block of its address; NULL if it says nothing. */
static const char *objection(const struct mxw_text text[COLUMN_COUNT], bool allows)
{
	static const char *const yes[] = { "true", "yes", "y", "t", "1", NULL };
	static const char *const no[] = { "false", "no", "n", "f", "0", NULL };

	if (!blocks(text[COLUMN_ACTION]))
		return "its action is not to block";
	if (mxw_text_begins(text[COLUMN_SCORE], "-"))
		return "its score is below zero, as that of good senders";
	if (allows || is_one_of(text[COLUMN_SPARED], yes))
		return "one of its fields says that it is allowed";
	return is_one_of(text[COLUMN_LISTED], no) ? "one of its fields says that it is not blocked"
						  : NULL;
}

/* An IPv4 address and a mask such as 255.255.255.0. That of all addresses is an empty field. */
static const char *join_mask(struct mxw_text a, struct mxw_keys mask, struct mxw_keys *keys)
{
	uint64_t host = mask.first ^ UINT32_MAX;

	if (!mxw_keys_are_ipv4(mask) || !mask.first || host & (host + 1))
		return "its netmask is not a netmask";
	if (mxw_prefix_scan(a, keys) || !mxw_keys_are_ipv4(*keys) || keys->first != keys->last)
		return "a netmask stands beside what is not an IPv4 address";
	*keys = (struct mxw_keys){ keys->first & ~host, keys->first | host };
	return NULL;
}

/* Two texts with a character between them, as a range or a prefix. A mask is turned round. */
static const char *join(struct mxw_text a, char between, struct mxw_text b, struct mxw_keys *keys)
{
	char text[2 * MXW_FIELD_MAX + 1];
	struct mxw_keys mask;

	if (between == '/' && !mxw_prefix_scan(b, &mask) && memchr(b.at, '.', b.size))
		return join_mask(a, mask, keys);
	memcpy(text, a.at, a.size);
	text[a.size] = between;
	memcpy(text + a.size + 1, b.at, b.size);
	return mxw_range_scan((struct mxw_text){ text, a.size + 1 + b.size }, keys);
}

/* Any field of the row may say that its address is allowed, so all are looked at before one is
 * taken. */
static int row(struct mxw_reader *reader, struct mxw_text line)
{
	const struct csv *csv = reader->state;
	struct mxw_field fields[COLUMN_COUNT] = { 0 };
	struct mxw_text text[COLUMN_COUNT], whole = line;
	struct mxw_keys keys;
	const char *why;
	bool allows = false;

	for (unsigned int i = 1; line.size; i++) {
		struct mxw_field field;

		mxw_field_take(&line, csv->titles.separator, &field);
		allows = allows || mxw_text_allows(mxw_field_text(&field));
		for (int column = 0; column < COLUMN_COUNT; column++)
			if (csv->titles.at[column] == i)
				fields[column] = field;
	}
	for (int column = 0; column < COLUMN_COUNT; column++)
		text[column] = mxw_field_text(&fields[column]);
	why = objection(text, allows);
	if (why)
		return mxw_reader_refuse(reader, whole, why);
	if (csv->titles.at[COLUMN_FIRST])
		why = join(text[COLUMN_FIRST], '-', text[COLUMN_LAST], &keys);
	else if (text[COLUMN_MASK].size)
		why = join(text[COLUMN_ADDRESS], '/', text[COLUMN_MASK], &keys);
	else
		why = mxw_range_scan(text[COLUMN_ADDRESS], &keys);
	return why ? mxw_reader_refuse(reader, whole, why)
		   : mxw_reader_put(reader, MXW_SAYS_BLOCK, keys);
}

/* The line of titles may be a comment, so it is looked for before comments are passed over. Two
 * columns of addresses are refused: nobody says which is meant. */
static int csv_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct csv *csv = reader->state;
	bool header;

	(void)err;
	line = mxw_text_trim(line);
	if (!line.size)
		return MXW_OK;
	header = !csv->has_titles && mxw_csv_is_header(line);
	if (header) {
		csv->has_titles = read_titles(without_comment_mark(line), &csv->titles);
		return csv->titles.twice
			       ? mxw_reader_refuse(
					 reader, line,
					 "two columns have addresses: keep the one that is meant")
			       : MXW_OK;
	}
	if (line.at[0] == '#' || mxw_text_begins(line, "//"))
		return MXW_OK;
	if (!csv->has_titles || csv->titles.twice)
		return mxw_reader_refuse(reader, line,
					 csv->has_titles ? "two columns have addresses"
							 : "is before a line of titles");
	return row(reader, line);
}

const struct mxw_syntax mxw_syntax_csv = {
	.open = csv_open,
	.take = mxw_take_lines,
	.line = csv_line,
};
