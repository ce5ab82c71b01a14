/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SPF, RFC 7208: whether a domain lets an address send mail in its name. Complete: all mechanisms,
 * modifiers, macros and limits. Pure: what the DNS says comes as facts (facts.h), and where one is
 * missing, the evaluation ends with the question. The caller asks, adds the answer and evaluates
 * again from the start: a few hundred times at most, by the limits of the RFC.
 */
#ifndef MXW_SPF_H
#define MXW_SPF_H

#include <stdint.h>

#include "spf/facts.h"

#define MXW_SPF_TERMS 10 /* that need look-ups; one more is a permerror */
#define MXW_SPF_NAMES \
	10 /* of an mx, where one more is a permerror; of a ptr, the rest is ignored */
#define MXW_SPF_VOIDS 2 /* terms whose look-ups found nothing; one more is a permerror */
#define MXW_SPF_EXPANDED 65536 /* bytes that macros make in one evaluation; more are a permerror */
#define MXW_SPF_RECORD 8192 /* bytes of a record; a longer one is a permerror */
#define MXW_SPF_SENDER 512 /* bytes of a sender and of a HELO name with NUL; a longer one is none */
#define MXW_SPF_TEXT 512

enum mxw_spf_result {
	MXW_SPF_NONE = 0,
	MXW_SPF_NEUTRAL,
	MXW_SPF_PASS,
	MXW_SPF_FAIL,
	MXW_SPF_SOFTFAIL,
	MXW_SPF_TEMPERROR,
	MXW_SPF_PERMERROR,
	MXW_SPF_NEED, /* not a result: a fact is missing */
};

struct mxw_spf_query {
	uint8_t addr[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	/* MAIL FROM. "", "<>" and what has nothing before the @ mean postmaster; without a domain,
	 * at the HELO name, whose identity is then checked. */
	const char *sender;
	const char *helo; /* "" = not known */
	const char *receiver; /* own host name, for %{r} in explanations; "" = not told */
	uint64_t now; /* s since 1970, for %{t} */
};

struct mxw_spf_verdict {
	enum mxw_spf_result result;
	char domain[MXW_SPF_NAME]; /* whose record decided, or was wrong; "" = none */
	/* Of that record, the term that matched or was wrong, cut to fit; "" = none. Printable
	 * ASCII. */
	char term[MXW_SPF_TEXT];
	const char *why; /* of none, temperror and permerror: what is wrong, static; else NULL */
	char explanation[MXW_SPF_TEXT]; /* of fail: the domain's own, printable ASCII; "" = none */
	unsigned int terms; /* that needed look-ups */
	unsigned int voids; /* terms whose look-ups found nothing */
	char need[MXW_SPF_NAME]; /* of NEED: the name and the type to ask for */
	enum mxw_spf_type need_type;
};

/* Evaluates with what is known. The texts of the query have to stay during the call alone. */
void mxw_spf_evaluate(const struct mxw_spf_query *query, const struct mxw_spf_facts *facts,
		      struct mxw_spf_verdict *verdict);

/* "pass", "temperror" and so on; static. */
const char *mxw_spf_result_name(enum mxw_spf_result result);

#endif
