// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names of the client's address that lead back to it, for ptr and %{p}: RFC 7208 sections 5.5
 * and 7.3. Names that could not be chosen are not looked up.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "spf/walk.h"

/* How good a name is: the domain itself, below it, another. */
static unsigned int rank_of(const char *name, const char *domain)
{
	if (strcasecmp(name, domain) == 0)
		return 3;
	return mxw_spf_name_within(name, domain) ? 2 : 1;
}

/* Looks at one name; it is taken if it is better than those so far. */
static enum mxw_spf_step look_at(struct mxw_spf_walk *walk, const char *name, const char *domain,
				 unsigned int *best, char out[MXW_SPF_NAME])
{
	unsigned int rank = rank_of(name, domain);
	enum mxw_spf_step step;

	if (rank <= *best)
		return MXW_SPF_NO;
	step = mxw_spf_address_of(walk, name, 32, 128);
	if (step != MXW_SPF_YES)
		return step;
	*best = rank;
	(void)mxw_text(out, MXW_SPF_NAME, "%s", name);
	return MXW_SPF_YES;
}

enum mxw_spf_step mxw_spf_validated(struct mxw_spf_walk *walk, const char *domain, bool any,
				    char out[MXW_SPF_NAME])
{
	unsigned int best = any ? 0 : 1; /* the least that is good enough, less one */
	const unsigned int least = best;
	char name[MXW_SPF_NAME];
	const struct mxw_spf_fact *fact;
	struct mxw_spf_slice row;
	size_t at = 0;
	enum mxw_spf_step step;

	out[0] = '\0';
	mxw_spf_name_reverse(walk->query->addr, name);
	step = mxw_spf_look_counted(walk, name, MXW_SPF_PTR, &fact);
	if (step != MXW_SPF_YES)
		return step == MXW_SPF_TEMP ? MXW_SPF_NO : step;
	for (int i = 0; i < MXW_SPF_NAMES && best < 3 && mxw_spf_fact_row(fact, &at, &row); i++) {
		if (!mxw_spf_name_take(row, name))
			continue;
		step = look_at(walk, name, domain, &best, out);
		if (step == MXW_SPF_PERM || step == MXW_SPF_ASK)
			return step;
	}
	return best > least ? MXW_SPF_YES : MXW_SPF_NO;
}
