// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The score of a source's names. Called when a decision is made about the source.
 */
#include <string.h>

#include "base/text.h"
#include "policy/names_score.h"

int32_t mxw_names_listed(const struct mxw_names_view *view, bool trusted)
{
	int32_t bad = 0, good = 0;

	for (unsigned int i = 0; i < view->count; i++) {
		int32_t score = view->hit[i].score ? view->hit[i].score->score : 0;

		if (score > bad)
			bad = score;
		if (score < good)
			good = score;
	}
	return trusted ? bad + good : bad;
}

bool mxw_names_partial(const struct mxw_names_view *view)
{
	for (unsigned int i = 0; i < view->count; i++) {
		const struct mxw_dnsbl_score *score = view->hit[i].score;

		if (!score || score->partial || score->blind)
			return true;
	}
	return false;
}

static int32_t reverse_weight(const struct mxw_name_weights *weights, enum mxw_reverse_kind kind)
{
	switch (kind) {
	case MXW_REVERSE_NONE:
	case MXW_REVERSE_UNUSABLE:
		return weights->missing;
	case MXW_REVERSE_UNCONFIRMED:
		return weights->unconfirmed;
	case MXW_REVERSE_CONFIRMED:
		return weights->confirmed;
	default:
		return 0;
	}
}

/* Whether any list can bring less than nothing. */
static bool list_can_allow(const struct mxw_dnsbl_plan *plan)
{
	for (size_t i = 0; i < plan->sites.line_count; i++)
		if (plan->sites.line[i].weight < 0)
			return true;
	return false;
}

/* Whether something that might speak for the source is missing: its name, or, of a name that is
 * trusted, what a list that can allow says about it. */
static bool might_allow(const struct mxw_name_weights *weights, const struct mxw_dnsbl_plan *plan,
			const struct mxw_names_view *view)
{
	if (view->waiting || view->skipped)
		return weights->confirmed < 0 || list_can_allow(plan);
	if (view->kind != MXW_REVERSE_CONFIRMED || !list_can_allow(plan))
		return false;
	for (unsigned int i = 0; i < view->count; i++) {
		const struct mxw_dnsbl_score *score = view->hit[i].score;

		if (score ? score->least < score->score : !view->forgone)
			return true;
	}
	return false;
}

/* Whether the lists said as much about the name before, of which this one is the parent. */
static bool said_before(const struct mxw_names_view *view, unsigned int index)
{
	const struct mxw_dnsbl_score *now = view->hit[index].score;

	for (unsigned int i = 0; i < index; i++) {
		const struct mxw_dnsbl_score *before = view->hit[i].score;

		if (before && before->part_count == now->part_count &&
		    memcmp(before->part, now->part, now->part_count * sizeof(now->part[0])) == 0)
			return true;
	}
	return false;
}

/* Which list has which name. Allow lists are named too where they do not count. */
static void add_hits(const struct mxw_dnsbl_plan *plan, const struct mxw_names_view *view,
		     char *out, size_t size)
{
	size_t at = 0;

	for (unsigned int i = 0; i < view->count; i++) {
		const struct mxw_name_hit *hit = &view->hit[i];
		char text[160];

		if (hit->score && hit->score->part_count && !said_before(view, i))
			at += mxw_text(out + at, size - at, ", %s (%s)",
				       mxw_dnsbl_score_text(plan, hit->score, text, sizeof(text)),
				       hit->name);
	}
}

static void say(const struct mxw_dnsbl_plan *plan, const struct mxw_names_view *view, char *out,
		size_t size)
{
	size_t at = mxw_text(out, size, "%s%s%s", mxw_reverse_kind_name(view->kind),
			     *view->name ? " " : "", view->name);

	add_hits(plan, view, out + at, size - at); /* cut is fine */
}

struct mxw_evidence mxw_names_evidence(const struct mxw_name_weights *weights,
				       const struct mxw_dnsbl_plan *plan,
				       const struct mxw_names_view *view, char *out, size_t size)
{
	bool trusted = view->kind == MXW_REVERSE_CONFIRMED;
	int64_t score =
		(int64_t)reverse_weight(weights, view->kind) + mxw_names_listed(view, trusted);
	struct mxw_evidence evidence = { .source = "names", .text = out, .beside = true };

	evidence.score = (int32_t)(score > weights->most    ? weights->most
				   : score < weights->least ? weights->least
							    : score);
	evidence.least = might_allow(weights, plan, view) ? weights->least : evidence.score;
	evidence.partial = view->waiting || view->kind == MXW_REVERSE_UNKNOWN ||
			   mxw_names_partial(view);
	evidence.most = weights->most;
	say(plan, view, out, size);
	return evidence;
}

struct mxw_evidence mxw_names_helo_evidence(const struct mxw_name_weights *weights,
					    const struct mxw_dnsbl_plan *plan,
					    const struct mxw_names_view *view, char *out,
					    size_t size)
{
	int32_t score = mxw_names_listed(view, false);
	size_t at = mxw_text(out, size, "%s", view->name);

	if (score > weights->most)
		score = weights->most;
	add_hits(plan, view, out + at, size - at); /* cut is fine */
	return (struct mxw_evidence){ .source = "helo",
				      .text = out,
				      .score = score,
				      .least = score,
				      .partial = view->waiting || mxw_names_partial(view),
				      .beside = true,
				      .most = weights->most };
}
