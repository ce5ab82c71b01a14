// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text that a domain has for those whom it refuses: RFC 7208 section 6.2. Whatever goes wrong
 * here, there is no explanation, and the result stays.
 */
#include <string.h>

#include "spf/walk.h"

/* The only TXT record of the name. */
static enum mxw_spf_step only_text(struct mxw_spf_walk *walk, const char *name,
				   struct mxw_spf_slice *text)
{
	const struct mxw_spf_fact *fact;
	struct mxw_spf_slice other;
	size_t at = 0;
	enum mxw_spf_step step = mxw_spf_look(walk, name, MXW_SPF_TXT, &fact);

	if (step != MXW_SPF_YES)
		return step;
	if (!mxw_spf_fact_row(fact, &at, text) || mxw_spf_fact_row(fact, &at, &other) ||
	    text->length > MXW_SPF_RECORD)
		return MXW_SPF_NO;
	return MXW_SPF_YES;
}

/* What strangers wrote goes into answers to other strangers: printable ASCII only. */
static bool presentable(const struct mxw_spf_text *text)
{
	for (size_t i = 0; i < text->length; i++)
		if (text->data[i] < ' ' || text->data[i] > '~')
			return false;
	return true;
}

static enum mxw_spf_step explain(struct mxw_spf_walk *walk)
{
	struct mxw_spf_text out = { .data = walk->verdict->explanation, .size = MXW_SPF_TEXT - 1 };
	char name[MXW_SPF_NAME];
	struct mxw_spf_slice text;
	enum mxw_spf_step step = mxw_spf_target(walk, walk->exp_domain, walk->exp, name);

	if (step == MXW_SPF_YES)
		step = only_text(walk, name, &text);
	if (step == MXW_SPF_YES)
		step = mxw_spf_expand(walk, walk->exp_domain, text, &out);
	if (step == MXW_SPF_YES && !presentable(&out))
		step = MXW_SPF_NO;
	walk->verdict->explanation[step == MXW_SPF_YES ? out.length : 0] = '\0';
	return step;
}

enum mxw_spf_step mxw_spf_explain(struct mxw_spf_walk *walk)
{
	walk->explaining = true;
	return walk->exp.length ? explain(walk) : MXW_SPF_NO;
}
