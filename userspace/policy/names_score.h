/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a source's names add to its score: how its reverse name stands, and what lists of names
 * (RHSBL) say of it. It is evidence beside that of the lists of addresses (policy/sanction.h):
 * its score is bounded both ways, it is not a witness for a drop, and without those lists it
 * decides nothing. So no name makes a drop by itself. Pure.
 */
#ifndef MXW_NAMES_SCORE_H
#define MXW_NAMES_SCORE_H

#include "policy/dnsbl_score.h"
#include "policy/reverse.h"
#include "policy/sanction.h"

/* The operator's weights. */
struct mxw_name_weights {
	int32_t missing; /* >= 0: no reverse name, or none that is usable */
	int32_t unconfirmed; /* >= 0: it does not lead back */
	int32_t confirmed; /* <= 0 */
	int32_t most, least; /* >= 0, <= 0: bounds of all together */
};

/* What one list answered about one name. */
struct mxw_name_hit {
	const char *name; /* that was asked for; borrowed */
	const struct mxw_dnsbl_score *score; /* NULL: not known */
};

/* All that is known about a source's names. */
struct mxw_names_view {
	enum mxw_reverse_kind kind;
	const char *name; /* mxw_reverse_name(), or what HELO said */
	bool waiting; /* more will come in a moment */
	bool skipped; /* the reverse name is not known, and nobody has asked for it */
	bool forgone; /* there was no room to ask, and that is not waited for any more */
	unsigned int count; /* hits in use; 0 if no lists are asked */
	struct mxw_name_hit hit[MXW_NAMES_ASKED]; /* by mxw_name_ask() */
};

/*
 * The lists' part: the highest score > 0 of the names, since a name and its parent are the
 * same culprit, and, if trusted, the lowest < 0. Only a name that leads back is trusted:
 * anybody can give his address, and in HELO himself, the name of somebody good.
 */
int32_t mxw_names_listed(const struct mxw_names_view *view, bool trusted);

/* The lists' part of something that is missing: not all answers about the names are in. */
bool mxw_names_partial(const struct mxw_names_view *view);

/*
 * The evidence, and its text: "confirmed mx.example.net", "unconfirmed a.example,
 * dbl.example=127.0.1.2*2 (a.example)", "none". plan: of the lists of names. partial if the
 * reverse name is not known, is waited for, or a list has not answered. least is what a good
 * name might bring while the name is waited for or was not asked for, and while a list that can
 * allow has not answered about a confirmed name; but not when that is forgone. Its text is in out.
 */
struct mxw_evidence mxw_names_evidence(const struct mxw_name_weights *weights,
				       const struct mxw_dnsbl_plan *plan,
				       const struct mxw_names_view *view, char *out, size_t size);

/* The same for the name given in HELO: lists only, and only what speaks against it. text:
 * "mx.bad.example, dbl.example=127.0.1.2*2 (bad.example)". */
struct mxw_evidence mxw_names_helo_evidence(const struct mxw_name_weights *weights,
					    const struct mxw_dnsbl_plan *plan,
					    const struct mxw_names_view *view, char *out,
					    size_t size);

#endif
