/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of CSV. For userspace/lists/formats/ alone. Pure.
 */
#ifndef MXW_FORMAT_CSV_H
#define MXW_FORMAT_CSV_H

#include <stdbool.h>

#include "lists/formats/text.h"

#define MXW_FIELD_MAX 128 /* kept of a field; no address is longer */

struct mxw_field {
	char text[MXW_FIELD_MAX];
	size_t size;
};

/* Takes a field off the line, and the separator after it. Quotes are doubled within quotes. */
void mxw_field_take(struct mxw_text *line, char separator, struct mxw_field *field);

/* Its text, trimmed; good as long as the field is. */
struct mxw_text mxw_field_text(const struct mxw_field *field);

/* Whether a line is one of titles, among them one of addresses, also if it is a comment. */
bool mxw_csv_is_header(struct mxw_text line);

#endif
