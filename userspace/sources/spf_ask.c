// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions of an SPF evaluation. Called by commands, which wait for the verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sources/spf_ask.h"

#define ROWS_MOST \
	(96U << 10) /* of one answer; a message has 64 KiB, and names in it may be compressed */
#define NXDOMAIN 3

_Static_assert((int)MXW_SPF_A == (int)MXW_DNS_A && (int)MXW_SPF_AAAA == (int)MXW_DNS_AAAA &&
		       (int)MXW_SPF_MX == (int)MXW_DNS_MX && (int)MXW_SPF_PTR == (int)MXW_DNS_PTR &&
		       (int)MXW_SPF_TXT == (int)MXW_DNS_TXT,
	       "types of records");

static void evaluate(struct mxw_spf_run *run);

/* Whether the resolver takes the name as it is: it reads a backslash as the beginning of a number. */
static bool can_be_asked(const char *name)
{
	return !strchr(name, '\\');
}

/* Adds what is known of the question now. */
static bool add(struct mxw_spf_run *run, enum mxw_spf_known known, const struct mxw_dns_rows *rows)
{
	const struct mxw_spf_verdict *verdict = &run->verdict;

	return mxw_spf_facts_add(&run->facts, verdict->need, verdict->need_type, known,
				 rows ? rows->bytes : NULL, rows ? rows->size : 0) == MXW_OK;
}

static void end(struct mxw_spf_run *run)
{
	mxw_spf_facts_free(&run->facts);
	run->done(run);
}

/* There is no more room for answers: the DNS has said too much. */
static void give_up(struct mxw_spf_run *run)
{
	run->verdict.result = MXW_SPF_TEMPERROR;
	run->verdict.why = "the answers are too large";
	end(run);
}

/* Whether the message answers the question, with rows, or with the word that there are none. */
static bool read_rows(const struct mxw_spf_run *run, const struct mxw_dns_answer *answer,
		      struct mxw_dns_rows *rows)
{
	struct mxw_dns_answer again;

	if (answer->outcome != MXW_DNS_ANSWERED || !answer->message || !rows->bytes)
		return false;
	mxw_dns_message_rows(answer->message, answer->message_size, run->verdict.need,
			     (enum mxw_dns_type)run->verdict.need_type, &again, rows);
	return again.outcome == MXW_DNS_ANSWERED && (!again.rcode || again.rcode == NXDOMAIN);
}

static void on_answer(const struct mxw_resolver_waiter *waiter, const struct mxw_dns_answer *answer)
{
	struct mxw_spf_run *run = waiter->context;
	struct mxw_dns_rows rows = { .bytes = malloc(ROWS_MOST), .room = ROWS_MOST };
	bool added;

	if (read_rows(run, answer, &rows))
		added = add(run, MXW_SPF_ANSWERED, &rows);
	else
		added = add(run, MXW_SPF_UNANSWERED, NULL);
	free(rows.bytes);
	if (added)
		evaluate(run);
	else
		give_up(run);
}

/* Whether the question is under way. */
static bool ask(struct mxw_spf_run *run)
{
	const struct mxw_resolver_waiter waiter = { .done = on_answer,
						    .context = run,
						    .whole = true };
	const struct mxw_spf_verdict *verdict = &run->verdict;

	if (mxw_clock_mono() >= run->until || !can_be_asked(verdict->need) ||
	    run->ask(run->context, verdict->need, (enum mxw_dns_type)verdict->need_type, &waiter))
		return false;
	run->asked++;
	return true;
}

/* What cannot be asked counts as not answered. */
static void evaluate(struct mxw_spf_run *run)
{
	for (;;) {
		mxw_spf_evaluate(run->query, &run->facts, &run->verdict);
		if (run->verdict.result != MXW_SPF_NEED) {
			end(run);
			return;
		}
		if (ask(run))
			return;
		if (!add(run, MXW_SPF_UNANSWERED, NULL)) {
			give_up(run);
			return;
		}
	}
}

void mxw_spf_start(struct mxw_spf_run *run)
{
	run->asked = 0;
	memset(&run->facts, 0, sizeof(run->facts));
	evaluate(run);
}

static int ask_alone(void *context, const char *name, enum mxw_dns_type type,
		     const struct mxw_resolver_waiter *waiter)
{
	return mxw_resolver_ask(context, name, type, true, waiter);
}

static void done_alone(struct mxw_spf_run *run)
{
	mxw_resolver_close(run->context, NULL, NULL);
}

static void begin(void *context, struct mxw_resolver *resolver)
{
	struct mxw_spf_run *run = context;

	run->context = resolver;
	mxw_spf_start(run);
}

int mxw_spf_alone(struct mxw_spf_run *run, const struct mxw_resolver_rules *rules,
		  struct mxw_err *err)
{
	run->ask = ask_alone;
	run->done = done_alone;
	run->until = mxw_clock_mono() + MXW_SPF_SECONDS * MXW_SECOND;
	return mxw_resolver_alone(rules, begin, run, err);
}
