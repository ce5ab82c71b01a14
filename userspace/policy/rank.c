// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of ranks. Called by metrics and JSON.
 */
#include "policy/rank.h"

const char *mxw_rank_name(enum mxw_rank rank)
{
	static const char *const names[MXW_RANKS] = { "present", "repeats", "rest" };

	return rank < MXW_RANKS ? names[rank] : "unknown";
}
