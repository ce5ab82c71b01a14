// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Filters on answers, with the grammar of Postfix's ip_match.c: parsing, matching and
 * writing. Called by the parser of sites, by known_lists and by the score.
 */
#include <string.h>

#include "base/text.h"
#include "policy/dnsbl_sites.h"

/* What is left to read. */
struct cursor {
	const char *at, *end;
};

static int peek(const struct cursor *c)
{
	return c->at < c->end ? (unsigned char)*c->at : '\0';
}

static bool take(struct cursor *c, char wanted)
{
	if (peek(c) != wanted)
		return false;
	c->at++;
	return true;
}

static bool is_digit(int ch)
{
	return ch >= '0' && ch <= '9';
}

/* A decimal 0..255, with any number of leading zeros. The cursor moves only past a good one. */
static bool take_octet(struct cursor *c, unsigned int *value)
{
	struct cursor ahead = *c;

	if (!is_digit(peek(&ahead)))
		return false;
	for (*value = 0; is_digit(peek(&ahead)); ahead.at++) {
		*value = *value * 10 + (unsigned int)(*ahead.at - '0');
		if (*value > 255)
			return false;
	}
	*c = ahead;
	return true;
}

static void octets_add(struct mxw_octets *set, unsigned int low, unsigned int high)
{
	for (unsigned int v = low; v <= high; v++)
		set->bits[v / 64] |= 1ULL << (v % 64);
}

static bool octets_has(const struct mxw_octets *set, unsigned int v)
{
	return set->bits[v / 64] >> (v % 64) & 1;
}

/* number | number ".." number */
static const char *take_member(struct cursor *c, struct mxw_octets *set)
{
	unsigned int low, high;

	if (!take_octet(c, &low))
		return "need decimal number 0..255";
	high = low;
	if (take(c, '.')) {
		struct cursor range;

		if (!take(c, '.'))
			return "numeric range error";
		range = *c;
		if (!take_octet(c, &high) || high < low) {
			*c = range;
			return "numeric range error";
		}
	}
	octets_add(set, low, high);
	return NULL;
}

static const char *take_field(struct cursor *c, struct mxw_octets *set)
{
	const char *wrong;
	unsigned int value;

	if (take_octet(c, &value)) {
		octets_add(set, value, value);
		return NULL;
	}
	if (!take(c, '['))
		return "need decimal number 0..255 or \"[\"";
	do {
		wrong = take_member(c, set);
		if (wrong)
			return wrong;
	} while (take(c, ';'));
	return take(c, ']') ? NULL : "need \";\" or \"]\"";
}

static const char *take_fields(struct cursor *c, struct mxw_dnsbl_filter *filter)
{
	for (int i = 0; i < 4; i++) {
		const char *wrong;

		if (i && !take(c, '.'))
			return "need \".\"";
		wrong = take_field(c, &filter->octet[i]);
		if (wrong)
			return wrong;
	}
	return c->at == c->end ? NULL : "garbage after pattern";
}

/* Postfix allows one pair of brackets around the whole pattern. Returns false if a bracket
 * at the start is never closed. */
static bool strip_brackets(struct cursor *c)
{
	int level = 0;

	if (peek(c) != '[')
		return true;
	for (const char *p = c->at; p < c->end; p++) {
		level += (*p == '[') - (*p == ']');
		if (*p != ']' || level)
			continue;
		if (p + 1 == c->end) {
			c->at++;
			c->end--;
		}
		return true;
	}
	return false;
}

const char *mxw_dnsbl_filter_parse(const char *text, size_t length, struct mxw_dnsbl_filter *filter,
				   size_t *at)
{
	struct cursor c = { text, text + length };
	const char *wrong;

	memset(filter, 0, sizeof(*filter));
	if (!strip_brackets(&c))
		wrong = "missing \"]\" character";
	else if (c.at == c.end)
		wrong = "empty address pattern";
	else
		wrong = take_fields(&c, filter);
	*at = (size_t)(c.at - text);
	return wrong;
}

bool mxw_dnsbl_filter_match(const struct mxw_dnsbl_filter *filter, uint32_t record)
{
	for (unsigned int i = 0; i < 4; i++)
		if (!octets_has(&filter->octet[i], record >> (24 - 8 * i) & 0xff))
			return false;
	return true;
}

bool mxw_dnsbl_line_match(const struct mxw_dnsbl_line *line, uint32_t record)
{
	return line->any || mxw_dnsbl_filter_match(&line->filter, record);
}

/* The first run of values from low on. False: none is left. */
static bool next_run(const struct mxw_octets *set, unsigned int *low, unsigned int *high)
{
	while (*low < 256 && !octets_has(set, *low))
		++*low;
	if (*low == 256)
		return false;
	for (*high = *low; *high < 255 && octets_has(set, *high + 1);)
		++*high;
	return true;
}

static size_t add_run(char *out, size_t room, unsigned int low, unsigned int high)
{
	if (low == high)
		return mxw_text(out, room, "%u", low);
	if (low + 1 == high)
		return mxw_text(out, room, "%u;%u", low, high);
	return mxw_text(out, room, "%u..%u", low, high);
}

/* At most 128 runs of 8 bytes with their separators. */
static size_t add_octets(const struct mxw_octets *set, char *out)
{
	char runs[1030];
	unsigned int low = 0, high, found = 0;
	size_t at = 0;
	bool single = true;

	for (; next_run(set, &low, &high); low = high + 1) {
		if (found++)
			runs[at++] = ';';
		single = found == 1 && low == high;
		at += add_run(runs + at, sizeof(runs) - at, low, high);
	}
	runs[at] = '\0';
	return mxw_text(out, sizeof(runs) + 2, single ? "%s" : "[%s]", runs);
}

const char *mxw_dnsbl_filter_format(const struct mxw_dnsbl_filter *filter,
				    char out[MXW_DNSBL_FILTER_TEXT])
{
	size_t at = 0;

	for (int i = 0; i < 4; i++) {
		if (i)
			out[at++] = '.';
		at += add_octets(&filter->octet[i], out + at);
	}
	return out;
}

const char *mxw_dnsbl_line_format(const struct mxw_dnsbl_line *line, const char *domain,
				  char out[MXW_DNSBL_LINE_TEXT])
{
	char filter[MXW_DNSBL_FILTER_TEXT] = "", weight[16] = "";

	if (!line->any)
		(void)mxw_dnsbl_filter_format(&line->filter, filter);
	if (line->weight != 1)
		(void)mxw_text(weight, sizeof(weight), "*%d", line->weight);
	(void)mxw_text(out, MXW_DNSBL_LINE_TEXT, "%.189s%s%s%s", domain, line->any ? "" : "=",
		       filter, weight);
	return out;
}
