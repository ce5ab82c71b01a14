/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The never-block set: what the host says must always get through, and what the
 * operator added at attach. Kept in maps of its own, checked before everything.
 */
#ifndef MXW_APPLY_NEVER_H
#define MXW_APPLY_NEVER_H

#include "base/addr.h"
#include "datapath/pins.h"
#include "host/never.h"

/* Adds the host's and the operator's addresses to the kernel's set. What an
 * earlier attach put there stays, since dropping is the dangerous direction. added: the
 * operator's; why, own and exempt are filled in. */
int mxw_never_fill(const struct mxw_maps *maps, const struct mxw_never_item *added, size_t count,
		   uint64_t *total, struct mxw_err *err);

/* The same with a list that the caller has collected, which it frees. Of both: MXW_E_DEGRADED if some
 * have no room, after all others were put there. */
int mxw_never_put(const struct mxw_maps *maps, const struct mxw_never_list *list,
		  struct mxw_err *err);

/* Whether the kernel's set has the item as it is. */
bool mxw_never_has(const struct mxw_maps *maps, const struct mxw_never_item *item);

/* Takes an item out of the kernel's set. *found: whether it was there, as it is. Under the lock. */
int mxw_never_remove(const struct mxw_maps *maps, const struct mxw_never_item *item, bool *found,
		     struct mxw_err *err);

/* What the host says now and the kernel's set holds besides, from which SSH sessions are
 * taken where there is one: reading every connection is slow. maps may be NULL. The
 * caller frees it with mxw_never_free(). */
int mxw_never_known(const struct mxw_maps *maps, struct mxw_never_list *out, struct mxw_err *err);

/* The item that prefix covers, or that covers it; NULL if it touches none. An own
 * address goes before others. Hosts are left out: they pass whatever blocks their /64. */
const struct mxw_never_item *mxw_never_touched(const struct mxw_never_list *list,
					       const struct mxw_prefix *prefix);

/* The same of the keys from first to last. */
const struct mxw_never_item *mxw_never_touched_keys(const struct mxw_never_list *list,
						    uint64_t first, uint64_t last);

/* The host that text, an IPv6 address, is; NULL if it is none. */
const struct mxw_never_item *mxw_never_is_host(const struct mxw_never_list *list, const char *text);

/* The first host inside the prefix, own ones first; NULL if there is none. */
const struct mxw_never_item *mxw_never_inside(const struct mxw_never_list *list,
					      const struct mxw_prefix *prefix);

#endif
