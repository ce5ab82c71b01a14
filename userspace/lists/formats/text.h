/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pieces of text that end where their size says, words in them, and addresses as
 * lists write them. For userspace/lists/format*.c alone. Pure.
 */
#ifndef MXW_FORMAT_TEXT_H
#define MXW_FORMAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not ended by NUL, and without one inside. */
struct mxw_text {
	const char *at;
	size_t size;
};

/* Sources from first to last, both included, as keys of bpf/key.h: IPv4 addresses below 2^32,
 * IPv6 /64s from there on. Never both. */
struct mxw_keys {
	uint64_t first, last;
};

static inline bool mxw_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool mxw_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool mxw_keys_are_ipv4(struct mxw_keys keys)
{
	return keys.first >> 32 == 0;
}

/* A string constant. */
struct mxw_text mxw_text_of(const char *text);

/* Without its first count bytes, which it has. */
struct mxw_text mxw_text_from(struct mxw_text text, size_t count);

/* Without blanks, and '\r', at both ends. */
struct mxw_text mxw_text_trim(struct mxw_text text);

bool mxw_text_is(struct mxw_text text, const char *word);
bool mxw_text_is_any_case(struct mxw_text text, const char *word);
bool mxw_text_begins(struct mxw_text text, const char *with);

/* Whether it is a word by which people say that an address is not to be blocked. */
bool mxw_text_allows(struct mxw_text word);

/* Whether one of the words of a name does: "white-list", "[Good senders]". */
bool mxw_text_names_allowed(struct mxw_text name);

/* Takes the next word between blanks off the text. Empty at the end. */
struct mxw_text mxw_text_word(struct mxw_text *text);

/* Takes what is before the next c off the text, and c with it; all if there is none. */
struct mxw_text mxw_text_until(struct mxw_text *text, char c);

/* Without a comment: from '#' or ';' on, or from "//" at the beginning or behind a blank. */
struct mxw_text mxw_text_uncommented(struct mxw_text text);

/* The bytes of an IPv4 address at the beginning, 0 if there is none. No leading zeros. */
size_t mxw_scan_ipv4(struct mxw_text text, uint32_t *address);

/*
 * An address or a prefix. Host bits are cleared, IPv6 finer than /64 is widened to its /64, and
 * mapped, NAT64 and 6to4 forms become IPv4. Widening is the same for what a
 * list excludes or allows: there it errs on the side of mail that gets through.
 * Returns NULL, or why it is none.
 */
const char *mxw_prefix_scan(struct mxw_text text, struct mxw_keys *keys);

/* The same, or two addresses with a '-' between them. */
const char *mxw_range_scan(struct mxw_text text, struct mxw_keys *keys);

#endif
