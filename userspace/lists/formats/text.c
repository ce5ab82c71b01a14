// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Words and addresses out of a line. Called by the readers of formats.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/addr.h"
#include "base/num.h"
#include "lists/formats/text.h"

struct mxw_text mxw_text_of(const char *text)
{
	return (struct mxw_text){ text, strlen(text) };
}

struct mxw_text mxw_text_from(struct mxw_text text, size_t count)
{
	if (count) /* an empty text may be at NULL */
		text.at += count;
	text.size -= count;
	return text;
}

static bool ends_blank(char c)
{
	return mxw_is_blank(c) || c == '\r';
}

struct mxw_text mxw_text_trim(struct mxw_text text)
{
	while (text.size && ends_blank(text.at[0]))
		text = mxw_text_from(text, 1);
	while (text.size && ends_blank(text.at[text.size - 1]))
		text.size--;
	return text;
}

bool mxw_text_is(struct mxw_text text, const char *word)
{
	return text.size == strlen(word) && memcmp(text.at, word, text.size) == 0;
}

bool mxw_text_is_any_case(struct mxw_text text, const char *word)
{
	return text.size == strlen(word) && strncasecmp(text.at, word, text.size) == 0;
}

bool mxw_text_begins(struct mxw_text text, const char *with)
{
	size_t size = strlen(with);

	return text.size >= size && memcmp(text.at, with, size) == 0;
}

bool mxw_text_allows(struct mxw_text word)
{
	static const char *const words[] = {
		"allow",     "allowed",	    "allowlist", "allowlisted", "accept",	"accepted",
		"permit",    "permitted",   "pass",	 "ok",		"relay",	"white",
		"whitelist", "whitelisted", "good",	 "ham",		"trusted",	"trust",
		"benign",    "safe",	    "exempt",	 "welcomelist", "welcomelisted"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (mxw_text_is_any_case(word, words[i]))
			return true;
	return false;
}

bool mxw_text_names_allowed(struct mxw_text name)
{
	while (name.size) {
		size_t size = 0;

		while (size < name.size && !strchr(" \t-_.:\"'[]", name.at[size]))
			size++;
		if (mxw_text_allows((struct mxw_text){ name.at, size }))
			return true;
		name = mxw_text_from(name, size < name.size ? size + 1 : size);
	}
	return false;
}

struct mxw_text mxw_text_word(struct mxw_text *text)
{
	struct mxw_text word;

	while (text->size && mxw_is_blank(text->at[0]))
		*text = mxw_text_from(*text, 1);
	word = (struct mxw_text){ text->at, 0 };
	while (word.size < text->size && !mxw_is_blank(text->at[word.size]))
		word.size++;
	*text = mxw_text_from(*text, word.size);
	return word;
}

struct mxw_text mxw_text_until(struct mxw_text *text, char c)
{
	const char *end = text->size ? memchr(text->at, c, text->size) : NULL;
	struct mxw_text before = { text->at, end ? (size_t)(end - text->at) : text->size };

	*text = mxw_text_from(*text, before.size + (end ? 1 : 0));
	return before;
}

static bool begins_comment(struct mxw_text text, size_t at)
{
	if (text.at[at] == '#' || text.at[at] == ';')
		return true;
	return text.at[at] == '/' && at + 1 < text.size && text.at[at + 1] == '/' &&
	       (at == 0 || mxw_is_blank(text.at[at - 1]));
}

struct mxw_text mxw_text_uncommented(struct mxw_text text)
{
	size_t size = 0;

	while (size < text.size && !begins_comment(text, size))
		size++;
	return (struct mxw_text){ text.at, size };
}

size_t mxw_scan_ipv4(struct mxw_text text, uint32_t *address)
{
	const char *at = text.at, *end = text.at + text.size;
	uint32_t value = 0;

	for (int octet = 0; octet < 4; octet++) {
		const char *begin;
		uint32_t part = 0;

		if (octet && (at == end || *at++ != '.'))
			return 0;
		begin = at;
		while (at < end && at - begin < 3 && mxw_is_digit(*at))
			part = part * 10 + (uint32_t)(*at++ - '0');
		if (at == begin || part > 255 || (*begin == '0' && at - begin > 1))
			return 0;
		value = value << 8 | part;
	}
	*address = value;
	return (size_t)(at - text.at);
}

/* The length after the slash: one or two digits and nothing else. */
static bool scan_length(struct mxw_text text, unsigned int *length)
{
	unsigned int value = 0;

	if (text.size < 2 || text.size > 3 || text.at[0] != '/')
		return false;
	for (size_t i = 1; i < text.size; i++) {
		if (!mxw_is_digit(text.at[i]))
			return false;
		value = value * 10 + (unsigned int)(text.at[i] - '0');
	}
	*length = value;
	return value <= 32;
}

static const char *scan_prefix4(uint32_t address, struct mxw_text rest, struct mxw_keys *keys)
{
	unsigned int length = 32;
	uint32_t host;

	if (rest.size && rest.at[0] != '/')
		return "is not an address";
	if (rest.size && !scan_length(rest, &length))
		return "its prefix length is not a number from 0 to 32";
	host = length ? (uint32_t)((1ULL << (32 - length)) - 1) : UINT32_MAX;
	keys->first = address & ~host;
	keys->last = address | host;
	return NULL;
}

/* Why mxw_prefix_parse() did not like it, in a few words. */
static const char *why_not(char *text)
{
	char *slash = strchr(text, '/');
	uint8_t bytes[16];
	uint64_t length;

	if (slash)
		*slash = '\0';
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return "is not an address";
	if (slash && !mxw_number_parse(slash + 1, 0, 128, &length))
		return "its prefix length is not a number from 0 to 128";
	return "covers or lies in ::/32, which is never routed and stands for IPv4 here";
}

const char *mxw_prefix_scan(struct mxw_text text, struct mxw_keys *keys)
{
	char copy[MXW_ADDR_TEXT];
	struct mxw_prefix prefix;
	uint32_t address = 0;
	size_t size = mxw_scan_ipv4(text, &address);

	if (size)
		return scan_prefix4(address, mxw_text_from(text, size), keys);
	if (text.size == 0 || text.size >= sizeof(copy) || !memchr(text.at, ':', text.size))
		return "is not an address";
	memcpy(copy, text.at, text.size);
	copy[text.size] = '\0';
	if (mxw_prefix_parse(copy, &prefix, NULL, NULL) != MXW_OK)
		return why_not(copy);
	keys->first = prefix.key;
	keys->last = mxw_prefix_last(&prefix);
	return NULL;
}

const char *mxw_range_scan(struct mxw_text text, struct mxw_keys *keys)
{
	struct mxw_text rest = text, from = mxw_text_trim(mxw_text_until(&rest, '-'));
	struct mxw_keys first, last;

	if (from.size == text.size)
		return mxw_prefix_scan(text, keys);
	rest = mxw_text_trim(rest);
	if (memchr(text.at, '/', text.size) || mxw_prefix_scan(from, &first) ||
	    mxw_prefix_scan(rest, &last))
		return "is neither an address nor a range of two";
	if (mxw_keys_are_ipv4(first) != mxw_keys_are_ipv4(last))
		return "the ends of the range are of two families";
	if (first.first > last.first)
		return "the range ends before it begins";
	*keys = (struct mxw_keys){ first.first, last.last };
	return NULL;
}
