/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a configuration: the first twenty mistakes, each with its line.
 */
#ifndef MXW_CONFIG_MISTAKES_H
#define MXW_CONFIG_MISTAKES_H

#include <stddef.h>

#define MXW_MISTAKES 20

struct mxw_mistake {
	unsigned int line; /* from 1; 0: of the file as a whole */
	char text[400]; /* one sentence of printable ASCII; keys of lists are masked */
};

struct mxw_mistakes {
	char file[256]; /* as it is to be shown */
	struct mxw_mistake mistake[MXW_MISTAKES]; /* in order of lines */
	size_t count; /* in mistake[] */
	size_t total; /* found, may be more */
};

/* None yet, in the file. */
void mxw_mistakes_init(struct mxw_mistakes *mistakes, const char *file);

/* Counts one and keeps it, if there is room or a later line has to go for it. */
void mxw_mistakes_add(struct mxw_mistakes *mistakes, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "mxwall.conf:12: sentence", or without the line if it has none. Cut to size. Returns out. */
const char *mxw_mistakes_format(const struct mxw_mistakes *mistakes, size_t index, char *out,
				size_t size);

#endif
