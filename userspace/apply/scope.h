/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program on one interface judges: ports, destinations, fragments. An attach where
 * the filter is already keeps of it what the command does not name.
 */
#ifndef MXW_SCOPE_H
#define MXW_SCOPE_H

#include "bpf/abi.h"
#include "datapath/dests.h"

#define MXW_SCOPE_PORT 25 /* of a first attach that names none */

struct mxw_scope {
	bool set; /* the interface has one; all else is zero without */
	uint16_t ports[MXW_MAX_PORTS]; /* protected ones, 0 where unused */
	bool drop_fragmented; /* fragmented SYNs to them are dropped */
	struct mxw_nat64 nat64; /* mxw_config.nat64; one for all interfaces */
	bool limited; /* only SYNs to dests are judged; false: to every destination */
	struct mxw_dest_key dests[MXW_DESTS_MOST]; /* as all limited interfaces have them */
	size_t dest_count;
};

/* What a command names. */
struct mxw_scope_wish {
	bool defaults; /* forget what was set before */
	uint16_t ports[MXW_MAX_PORTS]; /* all zero: none named */
	bool drop_fragmented;
	struct mxw_nat64 nat64; /* 0, 0: none named */
	const struct mxw_dest_key *dests;
	size_t dest_count; /* 0: none named */
};

/* Reads what the interface (its number) has. No error if it has nothing: then out->set is
 * false, and out->dests and out->nat64 are those of the other interfaces. */
int mxw_scope_read(const struct mxw_maps *maps, uint32_t ifindex, struct mxw_scope *out,
		   struct mxw_err *err);

/* What an attach with these wishes makes of it. alone: no other interface is attached, so the
 * destinations are this one's; others' stay otherwise. MXW_E_FAIL where there are too many. */
int mxw_scope_plan(const struct mxw_scope *was, const struct mxw_scope_wish *wish, bool alone,
		   struct mxw_scope *out, struct mxw_err *err);

/* MXW_SLOT_* bits of it. */
uint32_t mxw_scope_flags(const struct mxw_scope *scope);

#endif
