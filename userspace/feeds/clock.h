/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a list was made, and what the local times in it mean.
 */
#ifndef MXW_FEED_CLOCK_H
#define MXW_FEED_CLOCK_H

#include "lists/format.h"

/* input: a file, whose time of change counts; for anything else, and for -1, it is now. Looks for
 * a change of local time in the last year. */
void mxw_feed_clock(int input, struct mxw_format_clock *out);

#endif
