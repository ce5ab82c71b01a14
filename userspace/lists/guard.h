/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps a bad list from doing harm: entries that no list may have, and lists that cannot be
 * what they were. Pure.
 */
#ifndef MXW_GUARD_H
#define MXW_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lists/format.h"
#include "lists/list.h"

#define MXW_GUARD_WIDEST4 8 /* the shortest prefix length that an IPv4 entry may have */
#define MXW_GUARD_WIDEST6 19 /* the same of IPv6: registries' largest single allocations */
#define MXW_GUARD_WHY 96

/* A range that must never be blocked. */
struct mxw_guard_protected {
	uint64_t first, last; /* key bits, bpf/key.h */
	char why[48]; /* "own address of eth0" */
};

/* What entries are held against. */
struct mxw_guard {
	uint8_t widest4, widest6; /* prefix lengths, 0 = the defaults */
	bool strip; /* what is wholly reserved is left out without a word */
	const struct mxw_guard_protected *protected; /* borrowed */
	size_t protected_count;
};

enum mxw_guard_verdict {
	MXW_GUARD_TAKE = 0,
	MXW_GUARD_STRIP, /* leave it out, count it */
	MXW_GUARD_REFUSE, /* leave it out, and name it with why */
};

/*
 * One entry, as its line has it. Refused: too wide; blocked ones also that are in, or cover,
 * special-purpose ranges (private, loopback, multicast, documentation ...), and that are in a
 * protected one. What covers a protected one is taken: mxw_guard_cut() cuts it out.
 */
enum mxw_guard_verdict mxw_guard_entry4(const struct mxw_guard *guard, enum mxw_says says,
					struct mxw_range4 range, char why[MXW_GUARD_WHY]);
enum mxw_guard_verdict mxw_guard_entry6(const struct mxw_guard *guard, enum mxw_says says,
					struct mxw_range6 range, char why[MXW_GUARD_WHY]);

/* "10.0.0.0/8 is for private networks", or NULL: what the range touches of the registries.
 * *whole: all of the range is reserved. */
const char *mxw_guard_reserved4(struct mxw_range4 range, bool *whole);
const char *mxw_guard_reserved6(struct mxw_range6 range, bool *whole);

/* Takes the protected ranges out of the list's blocks, and what the list itself allows. *cut:
 * how many protected ones were in it. */
int mxw_guard_cut(const struct mxw_guard *guard, struct mxw_list *list, uint64_t *cut,
		  struct mxw_err *err);

/* A list in numbers. */
struct mxw_guard_size {
	uint64_t ranges; /* of both families, blocked and allowed */
	uint64_t addresses4, networks6; /* blocked */
	uint64_t allowed4, allowed6;
};

struct mxw_guard_size mxw_guard_measure(const struct mxw_list *list);

enum mxw_guard_ruling {
	MXW_GUARD_GOOD = 0,
	MXW_GUARD_HOLD, /* not without the operator */
	MXW_GUARD_BAD, /* not at all */
};

/* What a whole list is judged by. */
struct mxw_guard_case {
	struct mxw_guard_size size;
	struct mxw_guard_size last; /* what was good last */
	bool has_last; /* there is a last one; all zeros then means that it was empty */
	bool own; /* a file of the operator's that only blocks: fewer entries are what he wants */
	bool state; /* its format describes what a program has now, such as bans */
	bool may_be_empty; /* likewise, which may be that nothing is listed */
	uint64_t entries; /* that were read */
	uint64_t refused; /* of these */
};

/*
 * The whole list: bad if nothing is left, or if of the entries that were read more than one in
 * a thousand, and more than three, were refused. To be held if it is more than three times, or
 * less than two thirds, of what was good last (one with less than 100 ranges is not compared with;
 * of an own one, a tenth has to be left), or blocks or allows too much of the address space. An own one that
 * describes a state is not compared: strangers who have themselves banned would have it held. An
 * empty one that may be is held, unless the last one was empty as well. The sentence goes to err.
 */
enum mxw_guard_ruling mxw_guard_judge(const struct mxw_guard_case *list, struct mxw_err *err);

#endif
