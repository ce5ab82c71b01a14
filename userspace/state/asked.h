/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the DNS lists were asked in the last 24 hours, so that a quota outlasts a restart. A small
 * file of JSON in the controller's folder, for its user alone: names of lists may have keys. If
 * the file is lost, a list is asked at most its quota once more.
 */
#ifndef MXW_STATE_ASKED_H
#define MXW_STATE_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MXW_ASKED_LISTS 64
#define MXW_ASKED_NAME 190 /* as MXW_DNSBL_ZONE_TEXT */
#define MXW_ASKED_SPENT 25 /* as MXW_BUDGET_SLOTS */

struct mxw_asked_list {
	char list[MXW_ASKED_NAME];
	bool names; /* as a list of names; the same zone may be one of addresses too */
	uint32_t spent[MXW_ASKED_SPENT]; /* mxw_budget_spent() */
};

struct mxw_asked {
	uint64_t at; /* s since 1970 */
	size_t count;
	struct mxw_asked_list list[MXW_ASKED_LISTS];
};

/* Replaces the file at path, as a whole or not at all; it need not have reached the disk. */
int mxw_asked_write(const char *path, const struct mxw_asked *asked, struct mxw_err *err);

/* Returns 0, also without a file: count is 0 then. MXW_E_FAIL with a sentence if there is one and
 * it cannot be read or makes no sense. asked is large: keep it off the stack. */
int mxw_asked_read(const char *path, struct mxw_asked *asked, struct mxw_err *err);

#endif
