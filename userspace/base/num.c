// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers and durations, checked. Called by every room that reads text.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define TEN_YEARS (10ULL * 365 * 86400)

static const struct {
	char letter;
	uint64_t seconds;
} units[] = { { 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* Reads digits at *text and moves past them. False: no digit, or above high. */
static bool take_number(const char **text, uint64_t high, uint64_t *value)
{
	const char *p = *text;

	*value = 0;
	for (; isdigit((unsigned char)*p); p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (digit > high || *value > (high - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	if (p == *text)
		return false;
	*text = p;
	return true;
}

bool mxw_number_parse(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
	uint64_t number;

	if (!take_number(&text, high, &number) || *text || number < low)
		return false;
	*value = number;
	return true;
}

/* The unit at *text, an index of units, moving past it. A last number without a unit counts in the
 * next smaller one, as people mean 1h30, and in seconds if it is the only number.
 * UNIT_COUNT: there is no such unit. */
static size_t take_unit(const char **text, size_t before)
{
	size_t i = 0;

	if (!**text)
		return before < UNIT_COUNT ? before + 1 : UNIT_COUNT - 1;
	while (i < UNIT_COUNT && units[i].letter != **text)
		i++;
	++*text;
	return i;
}

int mxw_duration_parse(const char *text, uint64_t *seconds, struct mxw_err *err)
{
	const char *p = text;
	uint64_t total = 0, number;
	size_t unit = UNIT_COUNT;

	do {
		if (!take_number(&p, TEN_YEARS, &number))
			goto bad;
		unit = take_unit(&p, unit);
		if (unit == UNIT_COUNT || number > TEN_YEARS / units[unit].seconds)
			goto bad;
		total += number * units[unit].seconds;
	} while (*p && total <= TEN_YEARS);
	if (total < 1 || total > TEN_YEARS)
		goto bad;
	*seconds = total;
	return MXW_OK;
bad:
	return mxw_fail(
		err, MXW_E_USAGE,
		"\"%.80s\" is not a duration: give one like 90s, 15m, 1h30m, 2d or 1w, from 1s to "
		"ten years",
		text);
}

const char *mxw_duration_format(uint64_t seconds, char out[MXW_DURATION_TEXT])
{
	size_t i = 1;

	while (i < UNIT_COUNT - 1 && seconds < units[i].seconds)
		i++;
	if (i == UNIT_COUNT - 1 || seconds % units[i].seconds < units[i + 1].seconds)
		(void)snprintf(out, MXW_DURATION_TEXT, "%" PRIu64 "%c", seconds / units[i].seconds,
			       units[i].letter);
	else
		(void)snprintf(out, MXW_DURATION_TEXT, "%" PRIu64 "%c %" PRIu64 "%c",
			       seconds / units[i].seconds, units[i].letter,
			       seconds % units[i].seconds / units[i + 1].seconds,
			       units[i + 1].letter);
	return out;
}

const char *mxw_number_format(uint64_t value, char out[MXW_DURATION_TEXT])
{
	char digits[24];
	size_t n = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, value), at = 0;

	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[at++] = ' ';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

const char *mxw_count_format(uint64_t value, const char *noun, char out[MXW_COUNT_TEXT])
{
	size_t length = strlen(noun);
	char last = (char)(length ? noun[length - 1] : '\0'), number[MXW_DURATION_TEXT];
	bool ies = length > 1 && last == 'y' && !strchr("aeiou", noun[length - 2]);
	const char *ending = ies ? "ies" : last == 's' ? "es" : "s";

	(void)mxw_number_format(value, number);
	if (value == 1)
		(void)snprintf(out, MXW_COUNT_TEXT, "1 %s", noun);
	else
		(void)snprintf(out, MXW_COUNT_TEXT, "%s %.*s%s", number,
			       (int)(ies ? length - 1 : length), noun, ending);
	return out;
}
