// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text into a buffer. Called by the pure rooms.
 */
#include <stdio.h>

#include "base/text.h"

size_t mxw_text_args(char *out, size_t size, const char *format, va_list args)
{
	int n = vsnprintf(out, size, format, args);

	if (n < 0) {
		out[0] = '\0';
		return 0;
	}
	return (size_t)n < size ? (size_t)n : size - 1;
}

size_t mxw_text(char *out, size_t size, const char *format, ...)
{
	va_list args;
	size_t length;

	va_start(args, format);
	length = mxw_text_args(out, size, format, args);
	va_end(args);
	return length;
}

uint64_t mxw_text_hash(const char *text, uint64_t seed)
{
	uint64_t hash = seed;

	for (; *text; text++) {
		hash = (hash ^ (uint8_t)*text) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	return hash;
}
