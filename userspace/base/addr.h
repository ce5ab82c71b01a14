/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses as people write them, and the one key (bpf/key.h) that the filter
 * works with. Pure.
 */
#ifndef MXW_ADDR_H
#define MXW_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/key.h"
#include "base/err.h"

#define MXW_ADDR_TEXT 64 /* enough for any prefix in text, with NUL */

/* A source or a range of sources, in key bits. */
struct mxw_prefix {
	uint64_t key; /* host order, bits beyond len are zero */
	uint8_t len; /* 0..64; IPv4 /n is 32+n */
};

/* How the text differed from the prefix it became. */
enum mxw_addr_note {
	MXW_ADDR_EXACT = 0,
	MXW_ADDR_WIDENED, /* IPv6 finer than /64 became its /64 */
	MXW_ADDR_MASKED, /* host bits beyond the length were cleared */
	MXW_ADDR_EMBEDDED, /* an IPv6 form of an IPv4 address became that address */
};

/*
 * Parses "192.0.2.7", "192.0.2.0/24", "2001:db8::/32", "2001:db8::1",
 * "::ffff:192.0.2.7". IPv6 ranges that contain ::/32 (where IPv4 keys live),
 * such as ::/0, are refused: 2000::/3 is all that is routed.
 * Returns 0, or MXW_E_USAGE with a sentence that quotes text. note may be NULL.
 */
int mxw_prefix_parse(const char *text, struct mxw_prefix *prefix, enum mxw_addr_note *note,
		     struct mxw_err *err);

/* "192.0.2.7", "192.0.2.0/24", "2001:db8::/64". Returns out. */
const char *mxw_prefix_format(const struct mxw_prefix *prefix, char out[MXW_ADDR_TEXT]);

/* addr: 16 bytes, IPv4 as ::ffff:a.b.c.d. Returns out, without a length. */
const char *mxw_addr_format(const uint8_t addr[16], char out[MXW_ADDR_TEXT]);

/* The key of a 16-byte address in network order. */
uint64_t mxw_addr_key(const uint8_t addr[16]);

/*
 * Reads a NAT64 prefix, "2001:db8:64::/96": its top 64 bits, and the 32 that follow, as
 * mxw_config.nat64 has them. Returns 0, or MXW_E_USAGE with a sentence: another length than 96, bits
 * behind it, or a prefix that is read without being named.
 */
int mxw_nat64_parse(const char *text, struct mxw_nat64 *nat64, struct mxw_err *err);

/* "2001:db8:64::/96"; "none" for 0, 0. Returns out. */
const char *mxw_nat64_format(const struct mxw_nat64 *nat64, char out[MXW_ADDR_TEXT]);

/* Makes an address inside the prefix the IPv4 address that it stands for, ::ffff:a.b.c.d. Returns
 * whether it is inside. */
bool mxw_nat64_take(const struct mxw_nat64 *nat64, uint8_t addr[16]);

/* The way back: an IPv4 address, ::ffff:a.b.c.d, as it comes through NAT64. With 0, 0 inside the
 * well-known 64:ff9b::/96. */
void mxw_nat64_give(const struct mxw_nat64 *nat64, uint8_t addr[16]);

/* The address of the key: IPv4, or the IPv6 /64's own, whose lower half is zero. */
void mxw_addr_of_key(uint64_t key, uint8_t addr[16]);

/* Whether the address, 16 bytes as above, is this host's loopback. */
bool mxw_addr_is_loopback(const uint8_t addr[16]);

bool mxw_prefix_is_ipv4(const struct mxw_prefix *prefix);

/* Whether outer contains all of inner. */
bool mxw_prefix_contains(const struct mxw_prefix *outer, const struct mxw_prefix *inner);

/* The last key of the prefix. */
uint64_t mxw_prefix_last(const struct mxw_prefix *prefix);

/* Sorts by key, then by len. For qsort. */
int mxw_prefix_compare(const void *a, const void *b);

#endif
