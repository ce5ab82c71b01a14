/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stored intent against the kernel's maps, both ways.
 */
#ifndef MXW_RECONCILE_H
#define MXW_RECONCILE_H

#include "base/addr.h"
#include "base/report.h"
#include "datapath/pins.h"
#include "state/store.h"

#define MXW_DIFFERENCES_SHOWN 32

enum mxw_difference_kind {
	MXW_DIFFERENCE_MISSING, /* stored, not in the kernel */
	MXW_DIFFERENCE_EXTRA, /* in the kernel, not stored */
	MXW_DIFFERENCE_OTHER, /* in both, with another expiry or mode */
};

struct mxw_difference {
	struct mxw_prefix prefix;
	uint8_t class; /* enum mxw_class */
	uint8_t kind; /* enum mxw_difference_kind */
};

struct mxw_differences {
	uint64_t checked; /* live entries in the store */
	uint64_t count; /* of differences of both kinds below */
	uint64_t overlooked; /* entries in the kernel's maps where the program does not look */
	struct mxw_difference
		first[MXW_DIFFERENCES_SHOWN]; /* of count less overlooked, as many as fit */
};

/*
 * Compares the operator's entries that live at now (CLOCK_MONOTONIC ns); an
 * expired one is not a difference on either side. With repair, the maps are made
 * to follow the store. The caller holds the lock.
 */
int mxw_reconcile(struct mxw_store *store, const struct mxw_maps *maps, uint64_t now, bool repair,
		  struct mxw_differences *out, const struct mxw_report *report,
		  struct mxw_err *err);

#endif
