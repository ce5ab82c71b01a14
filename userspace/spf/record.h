/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SPF records as text: RFC 7208 sections 4.5, 4.6 and 12. Pure.
 */
#ifndef MXW_SPF_RECORD_H
#define MXW_SPF_RECORD_H

#include "spf/spf.h"

enum mxw_spf_kind {
	MXW_SPF_ALL,
	MXW_SPF_INCLUDE,
	MXW_SPF_MECH_A,
	MXW_SPF_MECH_MX,
	MXW_SPF_MECH_PTR,
	MXW_SPF_IP4,
	MXW_SPF_IP6,
	MXW_SPF_EXISTS,
	MXW_SPF_REDIRECT,
	MXW_SPF_EXP,
	MXW_SPF_OTHER, /* a modifier that is not known, and so ignored */
};

/* A term; its slices are parts of the record. */
struct mxw_spf_term {
	enum mxw_spf_kind kind;
	enum mxw_spf_result result; /* of a mechanism, if it matches */
	struct mxw_spf_slice whole;
	struct mxw_spf_slice spec; /* the domain, with macros; empty = that of the record */
	uint8_t addr[16]; /* of ip4 and ip6, IPv4 as ::ffff:a.b.c.d */
	unsigned int length4, length6; /* 0..32 and 0..128, of a, mx, ip4 and ip6 */
};

struct mxw_spf_record {
	struct mxw_spf_slice terms; /* what stands behind the version */
	struct mxw_spf_term redirect, exp; /* whole is empty if there is none */
};

/* Whether the text of a TXT record is an SPF record, in whichever state. */
bool mxw_spf_record_is(struct mxw_spf_slice text);

/* Reads the whole record, whose slices go on to point into text. False if anything in it is wrong;
 * *bad is then the term, or empty. */
bool mxw_spf_record_read(struct mxw_spf_slice text, struct mxw_spf_record *record,
			 struct mxw_spf_slice *bad);

/* The next term of what is left of a record that was read; false behind the last. */
bool mxw_spf_record_next(struct mxw_spf_slice *left, struct mxw_spf_term *term);

/* Reads a term, text without blanks. False if it is wrong. */
bool mxw_spf_term_read(struct mxw_spf_slice text, struct mxw_spf_term *term);

#endif
