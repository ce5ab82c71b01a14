// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check_host() of RFC 7208, section 4. Called by whoever asks the DNS, again after each answer.
 */
#include <string.h>

#include "base/text.h"
#include "spf/walk.h"

static enum mxw_spf_result check_host(struct mxw_spf_walk *walk, const char *domain);

const char *mxw_spf_result_name(enum mxw_spf_result result)
{
	static const char *const names[] = { "none",	 "neutral",   "pass",	   "fail",
					     "softfail", "temperror", "permerror", "need" };

	return names[result];
}

static enum mxw_spf_result result_of(enum mxw_spf_step step)
{
	switch (step) {
	case MXW_SPF_TEMP:
		return MXW_SPF_TEMPERROR;
	case MXW_SPF_PERM:
		return MXW_SPF_PERMERROR;
	default:
		return MXW_SPF_NEED;
	}
}

/* The one SPF record among the TXT records. NO: there is none. */
static enum mxw_spf_step select_record(struct mxw_spf_walk *walk, const char *domain,
				       struct mxw_spf_slice *record)
{
	const struct mxw_spf_fact *fact;
	struct mxw_spf_slice row;
	size_t at = 0, count = 0;
	enum mxw_spf_step step = mxw_spf_look(walk, domain, MXW_SPF_TXT, &fact);

	if (step != MXW_SPF_YES)
		return step == MXW_SPF_TEMP
			       ? mxw_spf_wrong(walk, step, "the look-up of the record failed")
			       : step;
	while (mxw_spf_fact_row(fact, &at, &row))
		if (mxw_spf_record_is(row)) {
			*record = row;
			count++;
		}
	if (count > 1)
		return mxw_spf_wrong(walk, MXW_SPF_PERM, "the domain has several SPF records");
	if (count && record->length > MXW_SPF_RECORD)
		return mxw_spf_wrong(walk, MXW_SPF_PERM, "the record is longer than 8192 bytes");
	return count ? MXW_SPF_YES : MXW_SPF_NO;
}

static struct mxw_spf_slice slice(const char *text, size_t length)
{
	return (struct mxw_spf_slice){ .text = text, .length = length };
}

/* The term inside an include that does not match is not the one that decides. */
static void forget_note(struct mxw_spf_walk *walk)
{
	mxw_spf_note(walk, "", slice("", 0));
}

/* Records include others, and so do the functions that follow, MXW_SPF_TERMS deep at most.
 * NOLINTBEGIN(misc-no-recursion) */

/* include: the other domain's pass is a match, and any result but fail, softfail and neutral an
 * error: RFC 7208 section 5.2. */
static enum mxw_spf_step match_include(struct mxw_spf_walk *walk, const char *target)
{
	enum mxw_spf_result result = MXW_SPF_NONE;

	if (*target)
		result = check_host(walk, target);
	switch (result) {
	case MXW_SPF_PASS:
		return MXW_SPF_YES;
	case MXW_SPF_TEMPERROR:
		return MXW_SPF_TEMP;
	case MXW_SPF_NONE:
		return mxw_spf_wrong(walk, MXW_SPF_PERM, "an included domain has no SPF record");
	case MXW_SPF_PERMERROR:
		return MXW_SPF_PERM;
	case MXW_SPF_NEED:
		return MXW_SPF_ASK;
	default:
		forget_note(walk);
		return MXW_SPF_NO;
	}
}

static bool needs_lookups(const struct mxw_spf_term *term)
{
	return term->kind != MXW_SPF_ALL && term->kind != MXW_SPF_IP4 && term->kind != MXW_SPF_IP6;
}

static enum mxw_spf_step match(struct mxw_spf_walk *walk, const char *domain,
			       const struct mxw_spf_term *term)
{
	char target[MXW_SPF_NAME] = "";
	enum mxw_spf_step step;

	if (needs_lookups(term)) {
		step = mxw_spf_count_term(walk);
		if (step == MXW_SPF_NO)
			step = mxw_spf_target(walk, domain, term->spec, target);
		if (step != MXW_SPF_YES && step != MXW_SPF_NO)
			return step;
	}
	if (term->kind == MXW_SPF_INCLUDE)
		step = match_include(walk, target);
	else
		step = mxw_spf_match(walk, term, target);
	return step == MXW_SPF_TEMP ? mxw_spf_wrong(walk, step, "a look-up failed") : step;
}

/* The mechanisms, from left to right. NO: none matches. */
static enum mxw_spf_step match_any(struct mxw_spf_walk *walk, const char *domain,
				   struct mxw_spf_slice left, enum mxw_spf_result *result)
{
	struct mxw_spf_term term;

	while (mxw_spf_record_next(&left, &term)) {
		enum mxw_spf_step step;

		if (term.kind > MXW_SPF_EXISTS)
			continue;
		step = match(walk, domain, &term);
		if (step == MXW_SPF_NO)
			continue;
		/* Of an error inside an include, the term inside says more. */
		if (step == MXW_SPF_YES || !walk->verdict->domain[0])
			mxw_spf_note(walk, domain, term.whole);
		*result = term.result;
		return step;
	}
	return MXW_SPF_NO;
}

