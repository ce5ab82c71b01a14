// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Called by attach and verify.
 */
#include <unistd.h>

#include "apply/presence.h"
#include "host/cgroup.h"

int mxw_presence_put(const struct mxw_maps *maps, struct mxw_err *err)
{
	int root = mxw_cgroup_root(err), error;

	if (root < 0)
		return root;
	error = mxw_presence_attach(maps, root, err);
	(void)close(root);
	return error;
}

void mxw_presence_try(const struct mxw_maps *maps, const struct mxw_report *report)
{
	struct mxw_err why;

	if (mxw_presence_put(maps, &why))
		mxw_note(report,
			 "completed connections are not seen, so no rate and no limit of "
			 "connections applies: %.300s; see `xdpctl check`",
			 why.text);
}

bool mxw_presence_possible(void)
{
	int root = mxw_cgroup_root(NULL);

	if (root >= 0)
		(void)close(root);
	return root >= 0;
}
