/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses as rbldnsd reads them. For userspace/lists/formats/rbldnsd*.c alone. Pure.
 */
#ifndef MXW_FORMAT_RBLDNSD_RANGE_H
#define MXW_FORMAT_RBLDNSD_RANGE_H

#include "lists/formats/text.h"

struct mxw_zone_range {
	struct mxw_keys keys;
	unsigned int bits; /* the prefix as it is written, 128 at most; 32 for an IPv4 range */
	bool is_range; /* A-B, which only an ip4set has */
};

/*
 * Takes "192.0.2.7", "192.0.2", "192.0.2.0/24", "192.0.2/24", "127.0.0.1-5", "127.16-31" off
 * the text. NULL, or why not.
 */
const char *mxw_zone_ipv4(struct mxw_text *text, struct mxw_zone_range *out);

/* The same for "2001:db8::1", "2001:db8:1/36", "2001:db8:1:2". */
const char *mxw_zone_ipv6(struct mxw_text *text, struct mxw_zone_range *out);

/* Takes an address as it stands in an A value off the text. 0 where rbldnsd reads none. */
uint32_t mxw_zone_value(struct mxw_text *text);

#endif
