// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shapes of JSON: which keys stand how deep. The text may be the beginning of one, so no parser of
 * whole values is asked.
 */
#include <string.h>

#include "lists/formats/marks.h"

#define DEPTH_MAX 3 /* deeper keys tell nothing */
#define NEAR 200 /* bytes: the name of a set stands so near its beginning */

enum key {
	KEY_CIDR = 1 << 0,
	KEY_METADATA = 1 << 1, /* "type" */
	KEY_NFTABLES = 1 << 2,
	KEY_DECISIONS = 1 << 3,
	KEY_SCOPE = 1 << 4,
	KEY_VALUE = 1 << 5,
	KEY_STREAM = 1 << 6, /* "new", "deleted" */
	KEY_PREFIXES = 1 << 7, /* "prefixes", and what AWS and Google have in them */
	KEY_PREFIX = 1 << 8,
};

struct shape {
	unsigned int at[DEPTH_MAX + 1]; /* enum key, by how many brackets are open */
};

static unsigned int key_of(struct mxw_text name)
{
	static const struct {
		const char *name;
		enum key key;
	} rows[] = {
		{ "cidr", KEY_CIDR },	      { "type", KEY_METADATA },
		{ "nftables", KEY_NFTABLES }, { "decisions", KEY_DECISIONS },
		{ "scope", KEY_SCOPE },	      { "value", KEY_VALUE },
		{ "new", KEY_STREAM },	      { "deleted", KEY_STREAM },
		{ "prefixes", KEY_PREFIXES }, { "ipv6_prefixes", KEY_PREFIXES },
		{ "ip_prefix", KEY_PREFIX },  { "ipv6_prefix", KEY_PREFIX },
		{ "ipv4Prefix", KEY_PREFIX }, { "ipv6Prefix", KEY_PREFIX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mxw_text_is(name, rows[i].name))
			return rows[i].key;
	return 0;
}

/* Drops blanks and line ends, and returns the first byte after them; '\0' at the end. */
static char next_byte(struct mxw_text *text)
{
	while (text->size && strchr(" \t\r\n", text->at[0]))
		*text = mxw_text_from(*text, 1);
	return (char)(text->size ? text->at[0] : '\0');
}

/* Takes a string off the text, its first quote included, which it begins with. */
static struct mxw_text take_string(struct mxw_text *text)
{
	struct mxw_text string = { text->at + 1, 0 };

	*text = mxw_text_from(*text, 1);
	while (text->size && text->at[0] != '"') {
		size_t step = text->at[0] == '\\' && text->size > 1 ? 2 : 1;

		string.size += step;
		*text = mxw_text_from(*text, step);
	}
	if (text->size)
		*text = mxw_text_from(*text, 1);
	return string;
}

/* Which keys stand at which depth. That is enough to tell the formats that are JSON apart, and
 * works on a text that is cut off. */
static struct shape shape_of(struct mxw_text text)
{
	struct shape shape = { { 0 } };
	unsigned int depth = 0;

	while (text.size) {
		struct mxw_text string;

		if (text.at[0] == '"') {
			string = take_string(&text);
			if (depth <= DEPTH_MAX && next_byte(&text) == ':')
				shape.at[depth] |= key_of(string);
			continue;
		}
		if (strchr("[{", text.at[0]))
			depth++;
		else if (strchr("]}", text.at[0]) && depth)
			depth--;
		text = mxw_text_from(text, 1);
	}
	return shape;
}

/* An object that is over where its line is: DROP has nothing else. */
static bool is_line_of_drop(struct mxw_text line)
{
	struct shape shape;

	line = mxw_text_trim(line);
	if (!line.size || line.at[0] != '{' || line.at[line.size - 1] != '}')
		return false;
	shape = shape_of(line);
	return shape.at[1] & KEY_CIDR ||
	       (shape.at[1] & KEY_METADATA && memmem(line.at, line.size, "\"metadata\"", 10));
}

static bool has_decisions(const struct shape *shape, bool object)
{
	const unsigned int one = KEY_SCOPE | KEY_VALUE;

	if (object)
		return shape->at[1] & (KEY_DECISIONS | KEY_STREAM);
	return shape->at[2] & KEY_DECISIONS || (shape->at[2] & one) == one;
}

/* Brackets stand around IPv6 addresses too, and Python's lists have ' where JSON has ". */
static bool is_json(struct mxw_text rest)
{
	char inner;

	rest = mxw_text_from(rest, 1);
	inner = next_byte(&rest);
	return inner && strchr("\"{}[]", inner);
}

static bool is_python(struct mxw_text rest)
{
	rest = mxw_text_from(rest, 1);
	if (next_byte(&rest) == '{')
		rest = mxw_text_from(rest, 1);
	return next_byte(&rest) == '\'';
}

enum mxw_format mxw_format_by_shape(struct mxw_text text)
{
	struct mxw_text line;
	struct shape shape;
	char first;

	if (mxw_text_begins(text, "\xef\xbb\xbf"))
		text = mxw_text_from(text, 3);
	first = next_byte(&text);
	line = text;
	line = mxw_text_trim(mxw_text_until(&line, '\n'));
	if (mxw_text_is(line, "null") || mxw_text_is(line, "[]"))
		return MXW_FORMAT_CROWDSEC_JSON;
	if (first != '[' && first != '{')
		return MXW_FORMAT_AUTO;
	if (is_python(text))
		return MXW_FORMAT_FAIL2BAN;
	if (!is_json(text))
		return MXW_FORMAT_AUTO;
	if (is_line_of_drop(line))
		return MXW_FORMAT_DROP;
	shape = shape_of(text);
	if (shape.at[1] & KEY_NFTABLES)
		return MXW_FORMAT_NFT;
	if (shape.at[1] & KEY_PREFIXES && shape.at[3] & KEY_PREFIX)
		return MXW_FORMAT_CLOUD_JSON;
	return has_decisions(&shape, first == '{') ? MXW_FORMAT_CROWDSEC_JSON : MXW_FORMAT_COUNT;
}

/* The string behind the first key of this name, which stands near: {"set": {"family": "ip", "name": "x". */
static struct mxw_text near_string(struct mxw_text text, const char *key)
{
	struct mxw_text near = { text.at, text.size < NEAR ? text.size : NEAR }, rest;
	const char *at = memmem(near.at, near.size, key, strlen(key));

	if (!at)
		return (struct mxw_text){ 0 };
	rest = mxw_text_from(near, (size_t)(at - near.at) + strlen(key));
	(void)mxw_text_until(&rest, '"');
	return mxw_text_until(&rest, '"');
}

static uint64_t line_of(struct mxw_text text, const char *at)
{
	uint64_t line = 1;

	for (const char *c = text.at; c < at; c++)
		line += *c == '\n';
	return line;
}

/* nft lists a set as "set", with its type, and a script adds to it as "element"; both say its name. */
uint64_t mxw_shape_white_set(struct mxw_text text)
{
	enum { SETS, ELEMENTS, HOLDERS };
	static const char *const holders[HOLDERS] = { "\"set\"", "\"element\"" };

	for (size_t i = 0; i < HOLDERS; i++) {
		size_t length = strlen(holders[i]);
		struct mxw_text rest = text, type;
		const char *at;

		while ((at = memmem(rest.at, rest.size, holders[i], length)) != NULL) {
			rest = mxw_text_from(rest, (size_t)(at - rest.at) + length);
			type = near_string(rest, "\"type\"");
			if (mxw_text_names_allowed(near_string(rest, "\"name\"")) &&
			    (i == ELEMENTS || mxw_text_begins(type, "ipv4_addr") ||
			     mxw_text_begins(type, "ipv6_addr")))
				return line_of(text, at);
		}
	}
	return 0;
}
