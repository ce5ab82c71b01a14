// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What block, unblock, allow and unallow have in common: reading, applying, saying what was done.
 */
#include <stdio.h>
#include <stdlib.h>

#include "state/intents.h"
#include "apply/apply.h"
#include "base/clock.h"
#include "base/num.h"
#include "change.h"
#include "cli/lines.h"
#include "nat64_notes.h"
#include "state/lock.h"
#include "cli/operator.h"
#include "cli/terminal.h"

#define SHADOW 2 /* the choice's number in the table of block */

static int guard_block(void *context, const char *word, const struct mxw_prefix *prefix,
		       struct mxw_err *err)
{
	struct blocking *blocking = context;
	int error = mxw_block_guard_prefix(&blocking->guard, word, prefix, err);

	if (!error && !blocking->inside)
		blocking->inside = mxw_never_inside(&blocking->guard.never, prefix);
	return error;
}

static int report_change(struct cli *cli, const struct mxw_change *change, uint64_t found,
			 bool attached)
{
	const char *verb = cli->verb->name;
	char text[MXW_COUNT_TEXT];

	if (cli->args.json)
		return terminal_json(json_pack(
			"{s:s, s:I, s:I, s:b, s:b}", "verb", verb, "entries",
			(json_int_t)(change->remove ? found : change->count), "not_found",
			(json_int_t)(change->remove ? change->count - found : 0), "enforced",
			attached && !cli->args.dry_run, "dry_run", cli->args.dry_run));
	(void)printf("%s%s %s%s\n", cli->args.dry_run ? "would " : "", verb,
		     mxw_count_format(change->remove ? found : change->count, "entry", text),
		     attached ? "" : ", stored only");
	return MXW_OK;
}

/* One removal of nothing is a mistake the operator wants to know about. */
static int judge_removal(struct cli *cli, const struct mxw_change *change, uint64_t found)
{
	char text[MXW_ADDR_TEXT], entries[MXW_COUNT_TEXT];

	if (!change->remove || found == change->count)
		return MXW_OK;
	if (change->count == 1)
		return mxw_fail(&cli->err, MXW_E_FAIL,
				"there is no such entry: %s; `xdpctl explain` shows what covers it",
				mxw_prefix_format(&change->prefixes[0], text));
	return mxw_fail(&cli->err, MXW_E_FAIL, "not there: %llu of %s",
			(unsigned long long)(change->count - found),
			mxw_count_format(change->count, "entry", entries));
}

static int count_found(struct mxw_session *session, const struct mxw_change *change,
		       uint64_t *found, struct mxw_err *err)
{
	int error = mxw_store_begin(session->store, err);
	bool there;

	*found = 0;
	for (size_t i = 0; i < change->count && !error; i++) {
		error = mxw_store_delete(session->store, change->class, &change->prefixes[i],
					 &there, err);
		*found += there;
	}
	mxw_store_rollback(session->store);
	return error;
}

int change_begin(struct cli *cli, struct mxw_session *session)
{
	return cli->args.dry_run ? mxw_session_look(session, &cli->err)
				 : mxw_session_begin(session, &cli->report, &cli->err);
}

/* A block that is in the way must go at once, whoever holds the lock. */
static bool is_way_out(const struct mxw_change *change)
{
	return change->class == (change->remove ? MXW_CLASS_BLOCK : MXW_CLASS_ALLOW);
}

/* Another process has the lock. */
static int apply_unlocked(struct cli *cli, const struct mxw_change *change)
{
	char holder[MXW_LOCK_HOLDER];
	struct mxw_session session;
	uint64_t found = 0;
	bool stored = false, attached;
	struct mxw_err why = { 0 };
	int error = mxw_session_way_out(&session, &why);

	mxw_lock_holder(holder);
	attached = session.attached;
	if (!error || error == MXW_E_DETACHED)
		error = mxw_apply_unlocked(&session, change, &found, &stored, &why);
	mxw_session_end(&session);
	if (error)
		return mxw_fail(&cli->err, error,
				"%s holds the lock, and without it this failed: %s", holder,
				why.text);
	(void)report_change(cli, change, stored ? found : change->count, attached);
	if (!stored)
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"in force, but not stored, because %s holds the lock (%s): repeat "
				"it when that process has ended, or the next change may undo it",
				holder, why.text);
	mxw_note(&cli->report, "%s holds the lock, so this was done without it", holder);
	return judge_removal(cli, change, found);
}

/* A way out waits for a short time, other changes wait long. */
static int begin_change(struct cli *cli, const struct mxw_change *change,
			struct mxw_session *session)
{
	return is_way_out(change) && !cli->args.dry_run
		       ? mxw_session_begin_soon(session, &cli->report, &cli->err)
		       : change_begin(cli, session);
}

