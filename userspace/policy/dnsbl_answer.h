/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One reply of one list about one source, judged. A list's error is
 * never a listing and never a "not listed". Pure.
 */
#ifndef MXW_DNSBL_ANSWER_H
#define MXW_DNSBL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/known_lists.h"

#define MXW_DNSBL_CODES 16 /* records kept of an answer; more is not an answer of a list */

enum mxw_dnsbl_state {
	MXW_DNSBL_NOT_LISTED = 0, /* NXDOMAIN, or no A record */
	MXW_DNSBL_LISTED, /* records of 127.0.0.0/8, none of them an error */
	MXW_DNSBL_ERROR, /* nothing is known: no score, no pass */
};

/* Why an answer is an error. Numbers and names (mxw_dnsbl_fault_name) are for metrics. */
enum mxw_dnsbl_fault {
	MXW_DNSBL_FINE = 0,
	MXW_DNSBL_TIMEOUT, /* no reply by the deadline */
	MXW_DNSBL_SERVFAIL,
	MXW_DNSBL_REFUSED,
	MXW_DNSBL_RCODE, /* any other rcode but NOERROR and NXDOMAIN */
	MXW_DNSBL_MALFORMED, /* not a usable DNS message, or too many records */
	MXW_DNSBL_OUTSIDE, /* a record outside 127.0.0.0/8: parked, hijacked or a wildcard */
	MXW_DNSBL_CODE_NAME, /* 127.255.255.252: the list's name is mistyped */
	MXW_DNSBL_CODE_RESOLVER, /* 127.255.255.254: asked through a public resolver */
	MXW_DNSBL_CODE_QUOTA, /* 127.255.255.255: too many queries */
	MXW_DNSBL_CODE_OTHER, /* any other of 127.255.255.0/24 */
	MXW_DNSBL_BLOCKED, /* 127.0.0.1, or the list's own code for "you may not ask" */
	MXW_DNSBL_FAULTS,
};

/* What the resolver brought, before judgement. */
enum mxw_dnsbl_outcome {
	MXW_DNSBL_REPLY, /* a DNS message; rcode and records are valid */
	MXW_DNSBL_NO_REPLY, /* timed out, refused by the network, truncated without TCP */
	MXW_DNSBL_GARBLED, /* a message that does not parse */
};

struct mxw_dnsbl_reply {
	enum mxw_dnsbl_outcome outcome;
	unsigned int rcode; /* RFC 1035: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED */
	const uint32_t *records; /* A records in host order, count of them; the caller's */
	size_t count;
	int64_t ttl; /* s; least of the A records, or of the SOA for a negative one; -1 none */
};

struct mxw_dnsbl_answer {
	uint8_t state; /* enum mxw_dnsbl_state */
	uint8_t fault; /* enum mxw_dnsbl_fault, if state is ERROR */
	uint8_t count; /* codes in use, if state is LISTED */
	uint32_t ttl; /* s, within the limits; how long the answer may be kept */
	uint32_t codes[MXW_DNSBL_CODES]; /* host order */
};

/* Limits of how long an answer is kept, in s; min <= max. */
struct mxw_dnsbl_ttls {
	uint32_t positive_min, positive_max;
	uint32_t negative_min, negative_max;
	uint32_t error; /* an error is asked again after this */
};

/* 60 s to 1 h both ways, errors 60 s. */
struct mxw_dnsbl_ttls mxw_dnsbl_default_ttls(void);

/*
 * Judges a reply. In this order: no usable reply; rcode; no records; a record outside
 * 127.0.0.0/8; 127.255.255.0/24, which no configuration overrides; the list's own error
 * codes and 127.0.0.1. One such record makes the whole answer an error. A TTL of -1 counts
 * as the least.
 */
struct mxw_dnsbl_answer mxw_dnsbl_judge(const struct mxw_dnsbl_reply *reply,
					const struct mxw_list_rules *rules,
					const struct mxw_dnsbl_ttls *ttls);

/*
 * The same for the reply to a probe (RFC 5782 section 5). A test entry may carry a code that
 * is an error for a real source: DNSWL's is 127.0.10.0. So of a list's own error codes only
 * 127.0.0.255 counts here, and 127.0.0.1 is a listing.
 */
struct mxw_dnsbl_answer mxw_dnsbl_judge_probe(const struct mxw_dnsbl_reply *reply,
					      const struct mxw_dnsbl_ttls *ttls);

/* Whether the fault is the list speaking (its codes, a wrong world) and not the network:
 * such a one takes a list offline sooner. */
bool mxw_dnsbl_fault_of_list(enum mxw_dnsbl_fault fault);

/* "timeout", "code-quota": one word for metrics and logs. Static. */
const char *mxw_dnsbl_fault_name(enum mxw_dnsbl_fault fault);

/* What it means and what to do, one clause for the operator. Static. */
const char *mxw_dnsbl_fault_hint(enum mxw_dnsbl_fault fault);

#endif
