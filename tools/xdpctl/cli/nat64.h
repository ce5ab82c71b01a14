/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses that people type, inside the site's NAT64 prefix (xdpctl attach --nat64).
 */
#ifndef MXW_XDPCTL_NAT64_H
#define MXW_XDPCTL_NAT64_H

#include "base/addr.h"

/* The prefix that the attached filter has, as mxw_config.nat64; 0, 0 without one. */
void nat64_of_filter(struct mxw_nat64 *nat64);

/* The word with the IPv4 address for which it stands, "192.0.2.7" or "192.0.2.0/24", if it is an
 * address or a range inside the prefix, in out; otherwise the word itself. */
const char *nat64_word(const struct mxw_nat64 *nat64, const char *word, char out[MXW_ADDR_TEXT]);

#endif