/* A way out does not wait for the lock. Entries that are only stored have an exit code of their own. */
static int apply(struct cli *cli, struct mxw_change *change)
{
	struct mxw_session session;
	uint64_t found = 0;
	int error = begin_change(cli, change, &session);
	bool attached = session.attached;

	if (error == MXW_E_BUSY && is_way_out(change)) {
		mxw_session_end(&session);
		return apply_unlocked(cli, change);
	}
	if (!error && cli->args.dry_run && change->remove)
		error = count_found(&session, change, &found, &cli->err);
	else if (!error && !cli->args.dry_run)
		error = mxw_apply_change(&session, change, &found,
					 change->count > 1000 ? &cli->report : NULL, &cli->err);
	if (change->count > 1000)
		terminal_progress_end(&cli->report);
	mxw_session_end(&session);
	if (error)
		return error;
	error = report_change(cli, change, found, attached);
	if (change->class == MXW_CLASS_BLOCK && !change->remove && change->mode != MXW_ENTRY_SHADOW)
		cli_note_mode(cli);
	if (!error)
		error = judge_removal(cli, change, found);
	if (!error && !attached && !cli->args.dry_run)
		return mxw_fail(
			&cli->err, MXW_E_DETACHED,
			"mxwall is not attached: the entries are stored and take effect with "
			"the next attach");
	return error;
}

/* What has been said already of the one prefix that a command adds. */
struct said {
	const struct mxw_change *change;
	char allow[MXW_ADDR_TEXT]; /* the allow that covers it; "" = none */
	char before[400]; /* the entry whose place the new one takes; "" = none */
};

static int see_entry(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct said *said = context;
	uint64_t now = mxw_clock_mono();
	char left[MXW_DURATION_TEXT + 16] = "until removed", text[MXW_DURATION_TEXT];

	if (intent->class == MXW_CLASS_ALLOW && said->change->class == MXW_CLASS_BLOCK)
		(void)mxw_prefix_format(&intent->prefix, said->allow);
	if (intent->class != said->change->class ||
	    mxw_prefix_compare(&intent->prefix, said->change->prefixes) != 0)
		return MXW_OK;
	if (intent->expires_ns > now)
		(void)snprintf(left, sizeof(left), "another %s",
			       mxw_duration_format((intent->expires_ns - now) / MXW_SECOND, text));
	(void)snprintf(said->before, sizeof(said->before), "%s%s%s%s%s", left,
		       intent->mode == MXW_ENTRY_SHADOW ? ", in shadow mode" : "",
		       act->why[0] ? " (" : "", act->why, act->why[0] ? ")" : "");
	return MXW_OK;
}

/* Changes nothing; what cannot be read is left out. */
static void look_before(const struct mxw_change *change, struct said *said)
{
	struct mxw_store *store;

	if (change->remove || mxw_store_open(MXW_STATE_DIR, false, &store, NULL))
		return;
	(void)mxw_store_match(store, change->prefixes[0].key, mxw_clock_mono(), see_entry, said,
			      NULL);
	mxw_store_close(store);
}

/* That an entry was replaced, or that a block does nothing under an allow, is said at once. */
static void note_said(struct cli *cli, const struct said *said)
{
	char prefix[MXW_ADDR_TEXT];

	if (said->before[0])
		mxw_note(&cli->report, "this takes the place of `%s %s` that was to last %s",
			 cli->verb->name, mxw_prefix_format(said->change->prefixes, prefix),
			 said->before);
	if (said->allow[0])
		mxw_note(&cli->report,
			 "`allow %s` goes before this block: `xdpctl unallow %s` ends it",
			 said->allow, said->allow);
}

/* Applies all addresses as one change, and fails at the end if a line was bad. blocking: of an
 * added block, else NULL. */
int change_entries(struct cli *cli, enum mxw_class class, bool remove, struct blocking *blocking)
{
	struct mxw_change change = { .class = class,
				     .remove = remove,
				     .guard = blocking ? &blocking->guard : NULL };
	struct said said = { .change = &change };
	struct lines lines;
	int error = lines_read(cli, class == MXW_CLASS_ALLOW ? MXW_SAYS_ALLOW : MXW_SAYS_BLOCK,
			       blocking ? guard_block : NULL, blocking, &lines);

	if (!error && !remove)
		error = lines_check_ends(cli, &lines);
	change.prefixes = lines.prefixes;
	change.count = lines.count;
	change.mode = cli->args.mode == SHADOW ? MXW_ENTRY_SHADOW : MXW_ENTRY_ENFORCE;
	change.act.when = mxw_clock_wall();
	cli_operator(change.act.who);
	(void)terminal_safe(cli->args.reason ? cli->args.reason : "", change.act.why,
			    sizeof(change.act.why));
	if (cli->args.duration)
		change.expires_ns = mxw_clock_mono() + cli->args.duration * MXW_SECOND;
	if (!error && change.count == 1)
		look_before(&change, &said);
	if (!error && change.count)
		error = apply(cli, &change);
	else if (!error)
		error = report_change(cli, &change, 0, true);
	if (!cli->args.dry_run && (!error || error == MXW_E_DETACHED))
		note_said(cli, &said);
	if (!error && !remove)
		nat64_note_added(cli->verb->name, lines.prefixes, lines.count, &cli->report);
	return lines_end(cli, &lines, error);
}
