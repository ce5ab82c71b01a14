/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reverse name of an address is worth. As Postfix does (smtpd_peer.c), a name counts
 * as the host's only if it leads back to the address, and a lookup that fails is something
 * else than one that finds nothing: what is not known weighs nothing. Pure.
 *
 * The search is a small state machine: begin with the reply about the PTR records, then
 * answer for each name that it wants asked, until it wants no more.
 */
#ifndef MXW_REVERSE_H
#define MXW_REVERSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/names.h"

#define MXW_REVERSE_NAMES 4 /* names of one address that are looked at */

enum mxw_reverse_kind {
	MXW_REVERSE_UNKNOWN = 0, /* an error, no reply, or more names than are looked at */
	MXW_REVERSE_NONE, /* no PTR record */
	MXW_REVERSE_UNUSABLE, /* only such as no host can have: an address, a single label */
	MXW_REVERSE_UNCONFIRMED, /* none of its names leads back to the address */
	MXW_REVERSE_CONFIRMED,
	MXW_REVERSE_KINDS,
};

/* What the resolver brought. */
struct mxw_reverse_reply {
	bool answered; /* a DNS message; the rest is valid */
	unsigned int rcode; /* RFC 1035 */
	int64_t ttl; /* s; -1 none */
	size_t count; /* records of the type */
	bool complete; /* all of them were looked at */
	const char *names; /* of a reply about PTR: with newlines between two; the caller's */
	bool leads_back; /* of one about a name: the address is among its records */
};

struct mxw_reverse_search {
	enum mxw_reverse_kind kind; /* valid once nothing is wanted any more */
	unsigned int count, next; /* names; the one being asked for, count = none */
	unsigned int chosen; /* the confirmed name, else the first */
	bool failed; /* a name could not be looked up, or there were more */
	int64_t ttl; /* s; least of all replies so far, -1 none */
	char name[MXW_REVERSE_NAMES][MXW_NAME_TEXT];
};

/* Begins with the reply about the PTR records. */
void mxw_reverse_begin(struct mxw_reverse_search *search, const struct mxw_reverse_reply *reply);

/* The name to look up the addresses of, or NULL: kind is valid. */
const char *mxw_reverse_wants(const struct mxw_reverse_search *search);

/* The reply about that name's addresses. */
void mxw_reverse_take(struct mxw_reverse_search *search, const struct mxw_reverse_reply *reply);

/* The name that speaks for the address, confirmed or not; "" if there is none. */
const char *mxw_reverse_name(const struct mxw_reverse_search *search);

/* "unknown", "none", "unusable", "unconfirmed", "confirmed". Static. */
const char *mxw_reverse_kind_name(enum mxw_reverse_kind kind);

#endif
