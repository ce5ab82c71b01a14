/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One evaluation under way. For the files of this room alone.
 */
#ifndef MXW_SPF_WALK_H
#define MXW_SPF_WALK_H

#include "spf/macro.h"
#include "spf/name.h"
#include "spf/record.h"
#include "spf/spf.h"

/* What came of a step. All but YES and NO end the evaluation. */
enum mxw_spf_step {
	MXW_SPF_NO, /* no match; no records; not a name */
	MXW_SPF_YES,
	MXW_SPF_TEMP, /* temperror */
	MXW_SPF_PERM, /* permerror */
	MXW_SPF_ASK, /* verdict->need is missing */
};

struct mxw_spf_walk {
	const struct mxw_spf_query *query;
	const struct mxw_spf_facts *facts;
	struct mxw_spf_verdict *verdict;
	bool ipv4;
	bool explaining; /* the result is final: nothing found now makes an error */
	bool term_is_void; /* a look-up of the term under way has found nothing, which counts once */
	size_t expanded; /* bytes that macros have made so far */
	char local[MXW_SPF_SENDER]; /* of the sender, before the @ */
	char origin[MXW_SPF_NAME]; /* and behind it */
	char exp_domain
		[MXW_SPF_NAME]; /* of the record whose mechanism matched, outside of includes */
	struct mxw_spf_slice exp; /* its exp=, or empty */
};

/* Notes what is wrong, static, if that is the first, and returns step. */
enum mxw_spf_step mxw_spf_wrong(struct mxw_spf_walk *walk, enum mxw_spf_step step, const char *why);

/* Notes whose term it is that counts. */
void mxw_spf_note(struct mxw_spf_walk *walk, const char *domain, struct mxw_spf_slice term);

/* What is known of the name: YES with *fact, which has rows; NO, there are none; TEMP; ASK. */
enum mxw_spf_step mxw_spf_look(struct mxw_spf_walk *walk, const char *name, enum mxw_spf_type type,
			       const struct mxw_spf_fact **fact);

/* The same for mechanisms: NO makes the term void, and may be PERM. RFC 7208 section 4.6.4 counts terms,
 * so that an mx of three IPv4 hosts is one to an IPv6 client, and not three. */
enum mxw_spf_step mxw_spf_look_counted(struct mxw_spf_walk *walk, const char *name,
				       enum mxw_spf_type type, const struct mxw_spf_fact **fact);

/* One more term that needs look-ups: NO, or PERM if that is one too many. */
enum mxw_spf_step mxw_spf_count_term(struct mxw_spf_walk *walk);

/* Whether the client's address is among those of the name, within the term's lengths. */
enum mxw_spf_step mxw_spf_address_of(struct mxw_spf_walk *walk, const char *name,
				     unsigned int length4, unsigned int length6);

/* Whether the first bits of the addresses are the same. Lengths of the client's family count. */
bool mxw_spf_same_net(const struct mxw_spf_walk *walk, const uint8_t addr[16], unsigned int length4,
		      unsigned int length6);

/* Finds a name of the client's address that leads back to it: below domain; or, with any, the best
 * one, which is domain itself before those below it and these before all others. YES with out; NO,
 * also after errors of the DNS; PERM; ASK. */
enum mxw_spf_step mxw_spf_validated(struct mxw_spf_walk *walk, const char *domain, bool any,
				    char out[MXW_SPF_NAME]);

/* Expands the macros of text, which is well-formed, for the record of domain. PERM also where all
 * macros together would make more than MXW_SPF_EXPANDED bytes, which only costs time. */
enum mxw_spf_step mxw_spf_expand(struct mxw_spf_walk *walk, const char *domain,
				 struct mxw_spf_slice text, struct mxw_spf_text *out);

/* The domain that the spec means: YES with out; NO if it is not a domain name; PERM; ASK. */
enum mxw_spf_step mxw_spf_target(struct mxw_spf_walk *walk, const char *domain,
				 struct mxw_spf_slice spec, char out[MXW_SPF_NAME]);

/* Whether the mechanism matches; target is its domain, "" if it is not a domain name. Not for
 * include. */
enum mxw_spf_step mxw_spf_match(struct mxw_spf_walk *walk, const struct mxw_spf_term *term,
				const char *target);

/* Fills the explanation of a fail, if the domain has one: YES, NO or ASK. */
enum mxw_spf_step mxw_spf_explain(struct mxw_spf_walk *walk);

#endif
