// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges and spans as text: see ranges.h. For the tests of userspace/lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/ranges.h"

static uint64_t end_of(bool wide)
{
	return wide ? UINT64_MAX : UINT32_MAX;
}

static uint64_t take_key(const char **text, bool wide)
{
	char *end;
	uint64_t key;

	if (**text >= 'x' && **text <= 'z')
		return end_of(wide) - (uint64_t)('z' - *(*text)++);
	key = strtoull(*text, &end, 0);
	assert_ptr_not_equal(*text, end);
	*text = end;
	return key;
}

uint64_t ranges_key(bool wide, const char *text)
{
	return take_key(&text, wide);
}

static void add(struct mxw_ranges *ranges, bool wide, uint64_t first, uint64_t last)
{
	struct mxw_range4 narrow = { (uint32_t)first, (uint32_t)last };
	struct mxw_range6 range = { first, last };

	assert_int_equal(wide ? mxw_ranges_add6(ranges, range, NULL)
			      : mxw_ranges_add4(ranges, narrow, NULL),
			 MXW_OK);
}

void ranges_add(struct mxw_ranges *ranges, bool wide, const char *text)
{
	while (*(text += strspn(text, " "))) {
		uint64_t first = take_key(&text, wide), last = first;

		if (*text == '-') {
			text++;
			last = take_key(&text, wide);
		}
		add(ranges, wide, first, last);
	}
}

struct mxw_ranges ranges_of(bool wide, const char *text)
{
	struct mxw_ranges ranges = { 0 };

	ranges_add(&ranges, wide, text);
	assert_int_equal(mxw_ranges_settle(&ranges, NULL, NULL), MXW_OK);
	return ranges;
}

static void print_key(FILE *out, bool wide, uint64_t key)
{
	if (key > end_of(wide) - 3)
		(void)fputc((int)('z' - (end_of(wide) - key)), out);
	else
		(void)fprintf(out, "%llu", (unsigned long long)key);
}

static void print_range(FILE *out, bool wide, struct mxw_range6 range)
{
	if (ftell(out))
		(void)fputc(' ', out);
	print_key(out, wide, range.first);
	if (range.last == range.first)
		return;
	(void)fputc('-', out);
	print_key(out, wide, range.last);
}

static FILE *text_open(char out[RANGES_TEXT])
{
	FILE *file = fmemopen(out, RANGES_TEXT, "w");

	assert_non_null(file);
	out[0] = '\0';
	return file;
}

void ranges_text(const struct mxw_ranges *ranges, bool wide, char out[RANGES_TEXT])
{
	FILE *file = text_open(out);

	for (size_t i = 0; i < (wide ? ranges->v6_count : ranges->v4_count); i++)
		print_range(file, wide,
			    wide ? ranges->v6[i]
				 : (struct mxw_range6){ ranges->v4[i].first, ranges->v4[i].last });
	assert_int_equal(fclose(file), 0);
}

void layers_open(struct mxw_layers *layers, bool wide, const char *const *texts)
{
	memset(layers, 0, sizeof(*layers));
	for (; *texts; texts++) {
		struct mxw_ranges *ranges = calloc(1, sizeof(*ranges));
		const char *text = *texts;
		uint64_t class = take_key(&text, wide);

		assert_non_null(ranges);
		assert_int_equal(*text, ':');
		*ranges = ranges_of(wide, text + 1);
		layers->layer[layers->count++] = (struct mxw_layer){ ranges, (uint8_t) class };
	}
}

void layers_close(struct mxw_layers *layers)
{
	for (size_t i = 0; i < layers->count; i++) {
		struct mxw_ranges *ranges = (struct mxw_ranges *)layers->layer[i].ranges;

		mxw_ranges_free(ranges);
		free(ranges);
	}
	layers->count = 0;
}

static bool next_span(struct mxw_paint *paint, bool wide, struct mxw_span6 *span)
{
	struct mxw_span4 narrow;

	if (wide)
		return mxw_paint_next6(paint, span);
	if (!mxw_paint_next4(paint, &narrow))
		return false;
	*span = (struct mxw_span6){ narrow.first, narrow.last, narrow.class };
	return true;
}

void layers_text(const struct mxw_layers *layers, bool wide, char out[RANGES_TEXT])
{
	FILE *file = text_open(out);
	struct mxw_paint paint;
	struct mxw_span6 span;

	mxw_paint_begin(&paint, layers);
	while (next_span(&paint, wide, &span)) {
		print_range(file, wide, (struct mxw_range6){ span.first, span.last });
		(void)fprintf(file, "=%u", span.class);
	}
	assert_false(next_span(&paint, wide, &span));
	assert_int_equal(fclose(file), 0);
}

void expect_ranges(const char *row, bool wide, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		fail_msg("row \"%s\", IPv%d: \"%s\", wanted \"%s\"", row, wide ? 6 : 4, got, want);
}
