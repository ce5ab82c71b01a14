/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether this host's addresses, routes or resolvers have changed.
 */
#ifndef MXW_CHANGES_H
#define MXW_CHANGES_H

#include "base/err.h"
#include "host/resolvconf.h"

struct mxw_changes {
	int netlink; /* readable when there may be something; -1: not open */
	struct mxw_resolv_look resolv;
};

/* Begins to listen for changes of addresses and routes in the network namespace of this
 * process. Returns 0 or MXW_E_FAIL with a sentence. */
int mxw_changes_open(struct mxw_changes *changes, struct mxw_err *err);

/* Whether something has changed since it was called last; the first time: yes. Does not wait. */
bool mxw_changes_seen(struct mxw_changes *changes);

void mxw_changes_close(struct mxw_changes *changes);

#endif
