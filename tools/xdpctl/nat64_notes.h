/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that cover the site's NAT64 prefix: between attach, which makes them so, and the verbs that
 * add entries.
 */
#ifndef MXW_NAT64_NOTES_H
#define MXW_NAT64_NOTES_H

#include <stddef.h>

#include "base/addr.h"
#include "base/report.h"

/* Notes that the entry, `WHAT PREFIX`, does not match sources inside the prefix, and what to give
 * instead. Nothing where it does not cover the prefix, or where there is none. */
void nat64_note_entry(const struct mxw_nat64 *nat64, const char *what,
		      const struct mxw_prefix *prefix, const struct mxw_report *report);

/* The same of entries that were added to the attached filter. */
void nat64_note_added(const char *what, const struct mxw_prefix *prefixes, size_t count,
		      const struct mxw_report *report);

/* The same of all that is stored, and of networks in the never-block set. */
void nat64_note_stored(const struct mxw_nat64 *nat64, const struct mxw_report *report);

#endif
