// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * block, unblock: the operator's blocks.
 */
#include "change.h"

int verb_block(struct cli *cli)
{
	struct blocking blocking = { .inside = NULL };
	char text[MXW_ADDR_TEXT];
	struct mxw_maps maps;
	int error, pinned = mxw_maps_open(&maps, NULL) == MXW_OK;

	error = mxw_block_guard_open(pinned ? &maps : NULL, cli->args.force, &blocking.guard,
				     &cli->err);
	mxw_maps_close(&maps);
	if (!error)
		error = change_entries(cli, MXW_CLASS_BLOCK, false, &blocking);
	if (blocking.inside && (!error || error == MXW_E_DETACHED))
		mxw_note(&cli->report, "%s (%s) lies in what you block, and passes all the same",
			 mxw_never_format(blocking.inside, text), blocking.inside->why);
	mxw_block_guard_close(&blocking.guard);
	return error;
}

int verb_unblock(struct cli *cli)
{
	return change_entries(cli, MXW_CLASS_BLOCK, true, NULL);
}
