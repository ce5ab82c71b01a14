// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the limits add to an explanation. Called by explain.c.
 */
#include "base/clock.h"
#include "bpf/reason.h"
#include "datapath/limits.h"
#include "datapath/news.h"
#include "limits.h"
#include "explain.h"

/* The limits' reason takes the place of the verdict so far. */
static void overrule(struct explanation *e, unsigned int reason)
{
	bool listed = e->verdict.reason == MXW_PASS_LISTED;

	e->verdict.drop = mxw_reason_kind(reason) == MXW_KIND_OF_DROP &&
			  e->situation.mode == MXW_MODE_ENFORCE;
	e->verdict.reason = e->verdict.drop ? reason : mxw_reason_unenforced(reason);
	e->verdict.decided_by = NULL;
	e->decided_by = NULL;
	if (!listed) {
		e->verdict.feed = NULL;
		e->feed = NULL;
	}
}

/* Whether the controller is asked about such a source, by what was found before the limits. */
static bool is_news(const struct explanation *e, unsigned int before)
{
	return !e->verdict.drop && e->verdict.reason != MXW_PASS_PROVEN &&
	       (before == MXW_PASS_UNKNOWN || before == MXW_PASS_LISTED ||
		(before == MXW_WOULD_FEED && e->situation.mode == MXW_MODE_ENFORCE));
}

static unsigned int class_of(const struct explanation *e)
{
	if (e->decided_by && e->decided_by->exempt)
		return MXW_LIMIT_CLASSES;
	return mxw_limits_class(e->verdict.reason, e->situation.mode,
				mxw_known_class(&e->maps, e->source, mxw_clock_mono()));
}

int mxw_explain_limits(struct explanation *e, struct mxw_err *err)
{
	unsigned int before = e->verdict.reason;
	struct mxw_limits_view *view;
	unsigned int reason;
	int error = mxw_limits_open(&e->maps, &view, err);

	e->limited = false;
	if (!error) {
		e->account.facts = (struct mxw_limit_facts){
			.class = class_of(e), .proof_only = e->verdict.reason == MXW_PASS_NEVER
		};
		e->limited = e->account.facts.class < MXW_LIMIT_CLASSES;
	}
	if (e->limited) {
		limit_account_read(&e->maps, view, e->source, e->slot.ports[0], &e->account);
		reason = mxw_limits_decide(mxw_limits_now(view), &e->account.rates,
					   &e->account.facts);
		if (reason)
			overrule(e, reason);
	}
	e->held = !error && is_news(e, before) &&
		  mxw_news_holds(&e->maps, mxw_limits_now(view)->seed, e->source, mxw_clock_mono());
	mxw_limits_close(view);
	return error;
}
