// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What rbldnsd takes for an address, which is more than others do: prefixes of whole octets
 * or words, ranges of them, and leading zeros. Follows its ip4parse.c and
 * ip6addr.c.
 */
#include <string.h>

#include "base/addr.h"
#include "lists/formats/rbldnsd_range.h"

static const char NOT_ADDRESS[] = "is not an address that rbldnsd reads";
static const char HOST_BITS[] = "has bits set beyond its prefix length, so that rbldnsd skips it";

static uint32_t mask4(unsigned int bits)
{
	return bits ? UINT32_MAX << (32 - bits) : 0;
}

/* Digits off the text, as a number up to most. */
static bool take_number(struct mxw_text *text, unsigned int most, unsigned int *value)
{
	unsigned int number = 0;

	if (!text->size || !mxw_is_digit(text->at[0]))
		return false;
	while (text->size && mxw_is_digit(text->at[0])) {
		number = number * 10 + (unsigned int)(text->at[0] - '0');
		if (number > most)
			return false;
		*text = mxw_text_from(*text, 1);
	}
	*value = number;
	return true;
}

static bool take_char(struct mxw_text *text, char c)
{
	if (!text->size || text->at[0] != c)
		return false;
	*text = mxw_text_from(*text, 1);
	return true;
}

/* One to four octets. Returns 8, 16, 24 or 32, or 0 for none. */
static unsigned int take_octets(struct mxw_text *text, uint32_t *address)
{
	unsigned int bits = 0, octet;

	*address = 0;
	do {
		if (!take_number(text, 255, &octet))
			return 0;
		bits += 8;
		*address |= (uint32_t)octet << (32 - bits);
	} while (bits < 32 && take_char(text, '.'));
	return bits;
}

/* The end of a range. A single number stands for the last octet that the beginning has. */
static const char *take_end(struct mxw_text *text, uint32_t first, unsigned int bits,
			    uint32_t *last)
{
	unsigned int end_bits = take_octets(text, last);

	if (end_bits == 8)
		*last = *last >> (bits - 8) | (first & mask4(bits - 8));
	else if (end_bits != bits)
		return "is not a range that rbldnsd reads";
	*last |= ~mask4(bits);
	return first > *last ? "the range ends before it begins" : NULL;
}

const char *mxw_zone_ipv4(struct mxw_text *text, struct mxw_zone_range *out)
{
	uint32_t first, last;
	unsigned int bits = take_octets(text, &first);
	const char *why;

	if (!bits)
		return NOT_ADDRESS;
	out->is_range = take_char(text, '-');
	if (out->is_range) {
		why = take_end(text, first, bits, &last);
		if (why)
			return why;
		bits = 32;
	} else {
		if (take_char(text, '/')) {
			if (!take_number(text, 32, &bits))
				return "its prefix length is not a number from 0 to 32";
		} else if (bits == 8) {
			return NOT_ADDRESS;
		}
		if (first & ~mask4(bits))
			return HOST_BITS;
		last = first | ~mask4(bits);
	}
	out->keys = (struct mxw_keys){ first, last };
	out->bits = bits;
	return NULL;
}

/* Up to four hexadecimal digits off the text, more only as leading zeros. */
static bool take_word(struct mxw_text *text, unsigned int *value)
{
	size_t size = 0;
	unsigned int number = 0;

	while (size < text->size && number <= 0xffff) {
		char c = text->at[size];
		char lower = (char)(c | 0x20);

		if (mxw_is_digit(c))
			number = number * 16 + (unsigned int)(c - '0');
		else if (lower >= 'a' && lower <= 'f')
			number = number * 16 + (unsigned int)(lower - 'a') + 10;
		else
			break;
		size++;
	}
	if (!size || number > 0xffff)
		return false;
	*value = number;
	*text = mxw_text_from(*text, size);
	return true;
}

/* Puts the zeros in that "::" at byte gap of size bytes stands for. */
static bool spread(uint8_t address[16], size_t gap, size_t size)
{
	if (size == 16)
		return false;
	memmove(address + gap + 16 - size, address + gap, size - gap);
	memset(address + gap, 0, 16 - size);
	return true;
}

/* Words with ':' between them, and "::" once. Returns the bits that were given, 0 for none. */
static unsigned int take_words(struct mxw_text *text, uint8_t address[16])
{
	size_t size = 0, gap = SIZE_MAX;
	bool whole = false;
	unsigned int word;

	memset(address, 0, 16);
	if (mxw_text_begins(*text, "::")) {
		gap = 0;
		*text = mxw_text_from(*text, 2);
	}
	while (!whole && take_word(text, &word)) {
		address[size++] = (uint8_t)(word >> 8);
		address[size++] = (uint8_t)word;
		whole = size == 16 || !take_char(text, ':');
		if (!whole && gap == SIZE_MAX && take_char(text, ':'))
			gap = size;
	}
	if (gap != SIZE_MAX)
		return spread(address, gap, size) ? 128 : 0;
	return whole ? (unsigned int)(8 * size) : 0;
}

static bool has_host_bits(const uint8_t address[16], unsigned int bits)
{
	for (unsigned int bit = bits; bit < 128; bit++)
		if (address[bit / 8] & 0x80 >> bit % 8)
			return true;
	return false;
}

/* By way of text, so that the forms that carry IPv4 are found as everywhere else. */
static const char *to_keys(const uint8_t address[16], unsigned int bits, struct mxw_keys *keys)
{
	char text[MXW_ADDR_TEXT + 8], *at = text;
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		*at++ = hex[address[i] >> 4];
		*at++ = hex[address[i] & 15];
		if (i % 2 && i < 15)
			*at++ = ':';
	}
	*at++ = '/';
	if (bits >= 100)
		*at++ = '1';
	if (bits >= 10)
		*at++ = (char)('0' + bits / 10 % 10);
	*at++ = (char)('0' + bits % 10);
	return mxw_prefix_scan((struct mxw_text){ text, (size_t)(at - text) }, keys);
}

const char *mxw_zone_ipv6(struct mxw_text *text, struct mxw_zone_range *out)
{
	uint8_t address[16];
	unsigned int bits = take_words(text, address);

	out->is_range = false;
	if (!bits)
		return NOT_ADDRESS;
	if (take_char(text, '/')) {
		if (!take_number(text, 128, &bits))
			return "its prefix length is not a number from 0 to 128";
	} else if (bits == 16) {
		return NOT_ADDRESS;
	}
	if (has_host_bits(address, bits))
		return HOST_BITS;
	out->bits = bits;
	return to_keys(address, bits, &out->keys);
}

uint32_t mxw_zone_value(struct mxw_text *text)
{
	uint32_t value;
	unsigned int bits = take_octets(text, &value);

	return bits == 8 ? value >> 24 : value;
}
