/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that are one JSON value. For the formats that are JSON, alone.
 */
#ifndef MXW_FORMAT_JSON_H
#define MXW_FORMAT_JSON_H

#include <jansson.h>

#include "lists/formats/reader.h"

#define MXW_JSON_MAX (256UL << 20) /* bytes of such a text */

/* For mxw_syntax.take: holds the text, all of it. */
int mxw_json_take(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err);

/* What was taken. NULL with a sentence that names the line; else the caller decrefs. */
json_t *mxw_json_load(struct mxw_reader *reader, struct mxw_err *err);

/* Why it is none, for a line or a whole text. */
const char *mxw_json_why(const json_error_t *error);

/* Finds the lines of strings that are asked for in the order in which they stand. Starts
 * zeroed. */
struct mxw_json_place {
	size_t at;
	uint64_t line; /* less one */
	bool lost; /* one was not found: from then on the last line is told */
};

/* Sets reader->at_line to the string's. */
void mxw_json_find(struct mxw_json_place *place, struct mxw_reader *reader, const char *string);

/* The member as text, empty if there is none, or it is not a string. */
struct mxw_text mxw_json_text(const json_t *object, const char *key);

#endif
