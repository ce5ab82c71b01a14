/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hint table of pinned maps, held against the exact entries that are in the
 * kernel, which are read without the library. In the sandbox only.
 */
#ifndef MXW_TESTS_MARKS_H
#define MXW_TESTS_MARKS_H

#include "tests/unit/attached.h"

#define MARKS_CAPACITY 65536 /* blocked addresses that fit */

struct tally {
	size_t entries; /* exact ones, of all classes */
	size_t missing; /* bits that should be set and are not */
	size_t extra; /* bits that stand for no entry */
};

/* Nothing stored, fresh maps pinned and opened; marks_end() closes and removes them. */
struct mxw_maps marks_begin(void);
void marks_end(struct mxw_maps *maps);

struct tally marks_tally(const struct mxw_maps *maps);

/* Fails unless every exact entry has its bit; exactly: and no bit is without an entry. */
void marks_expect(const char *row, const struct mxw_maps *maps);
void marks_expect_exactly(const char *row, const struct mxw_maps *maps);

/* Both tables as they are, as one. The caller frees it. */
struct mxw_hint *marks_read(const struct mxw_maps *maps);

/* Clears every bit behind the library's back. */
void marks_wipe(const struct mxw_maps *maps);

/* Whether the program is told to rely on the table. */
bool marks_relied_on(const struct mxw_maps *maps);

/* The pinned program. The caller closes it. */
int marks_program(void);

/* Whether the program drops a SYN from source: 1, 0, or -1 if it did not run. Ends no
 * test, so that it can be asked beside a thread. */
int marks_ask(int program, const char *source);

#endif
