/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of an attach. No state of the disk may keep a mail server unprotected: for attach.c alone.
 */
#ifndef MXW_ATTACH_STORE_H
#define MXW_ATTACH_STORE_H

#include "apply/attach.h"
#include "state/store.h"

/* Opens the store, and fills in result->store_lost and result->amiss. *out is the caller's, also
 * after an error. */
int mxw_attach_store(struct mxw_store **out, struct mxw_attach_result *result,
		     const struct mxw_report *report, struct mxw_err *err);

/* Notes what is not as it should be, of an attach that goes on: the first is result->amiss. */
void mxw_attach_amiss(struct mxw_attach_result *result, const struct mxw_report *report,
		      const char *sentence);

#endif
