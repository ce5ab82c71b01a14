/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CrowdSec's decisions, as its CSV and its JSON have them. For
 * userspace/lists/formats/crowdsec*.c alone.
 */
#ifndef MXW_FORMAT_CROWDSEC_H
#define MXW_FORMAT_CROWDSEC_H

#include "lists/formats/reader.h"

/* Empty texts stand for fields that are not there. */
struct mxw_crowdsec_item {
	struct mxw_text scope, value, type, duration;
	bool simulated;
};

/* Bans of addresses and ranges are put; those that are simulated or over are passed over; anything
 * else is refused. */
int mxw_crowdsec_put(struct mxw_reader *reader, const struct mxw_crowdsec_item *decision);

#endif
