// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an interface's program judges, read and planned. Called by attach and status.
 */
#include <string.h>

#include "apply/scope.h"
#include "datapath/switches.h"

int mxw_scope_read(const struct mxw_maps *maps, uint32_t ifindex, struct mxw_scope *out,
		   struct mxw_err *err)
{
	struct mxw_config config;
	int slot, error = mxw_switches_read(maps, &config, err);

	memset(out, 0, sizeof(*out));
	if (error)
		return error;
	out->dest_count = mxw_dests_read(maps, out->dests);
	out->nat64 = config.nat64;
	slot = mxw_switches_slot(&config, ifindex);
	if (slot < 0)
		return MXW_OK;
	out->set = true;
	memcpy(out->ports, config.slots[slot].ports, sizeof(out->ports));
	out->drop_fragmented = config.slots[slot].flags & MXW_SLOT_DROP_FRAGMENTED;
	out->limited = config.slots[slot].flags & MXW_SLOT_DEST;
	return MXW_OK;
}

static int add_dest(struct mxw_scope *out, const struct mxw_dest_key *dest, struct mxw_err *err)
{
	for (size_t i = 0; i < out->dest_count; i++)
		if (memcmp(&out->dests[i], dest, sizeof(*dest)) == 0)
			return MXW_OK;
	if (out->dest_count == MXW_DESTS_MOST)
		return mxw_fail(err, MXW_E_FAIL,
				"there is room for %d protected destinations, on all interfaces "
				"together: give ranges instead; nothing was changed",
				MXW_DESTS_MOST);
	out->dests[out->dest_count++] = *dest;
	return MXW_OK;
}

int mxw_scope_plan(const struct mxw_scope *was, const struct mxw_scope_wish *wish, bool alone,
		   struct mxw_scope *out, struct mxw_err *err)
{
	bool keep = was->set && !wish->defaults;
	bool keeps_dests = !alone || (keep && was->limited && !wish->dest_count);
	int error = MXW_OK;

	memset(out, 0, sizeof(*out));
	out->set = true;
	out->ports[0] = MXW_SCOPE_PORT;
	if (wish->ports[0])
		memcpy(out->ports, wish->ports, sizeof(out->ports));
	else if (keep)
		memcpy(out->ports, was->ports, sizeof(out->ports));
	if (wish->nat64.high)
		out->nat64 = wish->nat64;
	else if (keep || !alone)
		out->nat64 = was->nat64;
	out->drop_fragmented = wish->drop_fragmented || (keep && was->drop_fragmented);
	out->limited = wish->dest_count || (keep && was->limited);
	for (size_t i = 0; i < was->dest_count && keeps_dests && !error; i++)
		error = add_dest(out, &was->dests[i], err);
	for (size_t i = 0; i < wish->dest_count && !error; i++)
		error = add_dest(out, &wish->dests[i], err);
	return error;
}

uint32_t mxw_scope_flags(const struct mxw_scope *scope)
{
	return (scope->limited ? MXW_SLOT_DEST : 0) |
	       (scope->drop_fragmented ? MXW_SLOT_DROP_FRAGMENTED : 0);
}
