/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domain names as SPF looks at them. Pure.
 */
#ifndef MXW_SPF_NAME_H
#define MXW_SPF_NAME_H

#include "spf/facts.h"

/* Copies the name without a dot at its end. False, and "", if it cannot be a domain name: a label
 * is empty or has more than 63 bytes, it has 0 or more than 253 bytes, or a byte is a control
 * character or not ASCII. */
bool mxw_spf_name_take(struct mxw_spf_slice text, char out[MXW_SPF_NAME]);

/* Whether it has a dot, as check_host() of RFC 7208 wants of a domain. */
bool mxw_spf_name_is_domain(const char *name);

/* Whether it is one with letters, digits, hyphens and underscores only, as in mail: no address
 * literal, and no label that should have been made an A-label. */
bool mxw_spf_name_is_host(const char *name);

/* Whether the names are the same, or inner lies below outer. */
bool mxw_spf_name_within(const char *inner, const char *outer);

/* What is left if labels are taken away on the left until 253 bytes remain; a dot at the end does
 * not count. Empty if the last label is longer. */
struct mxw_spf_slice mxw_spf_name_shorten(struct mxw_spf_slice text);

/* The name that leads from the address (16 bytes, IPv4 as ::ffff:a.b.c.d) to names: in in-addr.arpa
 * or ip6.arpa. */
void mxw_spf_name_reverse(const uint8_t addr[16], char out[MXW_SPF_NAME]);

/* Whether the address is IPv4, as ::ffff:a.b.c.d. */
bool mxw_spf_is_ipv4(const uint8_t addr[16]);

#endif
