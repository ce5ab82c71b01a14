/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a configuration as inih can take them. Debian's inih cuts lines at 200 bytes
 * and says so to nobody; here long ones are handed on in pieces, as the continuation lines
 * that inih knows, and what inih would swallow in silence is found. Used by parse.c alone.
 */
#ifndef MXW_CONFIG_LINES_H
#define MXW_CONFIG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "config/mistakes.h"

#define MXW_INIH_LINE 190 /* what a line of inih's 200 bytes holds, with room for its end */

struct mxw_lines {
	const char *text; /* all of it */
	size_t length, at; /* bytes; how far it is handed out */
	const char *rest, *end; /* of the line that is handed out in pieces; NULL = none */
	unsigned int line; /* number of the line handed out last, from 1 */
	bool continues; /* the last piece goes on with the value of the key before */
	bool expects; /* the last piece should have led to a call of inih's handler */
	bool in_key; /* there has been a key in this section */
	struct mxw_mistakes *mistakes;
};

/* Finds what makes a text unfit to be parsed at all: NUL and control characters, lines that
 * are too long. Each is a mistake; returns whether there was none. */
bool mxw_lines_check(const char *text, size_t length, struct mxw_mistakes *mistakes);

/* Hands out the next line or piece like fgets(); stream is a struct mxw_lines. For
 * ini_parse_stream(). */
char *mxw_lines_next(char *out, int size, void *stream);

/* To be called by inih's handler, first of all, and once when the parsing is over. */
void mxw_lines_taken(struct mxw_lines *lines);
void mxw_lines_over(struct mxw_lines *lines);

#endif
