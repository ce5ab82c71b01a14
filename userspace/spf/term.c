// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One term of a record: RFC 7208 sections 5, 6 and 12.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "spf/macro.h"
#include "spf/record.h"

/* What stands behind a mechanism's name. */
enum behind {
	NOTHING,
	DOMAIN, /* has to be there */
	DOMAIN_OR_NOTHING,
	DOMAIN_AND_LENGTHS, /* either may be missing */
	ADDRESS4,
	ADDRESS6,
};

static const struct mechanism {
	const char *name;
	enum mxw_spf_kind kind;
	enum behind behind;
} mechanisms[] = {
	{ "all", MXW_SPF_ALL, NOTHING },
	{ "include", MXW_SPF_INCLUDE, DOMAIN },
	{ "a", MXW_SPF_MECH_A, DOMAIN_AND_LENGTHS },
	{ "mx", MXW_SPF_MECH_MX, DOMAIN_AND_LENGTHS },
	{ "ptr", MXW_SPF_MECH_PTR, DOMAIN_OR_NOTHING },
	{ "ip4", MXW_SPF_IP4, ADDRESS4 },
	{ "ip6", MXW_SPF_IP6, ADDRESS6 },
	{ "exists", MXW_SPF_EXISTS, DOMAIN },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool same(struct mxw_spf_slice text, const char *word)
{
	return text.length == strlen(word) && strncasecmp(text.text, word, text.length) == 0;
}

static struct mxw_spf_slice behind_of(struct mxw_spf_slice text, size_t count)
{
	return (struct mxw_spf_slice){ .text = text.text + count, .length = text.length - count };
}

/*
 * Takes "/24", or "//64" of two slashes, off the end of the text; without one *value stays. False
 * if there is one that is not a length: a leading zero, or too large. Whatever else there is of
 * slashes is part of a domain, and found wrong there.
 */
static bool take_length(struct mxw_spf_slice *text, size_t slashes, unsigned int most,
			unsigned int *value)
{
	size_t at = text->length, digits;
	unsigned int number = 0;

	while (at && is_digit(text->text[at - 1]))
		at--;
	digits = text->length - at;
	if (!digits || at < slashes || text->text[at - 1] != '/' || text->text[at - slashes] != '/')
		return true;
	if (digits > 3 || (digits > 1 && text->text[at] == '0'))
		return false;
	for (size_t i = at; i < text->length; i++)
		number = number * 10 + (unsigned int)(text->text[i] - '0');
	if (number > most)
		return false;
	*value = number;
	text->length = at - slashes;
	return true;
}

/* ":DOMAIN". */
static bool read_domain(struct mxw_spf_slice rest, struct mxw_spf_term *term)
{
	if (!rest.length || rest.text[0] != ':')
		return false;
	term->spec = behind_of(rest, 1);
	return mxw_spf_domain_spec_is(term->spec);
}

static bool read_domain_and_lengths(struct mxw_spf_slice rest, struct mxw_spf_term *term)
{
	if (!take_length(&rest, 2, 128, &term->length6) ||
	    !take_length(&rest, 1, 32, &term->length4))
		return false;
	return !rest.length || read_domain(rest, term);
}

/* ":ADDRESS", and maybe "/LENGTH". */
static bool read_address(struct mxw_spf_slice rest, bool v4, struct mxw_spf_term *term)
{
	char text[INET6_ADDRSTRLEN];

	if (!take_length(&rest, 1, v4 ? 32 : 128, v4 ? &term->length4 : &term->length6))
		return false;
	if (rest.length < 2 || rest.text[0] != ':' || rest.length > sizeof(text) ||
	    memchr(rest.text, 0, rest.length))
		return false;
	memcpy(text, rest.text + 1, rest.length - 1);
	text[rest.length - 1] = '\0';
	if (!v4)
		return inet_pton(AF_INET6, text, term->addr) == 1;
	term->addr[10] = term->addr[11] = 0xff;
	return inet_pton(AF_INET, text, term->addr + 12) == 1;
}

static bool read_behind(enum behind behind, struct mxw_spf_slice rest, struct mxw_spf_term *term)
{
	switch (behind) {
	case NOTHING:
		return !rest.length;
	case DOMAIN:
		return read_domain(rest, term);
	case DOMAIN_OR_NOTHING:
		return !rest.length || read_domain(rest, term);
	case DOMAIN_AND_LENGTHS:
		return read_domain_and_lengths(rest, term);
	default:
		return read_address(rest, behind == ADDRESS4, term);
	}
}

/* Where the name of a mechanism ends. */
static size_t name_length(struct mxw_spf_slice text)
{
	size_t at = 0;

	while (at < text.length && text.text[at] != ':' && text.text[at] != '/')
		at++;
	return at;
}

static bool read_mechanism(struct mxw_spf_slice text, struct mxw_spf_term *term)
{
	struct mxw_spf_slice name = { .text = text.text, .length = name_length(text) };

	term->length4 = 32;
	term->length6 = 128;
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (same(name, mechanisms[i].name)) {
			term->kind = mechanisms[i].kind;
			return read_behind(mechanisms[i].behind, behind_of(text, name.length),
					   term);
		}
	return false;
}

/* The length of NAME in "NAME=...", or 0 if the text is not a modifier. */
static size_t modifier_length(struct mxw_spf_slice text)
{
	size_t at = 0;

	if (!text.length || !is_letter(text.text[0]))
		return 0;
	while (at < text.length && (is_letter(text.text[at]) || is_digit(text.text[at]) ||
				    (text.text[at] && strchr("-_.", text.text[at]))))
		at++;
	return at < text.length && text.text[at] == '=' ? at : 0;
}

static bool read_modifier(struct mxw_spf_slice text, size_t length, struct mxw_spf_term *term)
{
	const struct mxw_spf_slice name = { .text = text.text, .length = length };

	term->spec = behind_of(text, length + 1);
	if (same(name, "redirect"))
		term->kind = MXW_SPF_REDIRECT;
	else if (same(name, "exp"))
		term->kind = MXW_SPF_EXP;
	else
		term->kind = MXW_SPF_OTHER;
	return term->kind == MXW_SPF_OTHER ? mxw_spf_macro_string_is(term->spec, true)
					   : mxw_spf_domain_spec_is(term->spec);
}

/* Takes the sign off, if there is one. */
static enum mxw_spf_result take_sign(struct mxw_spf_slice *text)
{
	enum mxw_spf_result result = MXW_SPF_PASS;

	switch (text->length ? text->text[0] : 0) {
	case '+':
		break;
	case '-':
		result = MXW_SPF_FAIL;
		break;
	case '~':
		result = MXW_SPF_SOFTFAIL;
		break;
	case '?':
		result = MXW_SPF_NEUTRAL;
		break;
	default:
		return result;
	}
	*text = behind_of(*text, 1);
	return result;
}

bool mxw_spf_term_read(struct mxw_spf_slice text, struct mxw_spf_term *term)
{
	size_t modifier = modifier_length(text);

	memset(term, 0, sizeof(*term));
	term->whole = text;
	if (modifier)
		return read_modifier(text, modifier, term);
	term->result = take_sign(&text);
	return read_mechanism(text, term);
}
