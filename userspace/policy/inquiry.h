/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One inquiry: what every list says now, about an address or in its RFC 5782 probes, asked
 * on an operator's behalf beside all that is remembered. Pure; sources/inquiry.h asks.
 */
#ifndef MXW_INQUIRY_H
#define MXW_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/dnsbl_name.h"
#include "policy/dnsbl_score.h"

#define MXW_INQUIRY_PROBES 4 /* of a list of addresses: the first of enum mxw_dnsbl_probe */
#define MXW_INQUIRY_ITEMS (MXW_DNSBL_ZONES * MXW_INQUIRY_PROBES)

enum mxw_inquiry_state {
	MXW_INQUIRY_WAITS = 0,
	MXW_INQUIRY_IN, /* answer is valid */
	MXW_INQUIRY_UNASKED, /* see unasked */
};

/* One question and what became of it. */
struct mxw_inquiry_item {
	uint8_t list; /* index in plan.sites.zone[] */
	uint8_t probe; /* enum mxw_dnsbl_probe; MXW_PROBES: it is about the address */
	uint8_t state; /* enum mxw_inquiry_state */
	const char *unasked; /* why it was not asked, a clause; static */
	uint64_t took; /* ns */
	struct mxw_dnsbl_answer answer;
};

/* Large: keep it off the stack. */
struct mxw_inquiry {
	struct mxw_dnsbl_plan plan; /* a copy: the configuration may change meanwhile */
	struct mxw_dnsbl_ttls ttls;
	uint8_t addr[16]; /* network order, IPv4 mapped; unless probes */
	bool probes;
	size_t count;
	struct mxw_inquiry_item item[MXW_INQUIRY_ITEMS];
};

/* About the address, or of probes if addr is NULL. */
void mxw_inquiry_begin(struct mxw_inquiry *inquiry, const struct mxw_dnsbl_plan *plan,
		       const struct mxw_dnsbl_ttls *ttls, const uint8_t addr[16]);

/* The name to ask for. Returns 0, or MXW_E_USAGE where there is none. */
int mxw_inquiry_name(const struct mxw_inquiry *inquiry, const struct mxw_inquiry_item *item,
		     char out[MXW_DNS_NAME]);

/* A reply came, after so many ns. */
void mxw_inquiry_take(const struct mxw_inquiry *inquiry, struct mxw_inquiry_item *item,
		      const struct mxw_dnsbl_reply *reply, uint64_t took);

/* What the answers about the address add up to; online: whether each list counts. */
void mxw_inquiry_score(const struct mxw_inquiry *inquiry, const bool online[MXW_DNSBL_ZONES],
		       struct mxw_dnsbl_score *score);

/* Whether a probe says what it has to. */
bool mxw_inquiry_probe_good(const struct mxw_inquiry_item *item);

/* Whether the list may be believed by its probes: those of IPv4, which every list has to
 * pass; those of IPv6. */
bool mxw_inquiry_list_good(const struct mxw_inquiry *inquiry, unsigned int list, bool ipv6);

#endif
