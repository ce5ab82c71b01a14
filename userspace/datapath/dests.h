/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protected destinations.
 */
#ifndef MXW_DESTS_H
#define MXW_DESTS_H

#include "base/addr.h"
#include "datapath/pins.h"

#define MXW_DESTS_MOST 256 /* as the map has room for */

/* "192.0.2.25", "192.0.2.0/24", "2001:db8::25/128". MXW_E_USAGE with a sentence. */
int mxw_dest_parse(const char *text, struct mxw_dest_key *dest, struct mxw_err *err);

/* "192.0.2.25", "192.0.2.0/24". Returns out. */
const char *mxw_dest_format(const struct mxw_dest_key *dest, char out[MXW_ADDR_TEXT]);

/* Makes these the destinations; others are removed after that. */
int mxw_dests_set(const struct mxw_maps *maps, const struct mxw_dest_key *dests, size_t count,
		  struct mxw_err *err);

/* Reads them, in no order. Returns how many there are. */
size_t mxw_dests_read(const struct mxw_maps *maps, struct mxw_dest_key out[MXW_DESTS_MOST]);

/* Any one destination that the filter judges packets to, in *addr (16 bytes, IPv4 as
 * ::ffff:a.b.c.d) of the wanted family; false if there is none. */
bool mxw_dests_any(const struct mxw_maps *maps, bool ipv4, uint8_t addr[16]);

#endif
