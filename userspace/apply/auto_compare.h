/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The automatic entries that the controller has stored against those in the kernel, from
 * outside of the controller: for verify.
 *
 * The database is written behind, so beside a running controller the two are never quite the
 * same. What two looks some seconds apart both find is a difference.
 */
#ifndef MXW_AUTO_COMPARE_H
#define MXW_AUTO_COMPARE_H

#include "apply/reconcile.h"
#include "state/auto_reader.h"

#define MXW_AUTO_COMPARE_APART 4 /* s between two looks */

struct mxw_auto_looked {
	uint64_t checked; /* live rows */
	uint64_t overlooked; /* entries in the kernel's map where the program does not look */
	struct mxw_difference *items; /* sorted by prefix */
	size_t count;
};

/* One look, at now (CLOCK_MONOTONIC ns). store may be NULL: nothing is stored. An entry that is
 * over is not a difference on either side. *out is to be freed, also after an error. */
int mxw_auto_look(struct mxw_auto_reader *store, const struct mxw_maps *maps, uint64_t now,
		  struct mxw_auto_looked *out, struct mxw_err *err);

/* Leaves in later what earlier has too. */
void mxw_auto_looked_common(const struct mxw_auto_looked *earlier, struct mxw_auto_looked *later);

void mxw_auto_looked_free(struct mxw_auto_looked *looked);

#endif
