/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader says about a text, as text that a table row can show:
 *
 *	1 block 192.0.2.0/24, 2 exclude 192.0.2.7, 3 refused: is not an address
 */
#ifndef MXW_TESTS_LISTING_H
#define MXW_TESTS_LISTING_H

#include "lists/format.h"

#define LISTING_TEXT 8192

struct listing {
	char text[LISTING_TEXT];
	uint64_t said, refused;
	uint64_t lines; /* mxw_reader_lines() at the end */
	enum mxw_format format; /* as it turned out */
	enum mxw_format expected; /* what it was in last time */
	int error; /* of take or end, the first */
	int stop_after; /* the sink ends the reading after so many; 0 = never */
	struct mxw_err err;
};

/* Reads size bytes in pieces of piece bytes; 0 = all at once. The listing comes zeroed. */
void listing_read(struct listing *listing, enum mxw_format format, const char *text, size_t size,
		  size_t piece);

/* Reads text in pieces of 1, 2, 3, 7 and all bytes, and fails unless the listing is each
 * time what is wanted. want may be the beginning of an error's sentence after "error: ". */
void listing_expect(const char *row, enum mxw_format format, const char *text, const char *want);

struct listing_row {
	const char *text, *want;
};

/* The same for each row. */
void listing_rows(enum mxw_format format, const struct listing_row *rows, size_t count);

#endif
