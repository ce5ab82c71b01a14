// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands above automatic decisions. Called by the controller and the commands.
 */
#include "apply/standing.h"
#include "datapath/entries.h"

struct mxw_standing mxw_standing_of(const struct mxw_maps *maps, uint64_t source, uint64_t now)
{
	return (struct mxw_standing){
		.never = mxw_entries_cover(maps, MXW_CLASS_NEVER, source, now),
		.allowed = mxw_entries_cover(maps, MXW_CLASS_ALLOW, source, now),
		.blocked = mxw_entries_cover(maps, MXW_CLASS_BLOCK, source, now),
	};
}
