/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protected destinations.
 */
#ifndef MXW_DESTS_H
#define MXW_DESTS_H

#include "datapath/pins.h"

/* "192.0.2.25", "192.0.2.0/24", "2001:db8::25/128". MXW_E_USAGE with a sentence. */
int mxw_dest_parse(const char *text, struct mxw_dest_key *dest, struct mxw_err *err);

/* Adds destinations; with replace, others are removed after that. */
int mxw_dests_set(const struct mxw_maps *maps, const struct mxw_dest_key *dests, size_t count,
		  bool replace, struct mxw_err *err);

/* Any one destination that the filter judges packets to, in *addr (16 bytes, IPv4 as
 * ::ffff:a.b.c.d) of the wanted family; false if there is none. */
bool mxw_dests_any(const struct mxw_maps *maps, bool ipv4, uint8_t addr[16]);

#endif
