// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Times in lists, without the C library's: it would look for a file of time zones, which the
 * process that reads lists must not. Called by the readers of formats that know ends.
 */
#include <string.h>

#include "lists/formats/time.h"

#define DAY 86400

uint32_t mxw_end_in(const struct mxw_reader *reader, uint64_t seconds)
{
	uint64_t made = reader->clock.made;

	if (!made)
		return 0;
	return seconds < UINT32_MAX - made ? (uint32_t)(made + seconds) : UINT32_MAX;
}

bool mxw_scan_number(struct mxw_text *text, size_t digits, uint64_t *value)
{
	size_t size = 0;

	*value = 0;
	for (; size < digits && size < text->size && mxw_is_digit(text->at[size]); size++)
		*value = *value * 10 + (uint64_t)(text->at[size] - '0');
	*text = mxw_text_from(*text, size);
	return size > 0;
}

bool mxw_scan_clock(struct mxw_text *text, uint64_t fields[3])
{
	*text = mxw_text_trim(*text);
	for (size_t i = 0; i < 3; i++) {
		if (i && (!text->size || text->at[0] != ':'))
			return false;
		if (i)
			*text = mxw_text_from(*text, 1);
		if (!mxw_scan_number(text, 2, &fields[i]))
			return false;
	}
	return true;
}

/* Seconds of a unit, 0 for less than one; takes it off the text. UINT64_MAX if it is none. */
static uint64_t scan_unit(struct mxw_text *text)
{
	static const struct {
		const char *name;
		uint64_t seconds;
	} rows[] = { /* longer names first */
		     { "ms", 0 },  { "us", 0 },	  { "ns", 0 }, { "\xc2\xb5s", 0 }, { "w", 7 * DAY },
		     { "d", DAY }, { "h", 3600 }, { "m", 60 }, { "s", 1 }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mxw_text_begins(*text, rows[i].name)) {
			*text = mxw_text_from(*text, strlen(rows[i].name));
			return rows[i].seconds;
		}
	return UINT64_MAX;
}

bool mxw_scan_duration(struct mxw_text *text, uint64_t *seconds)
{
	bool any = false;

	*seconds = 0;
	while (text->size && mxw_is_digit(text->at[0])) {
		uint64_t value, part, unit;

		if (!mxw_scan_number(text, 11, &value))
			return false;
		if (text->size && text->at[0] == '.') {
			*text = mxw_text_from(*text, 1);
			while (mxw_scan_number(text, 11, &part))
				;
		}
		unit = scan_unit(text);
		if (unit == UINT64_MAX)
			return false;
		*seconds += value * unit;
		any = true;
	}
	return any;
}

static bool is_leap(uint64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool mxw_time_of(const uint64_t fields[6], uint64_t *seconds)
{
	static const uint64_t before[] = { 0,	31,  59,  90,  120, 151, 181,
					   212, 243, 273, 304, 334, 365 };
	uint64_t year = fields[0], month = fields[1], day = fields[2], past = year - 1, days;

	if (year < 1970 || year > 2105 || month < 1 || month > 12 || day < 1 || fields[3] > 23 ||
	    fields[4] > 59 || fields[5] > 60)
		return false;
	days = before[month] - before[month - 1] + (month == 2 && is_leap(year));
	if (day > days)
		return false;
	days = 365 * past + past / 4 - past / 100 + past / 400 - 719162; /* to 1970 */
	days += before[month - 1] + (month > 2 && is_leap(year)) + day - 1;
	*seconds = days * DAY + fields[3] * 3600 + fields[4] * 60 + fields[5];
	return true;
}

/* From 1; 0 for none. */
static uint64_t month_by_name(struct mxw_text name)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (uint64_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mxw_text_is_any_case(name, names[i]))
			return i + 1;
	return 0;
}

uint64_t mxw_time_of_mail(struct mxw_text text)
{
	uint64_t fields[6] = { 0 }, seconds;
	struct mxw_text day, month, year, zone;

	(void)mxw_text_word(&text); /* of the week */
	day = mxw_text_word(&text);
	month = mxw_text_word(&text);
	year = mxw_text_word(&text);
	fields[1] = month_by_name(month);
	if (!mxw_scan_number(&day, 2, &fields[2]) || !mxw_scan_number(&year, 4, &fields[0]) ||
	    !mxw_scan_clock(&text, &fields[3]))
		return 0;
	zone = mxw_text_word(&text);
	if (!mxw_text_is(zone, "GMT") && !mxw_text_is(zone, "UTC") && !mxw_text_is(zone, "+0000"))
		return 0;
	return mxw_time_of(fields, &seconds) ? seconds : 0;
}

uint64_t mxw_time_from_local(const struct mxw_reader *reader, uint64_t local)
{
	const struct mxw_format_clock *clock = &reader->clock;
	int64_t then = (int64_t)local - clock->offset_before;

	if (then < (int64_t)clock->changed)
		return then > 0 ? (uint64_t)then : 0;
	then = (int64_t)local - clock->offset;
	return then > 0 ? (uint64_t)then : 0;
}

void mxw_reader_ends(struct mxw_reader *reader, uint64_t end)
{
	if (end && (!reader->list_end || end < reader->list_end))
		reader->list_end = end;
}
