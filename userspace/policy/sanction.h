/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From evidence about one source to the automatic decision about it: one pure function.
 * What the operator and the never-block set say comes before it, here as in the kernel
 * (policy/order.h).
 */
#ifndef MXW_SANCTION_H
#define MXW_SANCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is to happen to a source, by severity. */
enum mxw_rung {
	MXW_RUNG_NONE = 0, /* nothing: as an unknown source */
	MXW_RUNG_ALLOW, /* good to the limits */
	MXW_RUNG_LIMIT, /* grey to the limits too, from a lower score on */
	MXW_RUNG_GREY, /* grey to the limits */
	MXW_RUNG_REJECT, /* sanctioned to the limits */
	MXW_RUNG_DROP, /* its SYNs are dropped */
	MXW_RUNGS,
};

/* The operator's policy. */
struct mxw_sanction_policy {
	/* From which score on a rung is reached, by enum mxw_rung; 0 = never. Those from LIMIT
	 * on are > 0, each no less than the one before that is not 0; ALLOW is < 0 and reached
	 * from there down. That of NONE is not used. */
	int32_t threshold[MXW_RUNGS];
	uint32_t drop_min, drop_max; /* s; limits to the life of a drop */
	uint32_t life_min, life_max; /* s; limits to the life of any other decision */
	uint32_t partial_max; /* s; the most for a decision on part of the evidence */
	uint32_t lists_for_drop; /* lists that must agree on a drop, unless one may alone */
};

/* 8 drop, 4 reject, 1 grey, 1 limit, -2 allow; 5 min to 1 h, 1 min to 1 h, 60 s; 2 lists. */
struct mxw_sanction_policy mxw_sanction_default_policy(void);

/* What one source of evidence says: the DNS lists, the reverse name, ... */
struct mxw_evidence {
	const char *source; /* one word: "dnsbl" */
	const char *text; /* what it found, for people; "" = nothing */
	int32_t score; /* > 0 speaks against */
	int32_t least; /* what the score might yet be at the least, <= score */
	uint32_t fail_ttl, pass_ttl; /* s; how long it holds if the sum is > 0, or not; 0 =
					nothing to go by */
	uint32_t lists; /* independent witnesses against the source */
	bool authoritative; /* one of them suffices for a drop */
	bool partial; /* some of it is not in yet */
	bool skipped; /* some of it that might have spoken against the source was not asked for:
			 what stands is not taken back by the rest */
	bool blind; /* nothing of it is in */
	/* It only adds to the score of others: it is not a witness for a drop, says nothing alone,
	 * and holds no drop back for being partial; but what stands, and most would bear out,
	 * outlasts its silence. Its lists, authoritative, blind and TTLs are not looked at. */
	bool beside;
	int32_t most; /* if beside and partial: what the score might yet be, >= score */
};

/* What goes before the automatic decision. */
struct mxw_standing {
	bool never; /* in the never-block set */
	bool allowed, blocked; /* by the operator */
	bool ham; /* wanted mail came from there lately: no reject, no drop */
};

struct mxw_sanction {
	enum mxw_rung rung;
	enum mxw_rung by_score; /* the rung that the score alone reaches; > rung: held back */
	bool incomplete; /* evidence is missing that might have made it severer, or that holds it
			    back */
	bool doubtful; /* evidence is missing that might have made it milder */
	enum mxw_rung might; /* the rung it would reach if missing evidence beside the lists
			      spoke against it */
	int32_t score; /* sum of the evidence */
	uint32_t life; /* s; 0 with a standing that overrides */
	uint64_t until; /* CLOCK_MONOTONIC ns; now + life */
	uint64_t refresh; /* CLOCK_MONOTONIC ns; half way: ask again if it is still about */
	char why[400]; /* one line of printable ASCII, for log and explain */
};

/*
 * Decides. Drop needs all of: a score that reaches it; the least score reaching it too; no
 * partial evidence; lists_for_drop witnesses or an authoritative one; no ham. Partial
 * evidence and ham go no further than grey. A source that is held back from one rung falls to
 * the next one below that has a threshold. No evidence, or all of it blind: none, briefly.
 * now: CLOCK_MONOTONIC ns. random: any number; spreads lives by +-10 %, so that decisions of one
 * moment do not end together.
 */
struct mxw_sanction mxw_sanction_decide(const struct mxw_sanction_policy *policy,
					const struct mxw_standing *standing,
					const struct mxw_evidence *evidence, size_t count,
					uint64_t now, uint32_t random);

/* The lowest score above 0 that reaches a rung; INT32_MAX if none does. */
int32_t mxw_sanction_suspect(const struct mxw_sanction_policy *policy);

/* Whether what stands, until then (ns), is to be kept rather than replaced: the new decision
 * is milder only because evidence is missing. A fault of the DNS unblocks nobody before the
 * time. */
bool mxw_sanction_keeps(enum mxw_rung standing, uint64_t until, const struct mxw_sanction *sanction,
			uint64_t now);

/* "none", "allow", "limit", "grey", "reject", "drop". Static. */
const char *mxw_rung_name(enum mxw_rung rung);

#endif
