// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sink that writes down what it is told. For the tests of formats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/addr.h"
#include "tests/unit/listing.h"

#define STOPPED (-77)

static const char *const SAYS[] = { "block", "allow", "exclude" };

static int note(struct listing *listing, uint64_t line, const char *text)
{
	size_t used = strlen(listing->text);

	(void)snprintf(listing->text + used, LISTING_TEXT - used, "%s%llu %s", used ? ", " : "",
		       (unsigned long long)line, text);
	return listing->stop_after && listing->said >= (uint64_t)listing->stop_after ? STOPPED : 0;
}

/* As one prefix if it is one, else as a range. */
static void write_range(uint64_t first, uint64_t last, char *out, size_t room)
{
	struct mxw_prefix a = { .key = first, .len = 64 }, b = { .key = last, .len = 64 };
	char from[MXW_ADDR_TEXT], to[MXW_ADDR_TEXT];
	uint64_t span = last - first;

	if ((span & (span + 1)) == 0 && (first & span) == 0) {
		a.len = (uint8_t)(64 - (span ? 64 - __builtin_clzll(span) : 0));
		(void)snprintf(out, room, "%s", mxw_prefix_format(&a, from));
		return;
	}
	(void)snprintf(out, room, "%s-%s", mxw_prefix_format(&a, from), mxw_prefix_format(&b, to));
}

static int said(struct listing *listing, enum mxw_says says, const uint64_t range[2], uint64_t line)
{
	char text[160], shown[140];

	listing->said++;
	write_range(range[0], range[1], shown, sizeof(shown));
	(void)snprintf(text, sizeof(text), "%s %s", SAYS[says], shown);
	return note(listing, line, text);
}

static int take4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	return said(context, says, (uint64_t[]){ range.first, range.last }, line);
}

static int take6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	return said(context, says, (uint64_t[]){ range.first, range.last }, line);
}

static int take_refusal(void *context, uint64_t line, const char *text, const char *why)
{
	struct listing *listing = context;
	char shown[160];

	if (strlen(text) > 79 || strlen(why) > 95)
		fail_msg("a refusal does not fit its record: \"%s\", \"%s\"", text, why);
	listing->refused++;
	(void)snprintf(shown, sizeof(shown), "refused: %s", why);
	return note(listing, line, shown);
}

void listing_read(struct listing *listing, enum mxw_format format, const char *text, size_t size,
		  size_t piece)
{
	struct mxw_format_sink sink = {
		.context = listing, .range4 = take4, .range6 = take6, .refuse = take_refusal
	};
	struct mxw_reader *reader = NULL;

	listing->error = mxw_reader_open(format, &sink, &reader, &listing->err);
	assert_int_equal(listing->error, MXW_OK);
	mxw_reader_expect(reader, listing->expected);
	piece = piece ? piece : size;
	for (size_t at = 0; at < size && !listing->error; at += piece)
		listing->error = mxw_reader_take(
			reader, text + at, size - at < piece ? size - at : piece, &listing->err);
	if (!listing->error)
		listing->error = mxw_reader_end(reader, &listing->err);
	listing->lines = mxw_reader_lines(reader);
	listing->format = mxw_reader_format(reader);
	mxw_reader_close(reader);
}

void listing_expect(const char *row, enum mxw_format format, const char *text, const char *want)
{
	static const size_t pieces[] = { 0, 1, 2, 3, 7 };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct listing listing = { 0 };
		char shown[LISTING_TEXT + sizeof(struct mxw_err)];
		bool same;

		listing_read(&listing, format, text, strlen(text), pieces[i]);
		if (listing.error)
			(void)snprintf(shown, sizeof(shown), "error: %s", listing.err.text);
		else
			(void)snprintf(shown, sizeof(shown), "%s", listing.text);
		same = listing.error ? strncmp(shown, want, strlen(want)) == 0
				     : strcmp(shown, want) == 0;
		if (!same || (listing.error && !want[0]))
			fail_msg("row \"%s\", pieces of %zu: got\n%s\nnot\n%s", row, pieces[i],
				 shown, want);
	}
}

void listing_rows(enum mxw_format format, const struct listing_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		listing_expect(rows[i].text, format, rows[i].text, rows[i].want);
}
