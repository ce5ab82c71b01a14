// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From ranges to prefixes, and from prefixes to text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lists/formats/prefixes.h"

/* Bits that the longest prefix at the beginning of the keys leaves open: no more than first is
 * aligned to, and no more than there are. */
static unsigned int open_bits(struct mxw_keys keys)
{
	unsigned int most = mxw_keys_are_ipv4(keys) ? 32 : 63;
	unsigned int aligned = keys.first ? (unsigned int)__builtin_ctzll(keys.first) : 64;
	uint64_t count = keys.last - keys.first + 1; /* no range has all 2^64 */
	unsigned int fits = 63 - (unsigned int)__builtin_clzll(count);

	aligned = aligned < most ? aligned : most;
	return aligned < fits ? aligned : fits;
}

bool mxw_cut_prefix(struct mxw_cut *cut, struct mxw_prefix *prefix)
{
	unsigned int bits;
	uint64_t end;

	if (cut->done || cut->keys.first > cut->keys.last)
		return false;
	bits = open_bits(cut->keys);
	end = cut->keys.first + ((1ULL << bits) - 1);
	*prefix = (struct mxw_prefix){ .key = cut->keys.first, .len = (uint8_t)(64 - bits) };
	cut->done = end == UINT64_MAX;
	cut->keys.first = end + 1;
	return true;
}

static uint64_t count_in(struct mxw_keys keys)
{
	struct mxw_cut cut = { .keys = keys };
	struct mxw_prefix prefix;
	uint64_t count = 0;

	while (mxw_cut_prefix(&cut, &prefix))
		count++;
	return count;
}

uint64_t mxw_count_prefixes4(const struct mxw_ranges *ranges)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ranges->v4_count; i++)
		count += count_in((struct mxw_keys){ ranges->v4[i].first, ranges->v4[i].last });
	return count;
}

uint64_t mxw_count_prefixes6(const struct mxw_ranges *ranges)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ranges->v6_count; i++)
		count += count_in((struct mxw_keys){ ranges->v6[i].first, ranges->v6[i].last });
	return count;
}

void mxw_page_flush(struct mxw_page *page)
{
	if (page->size && !page->failed)
		page->failed = !page->out->write(page->out->context, page->text, page->size);
	page->size = 0;
}

/* A place for so many bytes, which are few. */
static char *room_for(struct mxw_page *page, size_t size)
{
	if (page->size + size > sizeof(page->text))
		mxw_page_flush(page);
	return page->text + page->size;
}

void mxw_page_text(struct mxw_page *page, const char *text)
{
	size_t size = strlen(text);

	memcpy(room_for(page, size), text, size);
	page->size += size;
}

void mxw_page_format(struct mxw_page *page, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	mxw_page_text(page, text);
}

static char *write_number(char *at, unsigned int value)
{
	if (value >= 100)
		*at++ = (char)('0' + value / 100);
	if (value >= 10)
		*at++ = (char)('0' + value / 10 % 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

void mxw_page_prefix(struct mxw_page *page, const struct mxw_prefix *prefix)
{
	char *begin = room_for(page, MXW_ADDR_TEXT), *at = begin;

	if (!mxw_prefix_is_ipv4(prefix)) {
		page->size += strlen(mxw_prefix_format(prefix, begin));
		return;
	}
	for (unsigned int shift = 32; shift; shift -= 8) {
		at = write_number(at, prefix->key >> (shift - 8) & 255);
		*at++ = shift > 8 ? '.' : '/';
	}
	if (prefix->len == 64)
		at--;
	else
		at = write_number(at, prefix->len - 32U);
	page->size += (size_t)(at - begin);
}
