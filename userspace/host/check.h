/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether this machine and this interface can run the filter, and what to do
 * where they cannot. What needs libbpf (programs already on the interface,
 * whether the dispatcher loads) is found elsewhere and added to the same list.
 */
#ifndef MXW_CHECK_H
#define MXW_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "host/facts.h"
#include "host/nic.h"

#define MXW_CHECK_MAX 48 /* findings; more are left out */

/* Ordered: a higher one is worse. */
enum mxw_level {
	MXW_LEVEL_OK = 0, /* as it should be */
	MXW_LEVEL_NOTE, /* works; good to know */
	MXW_LEVEL_WARN, /* works with a loss that the text names */
	MXW_LEVEL_FAIL, /* the filter will not attach, or sees nothing */
};

struct mxw_finding {
	enum mxw_level level;
	char what[24]; /* the subject in a word or two */
	char text[480]; /* what is so, and for what is not OK what to do */
};

/* Starts zeroed. */
struct mxw_check {
	struct mxw_finding items[MXW_CHECK_MAX]; /* in the order in which they were added */
	size_t count;
};

/* "ok", "note", "warn", "fail". */
const char *mxw_level_name(enum mxw_level level);

/* The worst level of the list. */
enum mxw_level mxw_check_worst(const struct mxw_check *check);

/*
 * Looks at the machine, and at the interface called iface unless that is NULL;
 * adds the findings to *out, which the caller has zeroed. An interface that
 * does not exist is a finding. Returns 0, or MXW_E_FAIL when the kernel does
 * not even answer.
 */
int mxw_check_run(const char *iface, struct mxw_check *out);

/* The two halves of mxw_check_run() behind the asking. Pure. */
void mxw_check_host(const struct mxw_facts *facts, struct mxw_check *out);
void mxw_check_nic(const struct mxw_nic *nic, unsigned int kernel, struct mxw_check *out);

/*
 * Whether attaching can be tried. nic comes from mxw_nic_read(iface); native is
 * whether native mode is what will be asked of the kernel. Returns 0; MXW_E_USAGE
 * when there is no such interface; MXW_E_DETACHED with the obstacle and its
 * remedy in one sentence. The kernel may still find others.
 */
int mxw_check_attachable(const char *iface, const struct mxw_nic *nic, bool native,
			 struct mxw_err *err);

/* False where it is known that nic has no native XDP on the running kernel: skb mode is all there
 * is, and attaching with "auto" should announce it and ask mxw_check_attachable() for that. */
bool mxw_check_native(const struct mxw_nic *nic);

/* The two questions for a given kernel (MXW_KERNEL()). Pure. */
int mxw_check_obstacle(const struct mxw_nic *nic, unsigned int kernel, bool native,
		       struct mxw_err *err);
bool mxw_check_has_native(const struct mxw_nic *nic, unsigned int kernel);

#endif