/* The other domain's result, and its explanation: RFC 7208 section 6.1. */
static enum mxw_spf_result follow_redirect(struct mxw_spf_walk *walk, const char *domain,
					   const struct mxw_spf_term *redirect)
{
	char target[MXW_SPF_NAME];
	enum mxw_spf_result result = MXW_SPF_NONE;
	enum mxw_spf_step step = mxw_spf_count_term(walk);

	if (step == MXW_SPF_NO)
		step = mxw_spf_target(walk, domain, redirect->spec, target);
	if (step == MXW_SPF_YES)
		result = check_host(walk, target);
	else if (step != MXW_SPF_NO)
		result = result_of(step);
	if (result == MXW_SPF_NONE)
		result = result_of(mxw_spf_wrong(walk, MXW_SPF_PERM,
						 "the domain of redirect has no SPF record"));
	if (result >= MXW_SPF_TEMPERROR && !walk->verdict->domain[0])
		mxw_spf_note(walk, domain, redirect->whole);
	return result;
}

static enum mxw_spf_result evaluate(struct mxw_spf_walk *walk, const char *domain,
				    const struct mxw_spf_record *record)
{
	enum mxw_spf_result result = MXW_SPF_NEUTRAL;
	enum mxw_spf_step step = match_any(walk, domain, record->terms, &result);

	if (step == MXW_SPF_YES) {
		/* That of an include is overwritten by the record that includes. */
		(void)mxw_text(walk->exp_domain, MXW_SPF_NAME, "%s", domain);
		walk->exp = record->exp.spec;
		return result;
	}
	if (step != MXW_SPF_NO)
		return result_of(step);
	if (record->redirect.whole.length) /* no "all" is there, since it would have matched */
		return follow_redirect(walk, domain, &record->redirect);
	mxw_spf_note(walk, domain, slice("", 0));
	return MXW_SPF_NEUTRAL;
}

/* Recursion ends with the terms that may be looked up: MXW_SPF_TERMS deep at most. */
static enum mxw_spf_result check_host(struct mxw_spf_walk *walk, const char *domain)
{
	struct mxw_spf_slice text = slice("", 0), bad;
	struct mxw_spf_record record;
	enum mxw_spf_step step = MXW_SPF_NO;

	if (!mxw_spf_name_is_domain(domain))
		return MXW_SPF_NONE;
	step = select_record(walk, domain, &text);
	if (step == MXW_SPF_NO)
		return MXW_SPF_NONE;
	if (step == MXW_SPF_YES && !mxw_spf_record_read(text, &record, &bad)) {
		mxw_spf_note(walk, domain, bad);
		step = mxw_spf_wrong(walk, MXW_SPF_PERM, "the record has a mistake");
	} else if (step == MXW_SPF_TEMP || step == MXW_SPF_PERM) {
		mxw_spf_note(walk, domain, slice("", 0));
	}
	return step == MXW_SPF_YES ? evaluate(walk, domain, &record) : result_of(step);
}
/* NOLINTEND(misc-no-recursion) */

/* Divides the sender. False if what is to be checked is not a domain name. */
static bool identify(struct mxw_spf_walk *walk)
{
	const char *sender = walk->query->sender, *helo = walk->query->helo;
	const char *at = strrchr(sender, '@');
	const char *domain = at ? at + 1 : sender;
	size_t local = at ? (size_t)(at - sender) : 0;

	if (strlen(sender) >= MXW_SPF_SENDER || strlen(helo) >= MXW_SPF_SENDER ||
	    strlen(walk->query->receiver) >= MXW_SPF_SENDER)
		return false;
	if (!*sender || strcmp(sender, "<>") == 0)
		domain = helo;
	(void)mxw_text(walk->local, sizeof(walk->local), "%.*s", local ? (int)local : 10,
		       local ? sender : "postmaster");
	return mxw_spf_name_take(slice(domain, strlen(domain)), walk->origin) &&
	       mxw_spf_name_is_host(walk->origin);
}

void mxw_spf_evaluate(const struct mxw_spf_query *query, const struct mxw_spf_facts *facts,
		      struct mxw_spf_verdict *verdict)
{
	struct mxw_spf_walk walk = { .query = query, .facts = facts, .verdict = verdict };

	memset(verdict, 0, sizeof(*verdict));
	walk.ipv4 = mxw_spf_is_ipv4(query->addr);
	if (!identify(&walk)) {
		verdict->why = "there is no domain name to check";
		return;
	}
	verdict->result = check_host(&walk, walk.origin);
	if (verdict->result == MXW_SPF_NONE)
		verdict->why = "the domain has no SPF record";
	if (verdict->result == MXW_SPF_FAIL && mxw_spf_explain(&walk) == MXW_SPF_ASK)
		verdict->result = MXW_SPF_NEED;
}
