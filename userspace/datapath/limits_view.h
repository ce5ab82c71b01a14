/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What limits.c and marks.c share.
 */
#ifndef MXW_DATAPATH_LIMITS_VIEW_H
#define MXW_DATAPATH_LIMITS_VIEW_H

#include "datapath/pins.h"

struct mxw_limits_view {
	struct mxw_maps maps; /* the descriptors are the caller's */
	struct mxw_limits *limits;
	struct mxw_limit_line *lines;
	uint64_t *busy;
	uint32_t line_count;
};

#endif
