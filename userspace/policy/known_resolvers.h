/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resolvers that anybody may use. Lists count queries by the resolver that they come from, so
 * most refuse such ones, some with an answer that looks like a listing. Pure.
 */
#ifndef MXW_KNOWN_RESOLVERS_H
#define MXW_KNOWN_RESOLVERS_H

#include <stdbool.h>
#include <stdint.h>

/* Whose public resolver the address is, or NULL. addr: 16 bytes in network order, IPv4 as
 * ::ffff:a.b.c.d. */
const char *mxw_known_resolver(const uint8_t addr[16]);

/* One sentence for the operator where the address is such a one; where: what names it, as in
 * "/etc/resolv.conf". False: there is nothing to say. */
bool mxw_known_resolver_warning(const char *where, const uint8_t addr[16], char out[256]);

#endif
