/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maps pinned as an attach leaves them, without an interface, so that
 * sessions find a filter to change. In the sandbox only.
 */
#ifndef MXW_TESTS_ATTACHED_H
#define MXW_TESTS_ATTACHED_H

#include "apply/apply.h"
#include "tests/unit/book.h"

/* Nothing stored, nothing pinned: how a test begins and ends. */
void attached_reset(void);

/* Loads the program with room for capacity blocked addresses and as many ranges,
 * pins its maps and it, in enforce mode. */
void attached_pin(uint32_t capacity);

/* Opens the pinned maps; the caller closes them. */
struct mxw_maps attached_open(void);

/* A change as a table row shows it. */
struct deed {
	bool remove;
	enum mxw_class class;
	const char *prefixes; /* "192.0.2.7 198.51.100.0/24", sorted */
	enum mxw_entry_mode mode;
	uint64_t expires_ns;
};

/* Runs one change in a session of its own, as a command does. Returns its error. */
int attached_run(const struct deed *deed, uint64_t *found, struct mxw_err *err);

/* In a session of its own: fails unless the store and the maps hold exactly what is wanted,
 * nothing is left to do, and the loaded program decides accordingly on a
 * number of sources. Expiries are shown minus origin. */
void attached_expect(const char *row, uint64_t origin, const char *want);

#endif
