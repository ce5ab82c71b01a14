// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists: a text of any format, read whole and read in pieces, says the same; its ranges are ranges;
 * and what it blocks can be written and read again. The first byte chooses the format (` or p: it is
 * to be found out; a to o: plain and so on), the second how long the pieces are.
 */
#include <string.h>

#include "fuzz.h"
#include "lists/format.h"

#define MADE 1800000000 /* 2027-01-15 08:00:00 UTC */

struct heard {
	struct mxw_ranges set[3]; /* by enum mxw_says */
	uint64_t refused;
	int error; /* of the reader */
	enum mxw_format format;
};

static int on_range4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	struct heard *heard = context;

	(void)line;
	FUZZ_WANT(range.first <= range.last);
	return mxw_ranges_add4(&heard->set[says], range, NULL);
}

static int on_range6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	struct heard *heard = context;

	(void)line;
	FUZZ_WANT(range.first <= range.last);
	return mxw_ranges_add6(&heard->set[says], range, NULL);
}

static int on_refuse(void *context, uint64_t line, const char *text, const char *why)
{
	struct heard *heard = context;

	FUZZ_WANT(line > 0 && text && why && *why);
	heard->refused++;
	return 0;
}

static void on_until(void *context, uint32_t end)
{
	(void)context, (void)end;
}

/* Reads the text in pieces of that many bytes. */
static void hear(struct heard *heard, enum mxw_format format, const char *text, size_t size,
		 size_t piece)
{
	const struct mxw_format_sink sink = { heard, on_range4, on_range6, on_refuse, on_until };
	const struct mxw_format_clock clock = { .made = MADE };
	struct mxw_reader *reader;
	struct mxw_err err;
	size_t at, now;

	memset(heard, 0, sizeof(*heard));
	FUZZ_WANT(mxw_reader_open(format, &sink, &reader, &err) == 0);
	mxw_reader_set_clock(reader, &clock);
	for (at = 0; at < size && !heard->error; at += now) {
		now = size - at < piece ? size - at : piece;
		heard->error = mxw_reader_take(reader, text + at, now, &err);
	}
	if (!heard->error)
		heard->error = mxw_reader_end(reader, &err);
	heard->format = mxw_reader_format(reader);
	mxw_reader_close(reader);
	for (int says = 0; says < 3; says++)
		FUZZ_WANT(mxw_ranges_settle(&heard->set[says], NULL, NULL) == 0);
}

static void forget(struct heard *heard)
{
	for (int says = 0; says < 3; says++)
		mxw_ranges_free(&heard->set[says]);
}

static int same_ranges(const struct mxw_ranges *a, const struct mxw_ranges *b)
{
	return a->v4_count == b->v4_count && a->v6_count == b->v6_count &&
	       (!a->v4_count || !memcmp(a->v4, b->v4, a->v4_count * sizeof(*a->v4))) &&
	       (!a->v6_count || !memcmp(a->v6, b->v6, a->v6_count * sizeof(*a->v6)));
}

static void want_the_same(const struct heard *a, const struct heard *b)
{
	FUZZ_WANT(!a->error == !b->error);
	if (a->error)
		return;
	FUZZ_WANT(a->format == b->format && a->refused == b->refused);
	for (int says = 0; says < 3; says++)
		FUZZ_WANT(same_ranges(&a->set[says], &b->set[says]));
}

struct text {
	char *bytes;
	size_t size, room;
};

static bool put(void *context, const char *bytes, size_t size)
{
	struct text *text = context;

	if (text->size + size > text->room) {
		text->room = (text->size + size) * 2;
		text->bytes = realloc(text->bytes, text->room);
		FUZZ_WANT(text->bytes != NULL);
	}
	memcpy(text->bytes + text->size, bytes, size);
	text->size += size;
	return true;
}

/* In a zone, 127.0.0.1 to 127.0.0.255 are test entries, and list nothing. */
static int has_test_entry(const struct mxw_ranges *block)
{
	for (size_t i = 0; i < block->v4_count; i++)
		if (block->v4[i].first <= 0x7f0000ff && block->v4[i].last >= 0x7f000000)
			return 1;
	return 0;
}

/* What a list blocks is the same after a way through each format that can be written. */
static void write_and_read(const struct mxw_ranges *block)
{
	static const enum mxw_format written[] = { MXW_FORMAT_PLAIN, MXW_FORMAT_NFT,
						   MXW_FORMAT_IPSET, MXW_FORMAT_RBLDNSD };
	const struct mxw_list list = { .block = *block };
	struct mxw_err err;

	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		struct text text = { 0 };
		const struct mxw_format_out out = { &text, put };
		struct heard back;

		if (written[i] == MXW_FORMAT_RBLDNSD && has_test_entry(block))
			continue;
		FUZZ_WANT(mxw_format_write(written[i], "fuzz", &list, &out, &err) == 0);
		hear(&back, written[i], text.bytes, text.size, 4096);
		FUZZ_WANT(!back.error && !back.refused);
		FUZZ_WANT(same_ranges(&back.set[MXW_SAYS_BLOCK], block));
		forget(&back);
		free(text.bytes);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard whole, pieces;
	enum mxw_format format;
	const char *text;

	if (size < 2)
		return 0;
	format = (enum mxw_format)(data[0] % MXW_FORMAT_COUNT);
	text = (const char *)data + 2;
	hear(&whole, format, text, size - 2, size);
	hear(&pieces, format, text, size - 2, 1 + data[1] % 61);
	want_the_same(&whole, &pieces);
	if (!whole.error && (whole.set[0].v4_count || whole.set[0].v6_count))
		write_and_read(&whole.set[0]);
	forget(&whole);
	forget(&pieces);
	return 0;
}
