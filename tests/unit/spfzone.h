/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Zones as text, and SPF evaluated over them without a DNS. Used by the unit tests, the fuzz target
 * and what is held against other implementations.
 *
 * A line is "NAME TYPE DATA": TYPE is A, AAAA, MX ("10 mail.example"), PTR or TXT (the rest of the
 * line as it is). "NAME FAIL" means that every look-up of the name fails, "NAME FAIL TYPE" that those
 * of a type do.
 */
#ifndef MXW_TESTS_SPFZONE_H
#define MXW_TESTS_SPFZONE_H

#include "spf/spf.h"

/* Reads an address into 16 bytes, IPv4 as ::ffff:a.b.c.d. */
bool spfzone_address(const char *text, uint8_t addr[16]);

/* strong-bad@email.example.com from the client, with all else that macros ask for. */
struct mxw_spf_query spfzone_query(const char *client);

/* Evaluates over the zones, NULL-terminated. Returns how many questions it took, or -1 if it asked
 * one again or more than MXW_SPF_FACTS. */
int spfzone_check(const char *const *zones, const struct mxw_spf_query *query,
		  struct mxw_spf_verdict *verdict);

#endif
