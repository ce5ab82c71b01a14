// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Beginning and ending a change. Called by every verb that changes entries.
 */
#include <stdlib.h>
#include <string.h>

#include "state/intents.h"
#include "apply/apply.h"
#include "apply/feeds.h"
#include "apply/reconcile.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "state/lock.h"

/* Expired entries by class, collected from the store to be removed from the maps. */
struct sweep {
	struct mxw_prefix *prefixes[MXW_CLASS_COUNT];
	size_t count[MXW_CLASS_COUNT], capacity[MXW_CLASS_COUNT];
};

static int collect_expired(void *context, const struct mxw_intent *intent,
			   const struct mxw_act *act)
{
	struct sweep *sweep = context;
	size_t class = intent->class;
	struct mxw_prefix *prefix;

	(void)act;
	if (class >= MXW_CLASS_COUNT)
		return MXW_OK;
	prefix = mxw_grow((void **)&sweep->prefixes[class], sweep->count[class],
			  &sweep->capacity[class], sizeof(*prefix));
	if (!prefix)
		return MXW_E_FAIL;
	*prefix = intent->prefix;
	sweep->count[class]++;
	return MXW_OK;
}

static int delete_expired(struct mxw_session *session, const struct sweep *sweep,
			  struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t c = 0; c < MXW_CLASS_COUNT && !error && session->attached; c++)
		error = mxw_entries_delete(&session->maps, (enum mxw_class)c, sweep->prefixes[c],
					   sweep->count[c], err);
	return error;
}

/* Frees the room of expired entries. They are without effect already, so the
 * order of store and maps does not matter here. */
static int sweep_expired(struct mxw_session *session, struct mxw_err *err)
{
	struct sweep sweep = { 0 };
	int error = mxw_store_begin(session->store, err);

	if (error)
		return error;
	error = mxw_store_sweep(session->store, mxw_clock_mono(), collect_expired, &sweep, err);
	if (!error)
		error = delete_expired(session, &sweep, err);
	if (!error)
		error = mxw_store_commit(session->store, err);
	else
		mxw_store_rollback(session->store);
	for (size_t c = 0; c < MXW_CLASS_COUNT; c++)
		free(sweep.prefixes[c]);
	return error;
}

/* A process died between store and maps: let the maps follow now. */
static int finish_earlier_change(struct mxw_session *session, const struct mxw_report *report,
				 struct mxw_err *err)
{
	struct mxw_differences differences;
	char text[MXW_COUNT_TEXT];
	bool dirty;
	int error = mxw_store_dirty(session->store, &dirty, err);

	if (error || !dirty || !session->attached)
		return error;
	error = mxw_reconcile(session->store, &session->maps, mxw_clock_mono(), true, &differences,
			      report, err);
	if (!error && differences.count)
		mxw_note(report, "finished an interrupted change: %s corrected in the kernel",
			 mxw_count_format(differences.count, "entry", text));
	return error ? error : mxw_store_set_dirty(session->store, false, err);
}

/* Feeds that cannot be put in force must not keep an operator from blocking; the mark stays. */
static void finish_feeds(struct mxw_session *session, const struct mxw_report *report)
{
	struct mxw_err why;

	if (mxw_feeds_finish(session, report, &why) != MXW_OK)
		mxw_note(report, "%s", why.text);
}

static void start(struct mxw_session *session)
{
	memset(session, 0, sizeof(*session));
	session->lock = -1;
	for (int i = 0; i < MXW_MAP_COUNT; i++)
		session->maps.fd[i] = -1;
}

/* Opens store and maps; that nothing is pinned is not an error. */
static int open_both(struct mxw_session *session, bool write, struct mxw_err *err)
{
	int error = mxw_store_open(MXW_STATE_DIR, write, &session->store, err);

	if (error)
		return error;
	error = mxw_maps_open(&session->maps, err);
	session->attached = !error;
	return error == MXW_E_DETACHED && !mxw_maps_pinned() ? MXW_OK : error;
}

static int begin_locked(struct mxw_session *session, const struct mxw_report *report,
			struct mxw_err *err)
{
	int error;

	if (session->lock < 0)
		return session->lock;
	error = open_both(session, true, err);
	if (!error)
		error = finish_earlier_change(session, report, err);
	if (!error)
		finish_feeds(session, report);
	return error ? error : sweep_expired(session, err);
}

int mxw_session_begin(struct mxw_session *session, const struct mxw_report *report,
		      struct mxw_err *err)
{
	start(session);
	session->lock = mxw_lock(err);
	return begin_locked(session, report, err);
}

int mxw_session_begin_soon(struct mxw_session *session, const struct mxw_report *report,
			   struct mxw_err *err)
{
	start(session);
	session->lock = mxw_lock_within(MXW_LOCK_WAY_OUT, err);
	return begin_locked(session, report, err);
}

static int open_maps(struct mxw_session *session, struct mxw_err *err)
{
	int error = mxw_maps_open(&session->maps, err);

	session->attached = !error;
	return error;
}

int mxw_session_maps(struct mxw_session *session, struct mxw_err *err)
{
	start(session);
	session->lock = mxw_lock(err);
	return session->lock < 0 ? session->lock : open_maps(session, err);
}

int mxw_session_way_out(struct mxw_session *session, struct mxw_err *err)
{
	start(session);
	session->lock = mxw_lock_within(MXW_LOCK_WAY_OUT, NULL);
	return open_maps(session, err);
}

int mxw_session_peek(struct mxw_session *session, struct mxw_err *err)
{
	start(session);
	return open_maps(session, err);
}

int mxw_session_look(struct mxw_session *session, struct mxw_err *err)
{
	start(session);
	return open_both(session, false, err);
}

void mxw_session_end(struct mxw_session *session)
{
	mxw_maps_close(&session->maps);
	mxw_store_close(session->store);
	mxw_unlock(session->lock);
	session->store = NULL;
	session->lock = -1;
}
