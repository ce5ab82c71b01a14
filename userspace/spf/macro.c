// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Macros as text. What their letters stand for is found out in expand.c.
 */
#include <string.h>

#include "spf/macro.h"
#include "spf/spf.h"

#define LETTERS "slodiphv"
#define LETTERS_EXPLAINING LETTERS "crt"
#define DELIMITERS ".-+,/_="
#define PARTS (MXW_SPF_SENDER + 1) /* a value has fewer bytes */

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	return c;
}

static bool is_alnum(char c)
{
	return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

static void advance(struct mxw_spf_slice *left, size_t count)
{
	left->text += count;
	left->length -= count;
}

/* Digits and "r". A number beyond all sizes stays large. */
static bool read_transformers(struct mxw_spf_slice *left, struct mxw_spf_macro *macro)
{
	bool digits = false;

	for (; left->length && is_digit(left->text[0]); advance(left, 1)) {
		digits = true;
		macro->parts = macro->parts * 10 + (unsigned int)(left->text[0] - '0');
		if (macro->parts > PARTS)
			macro->parts = PARTS;
	}
	if (digits && !macro->parts)
		return false;
	if (left->length && lower(left->text[0]) == 'r') {
		macro->reverse = true;
		advance(left, 1);
	}
	return true;
}

/* What stands behind "%{". */
static bool read_braces(struct mxw_spf_slice *left, struct mxw_spf_macro *macro)
{
	if (!left->length)
		return false;
	macro->letter = lower(left->text[0]);
	macro->escape = macro->letter != left->text[0];
	advance(left, 1);
	if (!is_one_of(macro->letter, LETTERS_EXPLAINING) || !read_transformers(left, macro))
		return false;
	macro->delimiters.text = left->text;
	while (left->length && is_one_of(left->text[0], DELIMITERS)) {
		advance(left, 1);
		macro->delimiters.length++;
	}
	if (!left->length || left->text[0] != '}')
		return false;
	advance(left, 1);
	return true;
}

static bool literal(struct mxw_spf_macro *macro, const char *text, size_t length)
{
	macro->literal = text;
	macro->literal_length = length;
	return true;
}

bool mxw_spf_macro_next(struct mxw_spf_slice *left, struct mxw_spf_macro *macro)
{
	const char *at = left->text;

	memset(macro, 0, sizeof(*macro));
	advance(left, 1);
	if (*at != '%')
		return *at >= ' ' && *at <= '~' && literal(macro, at, 1);
	if (!left->length)
		return false;
	advance(left, 1);
	switch (at[1]) {
	case '%':
		return literal(macro, "%", 1);
	case '_':
		return literal(macro, " ", 1);
	case '-':
		return literal(macro, "%20", 3);
	case '{':
		return read_braces(left, macro);
	default:
		return false;
	}
}

/* *behind: what stands behind the last "%" and what belongs to it. */
static bool check(struct mxw_spf_slice text, bool explaining, struct mxw_spf_slice *behind)
{
	struct mxw_spf_macro macro;

	*behind = text;
	while (text.length) {
		bool percent = *text.text == '%';

		if (!mxw_spf_macro_next(&text, &macro))
			return false;
		if (!macro.literal && !explaining && !is_one_of(macro.letter, LETTERS))
			return false;
		if (percent)
			*behind = text;
	}
	return true;
}

bool mxw_spf_macro_string_is(struct mxw_spf_slice text, bool explaining)
{
	struct mxw_spf_slice behind;

	return check(text, explaining, &behind);
}

/* Letters, digits and inner hyphens, and not digits alone. */
static bool is_top_label(const char *label, size_t length)
{
	bool digits = true;

	if (!length || label[0] == '-' || label[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!is_alnum(label[i]) && label[i] != '-')
			return false;
		digits &= is_digit(label[i]);
	}
	return !digits;
}

bool mxw_spf_domain_spec_is(struct mxw_spf_slice text)
{
	struct mxw_spf_slice behind;
	const char *dot;

	if (!text.length || !check(text, false, &behind))
		return false;
	if (!behind.length)
		return true;
	if (behind.text[behind.length - 1] == '.')
		behind.length--;
	dot = memrchr(behind.text, '.', behind.length);
	return dot && is_top_label(dot + 1, (size_t)(behind.text + behind.length - dot) - 1);
}

void mxw_spf_text_add(struct mxw_spf_text *text, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text->length == text->size) {
			if (!text->keep_end)
				return;
			text->length = text->size / 2;
			memmove(text->data, text->data + text->size - text->length, text->length);
		}
		text->data[text->length++] = bytes[i];
	}
}

/* RFC 3986: what is not unreserved becomes %XX. */
static void add_escaped(struct mxw_spf_text *text, struct mxw_spf_slice value)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < value.length; i++) {
		unsigned char byte = (unsigned char)value.text[i];
		const char escaped[3] = { '%', digits[byte >> 4], digits[byte & 0xf] };

		if (is_alnum(value.text[i]) || is_one_of(value.text[i], "-._~"))
			mxw_spf_text_add(text, value.text + i, 1);
		else
			mxw_spf_text_add(text, escaped, sizeof(escaped));
	}
}

static bool divides(const struct mxw_spf_macro *macro, char c)
{
	if (!macro->delimiters.length)
		return c == '.';
	return memchr(macro->delimiters.text, c, macro->delimiters.length) != NULL;
}

/* Returns how many parts there are, at least one. */
static size_t split(const struct mxw_spf_macro *macro, struct mxw_spf_slice value,
		    struct mxw_spf_slice part[PARTS])
{
	size_t count = 0, begin = 0;

	for (size_t i = 0; i <= value.length && count < PARTS; i++)
		if (i == value.length || divides(macro, value.text[i])) {
			part[count].text = value.text + begin;
			part[count++].length = i - begin;
			begin = i + 1;
		}
	return count;
}

void mxw_spf_macro_add(const struct mxw_spf_macro *macro, struct mxw_spf_slice value,
		       struct mxw_spf_text *text)
{
	struct mxw_spf_slice part[PARTS];
	size_t count = split(macro, value, part);
	size_t first = macro->parts && macro->parts < count ? count - macro->parts : 0;

	for (size_t i = first; i < count; i++) {
		size_t from = macro->reverse ? count - 1 - i : i;

		if (i > first)
			mxw_spf_text_add(text, ".", 1);
		if (macro->escape)
			add_escaped(text, part[from]);
		else
			mxw_spf_text_add(text, part[from].text, part[from].length);
	}
}
