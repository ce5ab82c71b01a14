/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses a verb works on: from its operands, a file or standard input.
 */
#ifndef MXW_LINES_H
#define MXW_LINES_H

#include "base/addr.h"
#include "cli.h"
#include "lists/format.h"

struct lines {
	struct mxw_prefix *prefixes; /* sorted, without duplicates */
	size_t count;
	uint64_t bad; /* words or lines that were refused, each named on standard error */
	uint64_t end; /* the first end that a list states for entries, wall clock s; 0 = none */
};

/* Decides whether a prefix may be used; a sentence in err otherwise. word: the operand that it
 * came from, which of an IPv6 address says more; "" for what was read from a file. */
typedef int lines_guard(void *context, const char *word, const struct mxw_prefix *prefix,
			struct mxw_err *err);

/*
 * Reads everything; a file and standard input as feed add reads them. A bad line is reported with
 * its number and left out, as is one that says the opposite of wanted (MXW_SAYS_BLOCK or _ALLOW).
 * With plain operands, one bad word fails all: nothing was asked for in bulk.
 * lines_end() frees lines->prefixes.
 */
int lines_read(struct cli *cli, enum mxw_says wanted, lines_guard *guard, void *context,
	       struct lines *lines);

/* One end is given to all entries of a command, and without --for none. Refuses, with a sentence,
 * entries that would outlive the ends that their list states. */
int lines_check_ends(struct cli *cli, const struct lines *lines);

/* Frees the prefixes. Returns error, or else MXW_E_FAIL with a sentence if a line was bad. */
int lines_end(struct cli *cli, struct lines *lines, int error);

#endif
