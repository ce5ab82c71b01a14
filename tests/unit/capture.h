/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function prints, as text. Between begin and end nothing may fail a
 * test: cmocka's own words would be captured too.
 */
#ifndef MXW_TESTS_CAPTURE_H
#define MXW_TESTS_CAPTURE_H

#include <stddef.h>
#include <stdio.h>

struct capture {
	FILE *file; /* what is written instead */
	int stream, saved; /* descriptors: 1 or 2, and a copy of what it was */
};

/* stream: STDOUT_FILENO or STDERR_FILENO. */
void capture_begin(struct capture *capture, int stream);

/* Puts the stream back. Returns what was written, cut to size. */
const char *capture_end(struct capture *capture, char *out, size_t size);

#endif
