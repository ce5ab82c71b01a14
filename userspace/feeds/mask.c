// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Masking of URLs. Called by whatever shows one: the reading of feeds, apply, and xdpctl.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "feeds/mask.h"

/* So many characters in a row are a key: of letters and digits, both; with - and _ between, both; and
 * of letters alone. Names of lists are shorter, or made of words. */
#define MIXED 12
#define JOINED 20
#define LETTERS 24

/* What is written so far. */
struct shown {
	char *out;
	size_t size;
};

static void show(struct shown *shown, const char *text, size_t length)
{
	shown->size += mxw_text(shown->out + shown->size, MXW_URL_TEXT - shown->size, "%.*s",
				(int)length, text);
}

static void hide(struct shown *shown)
{
	show(shown, "***", 3);
}

/* How many of length characters are of one word, and whether it has letters and digits. */
static size_t word(const char *text, size_t length, const char *joints, bool *mixed)
{
	bool letter = false, digit = false;
	size_t size = 0;

	for (; size < length &&
	       (isalnum((unsigned char)text[size]) || (text[size] && strchr(joints, text[size])));
	     size++) {
		letter = letter || isalpha((unsigned char)text[size]);
		digit = digit || isdigit((unsigned char)text[size]);
	}
	*mixed = letter && digit;
	return size;
}

static bool is_key(const char *text, size_t length)
{
	bool mixed;

	for (size_t at = 0; at < length; at++) {
		size_t size = word(text + at, length - at, "", &mixed);

		if (size >= LETTERS || (mixed && size >= MIXED))
			return true;
		size = word(text + at, length - at, "-_", &mixed);
		if (mixed && size >= JOINED)
			return true;
	}
	return memchr(text, '=', length) != NULL;
}

static void show_path(struct shown *shown, const char *path, size_t length)
{
	while (length > 0) {
		size_t size = 0;

		while (size < length && path[size] != '/')
			size++;
		if (is_key(path, size))
			hide(shown);
		else
			show(shown, path, size);
		show(shown, "/", size < length);
		size += size < length;
		path += size;
		length -= size;
	}
}

/* Names stay: they say what is missing. */
static void show_query(struct shown *shown, const char *query, size_t length)
{
	while (length > 0) {
		size_t size = 0, name = 0;

		while (size < length && !strchr("&;", query[size]))
			size++;
		while (name < size && query[name] != '=')
			name++;
		if (name < size)
			show(shown, query, name + 1);
		hide(shown);
		show(shown, query + size, size < length);
		size += size < length;
		query += size;
		length -= size;
	}
}

const char *mxw_url_mask(const char *url, char out[MXW_URL_TEXT])
{
	const char *scheme = strstr(url, "://"), *at = scheme ? scheme + 3 : url, *name;
	size_t length = strcspn(at, "?#"), host;
	struct shown shown = { .out = out };

	out[0] = '\0';
	show(&shown, url, (size_t)(at - url));
	name = memrchr(at, '@', length);
	if (name) {
		hide(&shown);
		length -= (size_t)(name - at);
		at = name;
	}
	host = strcspn(at, "/\\?#");
	host = host < length ? host : length;
	show(&shown, at, host);
	show_path(&shown, at + host, length - host);
	at += length;
	if (*at == '?') {
		length = strcspn(at, "#");
		show(&shown, "?", 1);
		show_query(&shown, at + 1, length - 1);
		at += length;
	}
	if (*at == '#') {
		show(&shown, "#", 1);
		hide(&shown);
	}
	return out;
}
