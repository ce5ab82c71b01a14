// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looking for XDP programs above and below an interface. Called by attach and check.
 */
#include <stdio.h>

#include "apply/stack.h"
#include "datapath/hook.h"

/* Says in out why this one matters to nic; false if it does not. */
typedef bool judge_other(const struct mxw_nic *nic, const struct mxw_nic *other,
			 const struct mxw_hook *hook, struct mxw_stacked *out);

static bool is_ours(const struct mxw_hook *hook)
{
	return hook->holder == MXW_HOLDER_LINK || hook->holder == MXW_HOLDER_SHARED;
}

/* The first interface with an XDP program that matters. */
static bool look(const struct mxw_nic *nic, judge_other *judge, struct mxw_stacked *out)
{
	struct if_nameindex *all = if_nameindex();
	bool found = false;

	for (size_t i = 0; all && all[i].if_index && !found; i++) {
		struct mxw_hook hook;
		struct mxw_nic other;

		if (all[i].if_index == nic->ifindex ||
		    mxw_hook_query(all[i].if_index, &hook, NULL) ||
		    hook.holder == MXW_HOLDER_NONE || mxw_nic_read(all[i].if_name, &other, NULL))
			continue;
		found = judge(nic, &other, &hook, out);
	}
	if (all)
		if_freenameindex(all);
	return found;
}

static bool judge_above(const struct mxw_nic *nic, const struct mxw_nic *other,
			const struct mxw_hook *hook, struct mxw_stacked *out)
{
	if (!mxw_nic_is_above(other, nic))
		return false;
	if (is_ours(hook))
		(void)snprintf(out->text, sizeof(out->text),
			       "mxwall itself is on %s, above %s, and the kernel takes no second "
			       "XDP program below it: leave it there, or run `xdpctl detach %s` "
			       "and then attach to %s",
			       other->name, nic->name, other->name, nic->name);
	else
		(void)snprintf(out->text, sizeof(out->text),
			       "an XDP program (\"%s\", id %u) is on %s, above %s, and the kernel "
			       "takes no second one below it: detach it with the tool that loaded "
			       "it, or attach to %s",
			       hook->name, hook->program_id, other->name, nic->name, other->name);
	return true;
}

static bool judge_below(const struct mxw_nic *nic, const struct mxw_nic *other,
			const struct mxw_hook *hook, struct mxw_stacked *out)
{
	if (!is_ours(hook) || !mxw_nic_is_above(nic, other))
		return false;
	(void)snprintf(out->text, sizeof(out->text),
		       "mxwall is on %s, below %s: what comes through both is judged and counted "
		       "twice; one of them is enough (`xdpctl detach %s` takes it off %s)",
		       other->name, nic->name, other->name, other->name);
	return true;
}

bool mxw_stack_above(const struct mxw_nic *nic, struct mxw_stacked *out)
{
	return look(nic, judge_above, out);
}

bool mxw_stack_below(const struct mxw_nic *nic, struct mxw_stacked *out)
{
	return look(nic, judge_below, out);
}
