/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses a verb works on: from its operands, a file or standard input.
 */
#ifndef MXW_LINES_H
#define MXW_LINES_H

#include "base/addr.h"
#include "cli.h"

struct lines {
	struct mxw_prefix *prefixes; /* sorted, without duplicates */
	size_t count;
	uint64_t bad; /* words or lines that were refused, each named on standard error */
};

/* Decides whether a prefix may be used; a sentence in err otherwise. word: the operand that it
 * came from, which of an IPv6 address says more; "" for what was read from a file. */
typedef int lines_guard(void *context, const char *word, const struct mxw_prefix *prefix,
			struct mxw_err *err);

/*
 * Reads everything. A bad line is reported with its number and left out. With
 * plain operands, one bad word fails all: nothing was asked for in bulk.
 * The caller frees lines->prefixes.
 */
int lines_read(struct cli *cli, lines_guard *guard, void *context, struct lines *lines);

#endif
