/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact addresses and ranges of them. The filter's own key (base/addr.h) widens
 * IPv6 to /64; a generator must send what the user wrote. Pure but for
 * sf_ranges_read(), which reads a file.
 */
#ifndef SYNFLOOD_ADDRESS_H
#define SYNFLOOD_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum sf_family { SF_IPV4 = 0, SF_IPV6 = 1, SF_FAMILIES = 2 };

#define SF_ADDRESS_TEXT 46
#define SF_MAC 6 /* bytes of an Ethernet address */

/* In host order; an IPv4 address is the low 32 bits. */
struct sf_address {
	uint64_t high, low;
	enum sf_family family;
};

/* A prefix: first has no bit set beyond length. */
struct sf_range {
	struct sf_address first;
	unsigned int length; /* 0..32 or 0..128 */
};

/* The owner frees items with sf_ranges_free(). */
struct sf_ranges {
	struct sf_range *items;
	size_t count, capacity;
};

/* "192.0.2.7" or "2001:db8::1". Returns 0, or MXW_E_USAGE with a sentence. */
int sf_address_parse(const char *text, struct sf_address *address, struct mxw_err *err);

/* "192.0.2.0/24" or an address alone; bits beyond the length are cleared. */
int sf_range_parse(const char *text, struct sf_range *range, struct mxw_err *err);

/* "02:00:5e:10:00:01", not a group address. */
int sf_mac_parse(const char *text, uint8_t mac[SF_MAC], struct mxw_err *err);

/* Returns out. */
const char *sf_address_format(const struct sf_address *address, char out[SF_ADDRESS_TEXT]);

/* Network order: 4 bytes for IPv4, 16 for IPv6. */
void sf_address_store(const struct sf_address *address, uint8_t *bytes);
struct sf_address sf_address_load(enum sf_family family, const uint8_t *bytes);

bool sf_address_equal(const struct sf_address *a, const struct sf_address *b);
bool sf_range_contains(const struct sf_range *range, const struct sf_address *address);

/* The last address of a range. */
struct sf_address sf_range_last(const struct sf_range *range);

/* Adds the ranges of a list with commas. */
int sf_ranges_add(struct sf_ranges *ranges, const char *list, struct mxw_err *err);

/*
 * Adds the ranges of a file, one per line; "#" begins a comment, as in
 * `xdpctl block --file`. The first bad line is MXW_E_USAGE, and the sentence
 * begins with the file and the line. A file without any range is an error too.
 */
int sf_ranges_read(struct sf_ranges *ranges, const char *path, struct mxw_err *err);

void sf_ranges_free(struct sf_ranges *ranges);

#endif
