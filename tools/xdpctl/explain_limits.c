// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What explain has to know of the limits and of the hold. Called by explain.
 */
#include "base/clock.h"
#include "datapath/limits.h"
#include "datapath/news.h"
#include "limits_account.h"
#include "explain.h"

/* Which class the source is in, only the order of decision can tell: each is read. */
static void read_facts(struct explanation *e, const struct mxw_limits_view *view)
{
	for (unsigned int class = 0; class < MXW_LIMIT_CLASSES; class ++) {
		e->limit_facts[class].class = class;
		limit_account_read(&e->maps, view, e->source, e->slot.ports[0],
				   &e->limit_facts[class]);
	}
}

int mxw_explain_limits(struct explanation *e, struct mxw_err *err)
{
	struct mxw_limits_view *view;
	int error = mxw_limits_open(&e->maps, &view, err);

	if (!error) {
		read_facts(e, view);
		e->limits = *mxw_limits_now(view);
		e->situation.limits = &e->limits;
		e->situation.facts = e->limit_facts;
		e->situation.known_class = mxw_known_class(&e->maps, e->source, e->situation.now);
		e->situation.holds = e->reports && mxw_news_holds(&e->maps, e->limits.seed,
								  e->source, e->situation.now);
	}
	mxw_limits_close(view);
	return error;
}
