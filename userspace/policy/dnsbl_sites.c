// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser of postscreen_dnsbl_sites. Called when the configuration is read.
 */
#include <stdarg.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "policy/dnsbl_sites.h"

#define SEPARATORS ", \t\r\n" /* Postfix's CHARS_COMMA_SP */
#define LABEL_MAX 63

/* A part of the text. */
struct word {
	const char *text;
	size_t length;
};

struct parser {
	const char *text;
	struct mxw_dnsbl_sites *sites;
	mxw_dnsbl_mistake_fn *mistake;
	void *context;
	size_t mistakes;
};

__attribute__((format(printf, 3, 4))) static bool complain(struct parser *p, const char *at,
							   const char *format, ...)
{
	char sentence[400];
	va_list args;

	va_start(args, format);
	(void)mxw_text_args(sentence, sizeof(sentence), format, args); /* cut is fine */
	va_end(args);
	p->mistakes++;
	p->mistake(p->context, (size_t)(at - p->text), sentence);
	return false;
}

static bool is_alnum(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* What is wrong with one label, or NULL. */
static const char *label_check(const char *label, size_t length, bool *numeric)
{
	if (!length)
		return "has an empty label";
	if (length > LABEL_MAX)
		return "has a label of more than 63 bytes";
	if (label[0] == '-' || label[length - 1] == '-')
		return "has a label that begins or ends with \"-\"";
	for (size_t i = 0; i < length; i++) {
		if (!is_alnum(label[i]) && label[i] != '_' && label[i] != '-')
			return "has a character that is none of letters, digits, \"-\" and \"_\"";
		if (label[i] < '0' || label[i] > '9')
			*numeric = false;
	}
	return NULL;
}

const char *mxw_dnsbl_domain_check(const char *text, size_t length)
{
	const char *end = text + length, *label = text;
	bool numeric = true;

	if (!length)
		return "is empty";
	if (length >= MXW_DNSBL_ZONE_TEXT)
		return "is longer than 189 bytes, so that no IPv6 address could be asked for";
	while (label <= end) {
		const char *dot = memchr(label, '.', (size_t)(end - label));
		const char *wrong =
			label_check(label, (size_t)((dot ? dot : end) - label), &numeric);

		if (wrong)
			return wrong;
		label = dot ? dot + 1 : end + 1;
	}
	return numeric ? "consists of numbers only" : NULL;
}

/* Takes what follows the first ch away from *word. NULL text: there is none. */
static struct word split_at(struct word *word, char ch)
{
	const char *at = memchr(word->text, ch, word->length);
	struct word rest = { NULL, 0 };

	if (!at)
		return rest;
	rest.text = at + 1;
	rest.length = word->length - (size_t)(at - word->text) - 1;
	word->length = (size_t)(at - word->text);
	return rest;
}

/* The weight of a list, 1 if there is none. Larger weights count as the largest that a threshold
 * can have. */
static bool take_weight(struct parser *p, struct word site, struct word word, int32_t *weight)
{
	char digits[16];
	uint64_t number;
	bool negative, sign;

	*weight = 1;
	if (!word.text)
		return true;
	negative = word.length && word.text[0] == '-';
	sign = negative || (word.length && word.text[0] == '+');
	(void)mxw_text(digits, sizeof(digits), "%.*s", (int)(word.length - sign), word.text + sign);
	if (word.length - sign >= sizeof(digits) ||
	    !mxw_number_parse(digits, 0, INT32_MAX, &number))
		return complain(
			p, word.text,
			"bad weight \"%.*s\" in \"%.*s\": give an integer from -2147483647 to "
			"2147483647",
			(int)word.length, word.text, (int)site.length, site.text);
	if (number > MXW_DNSBL_WEIGHT_MAX) /* no threshold is above it */
		number = MXW_DNSBL_WEIGHT_MAX;
	*weight = negative ? -(int32_t)number : (int32_t)number;
	return true;
}

static bool take_filter(struct parser *p, struct word word, struct mxw_dnsbl_line *line)
{
	size_t at;
	const char *wrong;

	memset(&line->filter, 0, sizeof(line->filter));
	line->any = !word.text;
	if (line->any)
		return true;
	wrong = mxw_dnsbl_filter_parse(word.text, word.length, &line->filter, &at);
	if (!wrong)
		return true;
	if (at >= word.length)
		return complain(p, word.text, "bad filter \"%.*s\": %s at its end",
				(int)word.length, word.text, wrong);
	return complain(p, word.text + at, "bad filter \"%.*s\": %s at \"%.*s>%c<%.*s\"",
			(int)word.length, word.text, wrong, (int)at, word.text, word.text[at],
			(int)(word.length - at - 1), word.text + at + 1);
}

static void lower(char *out, struct word word)
{
	for (size_t i = 0; i < word.length; i++) {
		char ch = word.text[i];

		out[i] = (char)(ch >= 'A' && ch <= 'Z' ? ch + ('a' - 'A') : ch);
	}
	out[word.length] = '\0';
}

/* Finds the list or adds it: several lines of one list have one number, and so are asked for
 * with one query. */
static bool take_zone(struct parser *p, struct word site, struct word word, unsigned int *zone)
{
	struct mxw_dnsbl_sites *sites = p->sites;
	const char *wrong = mxw_dnsbl_domain_check(word.text, word.length);
	char name[MXW_DNSBL_ZONE_TEXT] = "";

	if (wrong)
		return complain(p, word.text, "bad list name \"%.*s\" in \"%.*s\": it %s",
				(int)word.length, word.text, (int)site.length, site.text, wrong);
	lower(name, word);
	for (*zone = 0; *zone < sites->zone_count; ++*zone)
		if (strcmp(sites->zone[*zone], name) == 0)
			return true;
	if (*zone == MXW_DNSBL_ZONES)
		return complain(p, word.text,
				"\"%.*s\" is one list too many: there is room for %d, so leave out "
				"those that weigh least",
				(int)word.length, word.text, MXW_DNSBL_ZONES);
	memcpy(sites->zone[sites->zone_count++], name, sizeof(name));
	return true;
}

static bool add_line(struct parser *p, struct word site, const struct mxw_dnsbl_line *line)
{
	struct mxw_dnsbl_sites *sites = p->sites;

	if (sites->line_count == MXW_DNSBL_LINES)
		return complain(p, site.text, "\"%.*s\" is one site too many: %d are the most",
				(int)site.length, site.text, MXW_DNSBL_LINES);
	sites->line[sites->line_count++] = *line;
	return true;
}

/* In the order of Postfix: the first "*" ends the filter, the first "=" the domain. */
static void take_site(struct parser *p, struct word site)
{
	struct word domain = site, weight = split_at(&domain, '*'), filter = split_at(&domain, '=');
	struct mxw_dnsbl_line line = { 0 };
	bool good = take_weight(p, site, weight, &line.weight);

	good = take_filter(p, filter, &line) && good;
	good = take_zone(p, site, domain, &line.zone) && good;
	if (good)
		(void)add_line(p, site, &line); /* a mistake is already counted */
}

size_t mxw_dnsbl_sites_parse(const char *text, struct mxw_dnsbl_sites *sites,
			     mxw_dnsbl_mistake_fn *mistake, void *context)
{
	struct parser p = { .text = text, .sites = sites, .mistake = mistake, .context = context };

	memset(sites, 0, sizeof(*sites));
	for (text += strspn(text, SEPARATORS); *text; text += strspn(text, SEPARATORS)) {
		struct word site = { text, strcspn(text, SEPARATORS) };

		take_site(&p, site);
		text += site.length;
	}
	return p.mistakes;
}
