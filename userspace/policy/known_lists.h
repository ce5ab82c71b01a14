/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about public lists: which are dead, what their vendors ask of free users,
 * which of their codes mean something special, and the weights to begin with. The facts
 * and their sources are in known_lists.c. Pure.
 */
#ifndef MXW_KNOWN_LISTS_H
#define MXW_KNOWN_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/dnsbl_sites.h"

enum mxw_known_flag {
	MXW_KNOWN_DEAD = 1 << 0, /* gone: asking it is useless, and one day it lists everybody */
	MXW_KNOWN_KEYED = 1 << 1, /* the label before the name is the customer's key */
	MXW_KNOWN_SUFFIX = 1 << 2, /* the entry is for every zone below the name too */
	MXW_KNOWN_NO_DROP = 1 << 3, /* lists neighbours: never one of the lists behind a drop */
	MXW_KNOWN_LOOPBACK = 1 << 4, /* here 127.0.0.1 is a listing, elsewhere an error */
	MXW_KNOWN_REGISTER = 1 << 5, /* answers only to those who have registered */
};

struct mxw_known_list {
	const char *zone; /* the public name, without a key */
	unsigned int flags; /* enum mxw_known_flag */
	uint32_t per_day; /* the vendor's figure for free use; 0 = none published */
	const char *errors[2]; /* filters of codes that say "you may not ask"; NULL ends them */
	const char *policy; /* filter of codes for end-user space: for port 25 only, or NULL */
	const char *note; /* a clause for warnings: what to know before using it, or NULL */
};

/* Queries in any second that a list on its operator's own servers is asked, if nobody says
 * otherwise. No vendor publishes such a figure; this is what one busy mail server sends, and little
 * to the servers of a list. */
#define MXW_KNOWN_PER_SECOND 100

/* What the answers of one list mean, ready for use. */
struct mxw_list_rules {
	bool loopback_listed; /* 127.0.0.1 is a listing */
	bool no_drop; /* never one of the lists behind a drop */
	bool has_policy;
	unsigned int error_count;
	struct mxw_dnsbl_filter errors[2]; /* codes that are errors, error_count filters */
	struct mxw_dnsbl_filter policy; /* codes for end-user space, if has_policy */
};

/* What is known about the zone, in lower case, or NULL. */
const struct mxw_known_list *mxw_known_list(const char *zone);

/* The zone without the customer's key in front of it: a pointer into zone. Two zones with
 * the same public name are one list. */
const char *mxw_known_public(const char *zone);

/* Whether two lists may know what they know from each other, so that they count as one
 * where two independent ones are asked for: the label before the last is the same, as in
 * zen.spamhaus.org, sbl.spamhaus.org and KEY.zen.dq.spamhaus.net. */
bool mxw_known_same_vendor(const char *zone, const char *other);

/* The rules for the zone; for one that is not known, those of RFC 5782 alone. */
void mxw_known_rules(const char *zone, struct mxw_list_rules *rules);

/* The sites to begin with, in Postfix's grammar. For the thresholds 8 drop, 4 reject,
 * 1 grey, -2 allow. */
const char *mxw_known_default_sites(void);

/* One sentence for the operator who uses the zone: dead, registration, free-use figure;
 * shown is the name to print. False: there is nothing to say. */
bool mxw_known_warning(const char *zone, const char *shown, char out[256]);

#endif
