/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answers of all lists about one source, added up as Postfix's postscreen does
 * (postscreen_dnsbl.c, psc_dnsbl_receive), with what a drop in the kernel needs beyond
 * that: how many lists stand behind the score, and how low it might be if those that
 * did not answer had spoken for the source. Pure.
 */
#ifndef MXW_DNSBL_SCORE_H
#define MXW_DNSBL_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/dnsbl_answer.h"
#include "policy/dnsbl_sites.h"
#include "policy/sanction.h"

/* The configured lists with what is known of each. Plain data; made once per configuration. */
struct mxw_dnsbl_plan {
	struct mxw_dnsbl_sites sites;
	struct mxw_list_rules rules[MXW_DNSBL_ZONES]; /* of sites.zone[] */
	/* Codes that may drop alone, by line; zone is the index in sites.zone[]. */
	struct mxw_dnsbl_line authoritative[MXW_DNSBL_LINES];
	size_t authoritative_count;
	int32_t allow_floor; /* <= 0: all negative weights together count no less than this */
	bool port_25_only; /* no other port is protected, so codes of end-user space count */
};

/*
 * Fills the plan. authoritative are sites whose weights do not matter; one whose list is
 * not among sites is left out. A list with a customer's key is the same as without one.
 */
void mxw_dnsbl_plan_make(struct mxw_dnsbl_plan *plan, const struct mxw_dnsbl_sites *sites,
			 const struct mxw_dnsbl_sites *authoritative);

/* Whether a line of the list has a weight > 0. Others, which can only speak for a source, are
 * allow lists. */
bool mxw_dnsbl_plan_accuses(const struct mxw_dnsbl_plan *plan, unsigned int zone);

/* What is at hand of one list about the source. */
struct mxw_dnsbl_view {
	const struct mxw_dnsbl_answer *answer; /* NULL: none yet */
	bool online; /* list_health.h; an offline list's answer does not count */
	bool skipped; /* online, but not asked about this source because its budget is spent:
			 counts as if it were not online */
};

/* One line's part in a score. */
struct mxw_dnsbl_part {
	uint16_t line; /* index in plan->sites.line[] */
	uint32_t code; /* the first record that it matched, host order */
};

struct mxw_dnsbl_score {
	int32_t score; /* sum of the weights, negative ones together not below allow_floor */
	int32_t least; /* the score if each list that may allow and is silent had allowed */
	uint32_t fail_ttl; /* s; how long a score > 0 holds; 0 = nothing to go by */
	uint32_t pass_ttl; /* s; how long any other score holds; 0 = nothing to go by */
	unsigned int against; /* independent lists online with a matching line of weight > 0
				 that count towards a drop; one vendor's are one */
	bool authoritative; /* one of those answered with a code that may drop alone */
	bool partial; /* an online list has not answered, or with an error: keep briefly */
	bool skipped; /* a list that might have spoken against the source was */
	bool blind; /* no list has answered: nothing is known */
	unsigned int part_count;
	struct mxw_dnsbl_part part[MXW_DNSBL_LINES]; /* the lines that matched, in order */
};

/*
 * Adds up views[], one for each of plan->sites.zone[]. A line counts once however many
 * records match it. Answers that are errors and lists that are offline count 0; while
 * another port than 25 is protected, so do codes of end-user space.
 * TTLs, as postscreen's but by matching lines only: fail is the least of the lists with a
 * matching line of weight > 0 and of those whose lines of weight < 0 do not match; pass is
 * the reverse.
 */
void mxw_dnsbl_score(const struct mxw_dnsbl_plan *plan, const struct mxw_dnsbl_view *views,
		     struct mxw_dnsbl_score *score);

/* "zen.spamhaus.org=127.0.0.4*4, bl.spamcop.net=127.0.0.2*2": list, code and weight of the
 * lines that matched, keys masked; cut to size with "...". "no list" if there are none.
 * Returns out. */
const char *mxw_dnsbl_score_text(const struct mxw_dnsbl_plan *plan,
				 const struct mxw_dnsbl_score *score, char *out, size_t size);

/* The score as evidence for mxw_sanction_decide(). text: what it found, for people; borrowed. */
struct mxw_evidence mxw_dnsbl_evidence(const struct mxw_dnsbl_score *score, const char *text);

#endif
