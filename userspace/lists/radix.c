// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Radix sort of ranges, least significant digit first. All
 * digits are counted in one reading, and a digit in which all keys agree costs
 * no pass: the upper ones of most IPv6 lists. Pure.
 */
#include <string.h>

#include "lists/radix.h"
#include "lists/view.h"

#define DIGIT_BITS 8
#define DIGIT_VALUES (1U << DIGIT_BITS)
#define DIGITS_MOST (64 / DIGIT_BITS)

/* Both widths in one text: an element is a key and as many bytes more, all as bytes. */
enum width { NARROW = sizeof(struct mxw_range4), WIDE = sizeof(struct mxw_range6) };

static MXW_ALWAYS_INLINE uint64_t key_at(const unsigned char *element, enum width width)
{
	uint64_t wide;
	uint32_t narrow;

	if (width == WIDE) {
		memcpy(&wide, element, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, element, sizeof(narrow));
	return narrow;
}

static MXW_ALWAYS_INLINE unsigned int digit_of(uint64_t key, unsigned int digit)
{
	return (unsigned int)(key >> (digit * DIGIT_BITS)) & (DIGIT_VALUES - 1);
}

static MXW_ALWAYS_INLINE void count_digits(const unsigned char *from, size_t count,
					   enum width width,
					   size_t counts[DIGITS_MOST][DIGIT_VALUES])
{
	for (size_t i = 0; i < count; i++) {
		uint64_t key = key_at(from + i * width, width);

		for (unsigned int digit = 0; digit < width / 2; digit++)
			counts[digit][digit_of(key, digit)]++;
	}
}

/* How many have each value becomes where the first of it goes. */
static void sum_up(size_t counts[DIGIT_VALUES])
{
	size_t sum = 0;

	for (unsigned int i = 0; i < DIGIT_VALUES; i++) {
		size_t count = counts[i];

		counts[i] = sum;
		sum += count;
	}
}

static MXW_ALWAYS_INLINE void deal_out(const unsigned char *from, unsigned char *to, size_t count,
				       enum width width, unsigned int digit,
				       size_t places[DIGIT_VALUES])
{
	for (size_t i = 0; i < count; i++) {
		const unsigned char *element = from + i * width;
		size_t place = places[digit_of(key_at(element, width), digit)]++;

		memcpy(to + place * width, element, width);
	}
}

static MXW_ALWAYS_INLINE void *sort(void *array, void *scratch, size_t count, enum width width)
{
	size_t counts[DIGITS_MOST][DIGIT_VALUES] = { 0 };
	unsigned char *from = array, *to = scratch, *spare;

	count_digits(from, count, width, counts);
	for (unsigned int digit = 0; count && digit < width / 2; digit++) {
		if (counts[digit][digit_of(key_at(from, width), digit)] == count)
			continue;
		sum_up(counts[digit]);
		deal_out(from, to, count, width, digit, counts[digit]);
		spare = from;
		from = to;
		to = spare;
	}
	return from;
}

struct mxw_range4 *mxw_radix_sort4(struct mxw_range4 *array, struct mxw_range4 *scratch,
				   size_t count)
{
	return sort(array, scratch, count, NARROW);
}

struct mxw_range6 *mxw_radix_sort6(struct mxw_range6 *array, struct mxw_range6 *scratch,
				   size_t count)
{
	return sort(array, scratch, count, WIDE);
}
