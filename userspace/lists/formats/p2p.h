/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of file sharing programs' filters. For userspace/lists/formats/ alone. Pure.
 */
#ifndef MXW_FORMAT_P2P_H
#define MXW_FORMAT_P2P_H

#include "lists/formats/text.h"

/* false: the line, which is not empty, is none of theirs. *allowed: its level is one that is not
 * filtered. keys may end before they begin. */
bool mxw_p2p_scan(struct mxw_text line, struct mxw_keys *keys, bool *allowed);

#endif
