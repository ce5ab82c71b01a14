/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that a list is asked for, and how a list's own name is shown. All names are
 * asked with type A (postfix dnsblog.c, RFC 5782). Names end without a dot. Pure.
 */
#ifndef MXW_DNSBL_NAME_H
#define MXW_DNSBL_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/dnsbl_sites.h"

#define MXW_DNS_NAME 254 /* a name in text, with NUL */

/* RFC 5782 section 5: what a working list must and must not list. */
enum mxw_dnsbl_probe {
	MXW_PROBE_IPV4_LISTED, /* 127.0.0.2, must be listed */
	MXW_PROBE_IPV4_UNLISTED, /* 127.0.0.1, must not */
	MXW_PROBE_IPV6_LISTED, /* ::FFFF:7F00:2 as 32 nibbles, not as IPv4 */
	MXW_PROBE_IPV6_UNLISTED, /* ::FFFF:7F00:1 likewise */
	MXW_PROBE_NAME_LISTED, /* TEST, for lists of names */
	MXW_PROBE_NAME_UNLISTED, /* INVALID */
	MXW_PROBES,
};

/*
 * "99.2.0.192.zone", or 32 nibbles before the zone for IPv6. addr: 16 bytes in network
 * order, IPv4 as ::ffff:a.b.c.d. What the filter takes for an IPv4 source (bpf/key.h:
 * mapped, NAT64, 6to4) is asked as that IPv4 address, because that is what an entry made
 * from the answer would block. Returns 0, or MXW_E_USAGE if the name would be too long.
 */
int mxw_dnsbl_name(const uint8_t addr[16], const char *zone, char out[MXW_DNS_NAME]);

/* The name of a probe of the list. Returns as mxw_dnsbl_name(). */
int mxw_dnsbl_probe_name(enum mxw_dnsbl_probe probe, const char *zone, char out[MXW_DNS_NAME]);

/* "name.zone", for lists of names. name may end with a dot. Returns 0, or MXW_E_USAGE if
 * name is not a host name (it comes from the network) or the result is too long. */
int mxw_dnsbl_domain_name(const char *name, const char *zone, char out[MXW_DNS_NAME]);

/* Whether a list can know the address: not for private, shared, loopback, link-local,
 * multicast and reserved ones. The ranges for documentation and
 * benchmarks count as askable: laboratories use them, the internet never does. */
bool mxw_dnsbl_askable(const uint8_t addr[16]);

/*
 * How many letters and digits text begins with. *key: so many in a row, in a list's name or a
 * text with such, are a customer's key.
 */
size_t mxw_dnsbl_run(const char *text, bool *key);

/*
 * The zone as it may be shown: a label that is a customer's key (known_lists.h tells where, and
 * any label with so many letters and digits in a row) becomes "***". For logs, metrics,
 * explain and replies, everywhere. Returns out.
 */
const char *mxw_dnsbl_mask(const char *zone, char out[MXW_DNSBL_ZONE_TEXT]);

#endif
