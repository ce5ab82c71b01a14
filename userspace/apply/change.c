// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing the operator's entries. Called by block, unblock, allow, unallow,
 * flush and mode.
 */
#include <stdlib.h>

#include "state/intents.h"
#include "apply/apply.h"
#include "apply/reconcile.h"
#include "base/clock.h"
#include "datapath/entries.h"
#include "datapath/switches.h"

#define PROGRESS_STEP 16384

static int store_added(struct mxw_session *session, const struct mxw_change *change,
		       const struct mxw_report *report, struct mxw_err *err)
{
	int64_t act;
	int error = mxw_store_act(session->store, &change->act, &act, err);

	for (size_t i = 0; i < change->count && !error; i++) {
		const struct mxw_intent intent = { .prefix = change->prefixes[i],
						   .expires_ns = change->expires_ns,
						   .class = (uint8_t)change->class,
						   .mode = change->mode };

		error = mxw_store_put(session->store, &intent, act, err);
		if (i % PROGRESS_STEP == 0)
			mxw_progress(report, i / 2, change->count);
	}
	return error;
}

static int store_removed(struct mxw_session *session, const struct mxw_change *change,
			 uint64_t *found, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < change->count && !error; i++) {
		bool there;

		error = mxw_store_delete(session->store, change->class, &change->prefixes[i],
					 &there, err);
		*found += there;
	}
	return error;
}

static int too_full(const struct mxw_change *change, bool net, uint64_t limit, struct mxw_err *err)
{
	bool sizable = change->class == MXW_CLASS_BLOCK;

	return mxw_fail(err, MXW_E_FAIL,
			"the %s set would hold more than its %llu %s: %s; nothing was changed",
			mxw_class_name(change->class), (unsigned long long)limit,
			net ? "ranges" : "addresses",
			sizable ? "`detach --all`, then attach with a larger --capacity"
				: "remove some, or give ranges that hold several");
}

/* Refuses what the kernel's maps could not hold, before anything is kept. */
static int check_capacity(struct mxw_session *session, const struct mxw_change *change,
			  struct mxw_err *err)
{
	uint64_t limits[2] = { UINT64_MAX, UINT64_MAX }, added[2] = { 0 };
	int error = MXW_OK;

	if (change->remove)
		return MXW_OK;
	if (session->attached)
		error = mxw_entries_capacity(&session->maps, change->class, &limits[0], &limits[1],
					     err);
	for (size_t i = 0; i < change->count; i++)
		added[change->prefixes[i].len < MXW_KEY_BITS]++;
	for (int net = 0; net < 2 && !error; net++) {
		bool fits;

		error = mxw_store_fits(session->store, change->class, net, added[net], limits[net],
				       &fits, err);
		if (!error && !fits)
			error = too_full(change, net, limits[net], err);
	}
	return error;
}

static int change_store(struct mxw_session *session, const struct mxw_change *change,
			uint64_t *found, const struct mxw_report *report, struct mxw_err *err)
{
	int error = mxw_store_begin(session->store, err);

	if (error)
		return error;
	error = change->remove ? store_removed(session, change, found, err)
			       : store_added(session, change, report, err);
	if (!error)
		error = check_capacity(session, change, err);
	if (!error && session->attached)
		error = mxw_store_set_dirty(session->store, true, err);
	if (!error)
		return mxw_store_commit(session->store, err);
	mxw_store_rollback(session->store);
	return error;
}

/* The second half of the progress bar belongs to the kernel. */
struct second_half {
	const struct mxw_report *report;
	uint64_t total;
};

static void report_second_half(void *context, uint64_t done, uint64_t total)
{
	const struct second_half *half = context;

	mxw_progress(half->report, half->total / 2 + done / 2, total);
}

static int put_maps(struct mxw_session *session, const struct mxw_change *change,
		    const struct mxw_report *report, struct mxw_err *err)
{
	struct second_half half = { .report = report, .total = change->count };
	const struct mxw_report inner = { .progress = report_second_half, .context = &half };
	struct mxw_kernel_entry *entries = calloc(change->count, sizeof(*entries));
	int error;

	if (!entries)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	for (size_t i = 0; i < change->count; i++)
		entries[i] = (struct mxw_kernel_entry){ .prefix = change->prefixes[i],
							.expires_ns = change->expires_ns,
							.mode = change->mode };
	error = mxw_entries_put(&session->maps, change->class, entries, change->count, &inner, err);
	free(entries);
	return error;
}

/* The store has the change; the dirty mark has the next session bring the maps in line. */
static int maps_behind(struct mxw_err *err)
{
	struct mxw_err refusal = { 0 };

	if (err)
		refusal = *err;
	return mxw_fail(err, MXW_E_DEGRADED,
			"%s; the change is stored, and the next one or `xdpctl verify --repair` "
			"finishes it",
			refusal.text);
}

static int judge_blocks(const struct mxw_block_guard *guard, const struct mxw_change *change,
			struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < change->count && !error; i++)
		error = mxw_block_guard_prefix(guard, "", &change->prefixes[i], err);
	return error;
}

/* Whoever the caller is, and whatever it has looked at before. */
static int judge(const struct mxw_session *session, const struct mxw_change *change,
		 struct mxw_err *err)
{
	struct mxw_block_guard guard = { .force = false };
	int error;

	if (change->class != MXW_CLASS_BLOCK || change->remove)
		return MXW_OK;
	if (change->guard)
		return judge_blocks(change->guard, change, err);
	error = mxw_block_guard_open(session->attached ? &session->maps : NULL, false, &guard, err);
	if (!error)
		error = judge_blocks(&guard, change, err);
	mxw_block_guard_close(&guard);
	return error;
}

int mxw_apply_change(struct mxw_session *session, const struct mxw_change *change, uint64_t *found,
		     const struct mxw_report *report, struct mxw_err *err)
{
	uint64_t unused = 0;
	int error;

	found = found ? found : &unused;
	*found = 0;
	if (change->count == 0)
		return MXW_OK;
	error = judge(session, change, err);
	if (!error)
		error = change_store(session, change, found, report, err);
	if (error || !session->attached)
		return error;
	error = change->remove ? mxw_entries_delete(&session->maps, change->class, change->prefixes,
						    change->count, err)
			       : put_maps(session, change, report, err);
	return error ? maps_behind(err) : mxw_store_set_dirty(session->store, false, err);
}

/* A rebuild of the hint table by whoever holds the lock may have taken the marks off that were set
 * before the entries were there. It sets those of allows again at its end. */
static int change_kernel(struct mxw_session *session, const struct mxw_change *change,
			 struct mxw_err *err)
{
	int error;

	if (change->remove)
		return mxw_entries_delete(&session->maps, change->class, change->prefixes,
					  change->count, err);
	error = put_maps(session, change, NULL, err);
	return error ? error : put_maps(session, change, NULL, err);
}

/* The mark of an unfinished change stays: the next command then compares store and maps. */
int mxw_apply_unlocked(struct mxw_session *session, const struct mxw_change *change,
		       uint64_t *found, bool *stored, struct mxw_err *err)
{
	int error = judge(session, change, err);

	if (!error && session->attached)
		error = change_kernel(session, change, err);
	*found = 0;
	*stored = false;
	if (error)
		return error;
	error = mxw_store_open_soon(MXW_STATE_DIR, &session->store, err);
	if (!error)
		error = change_store(session, change, found, NULL, err);
	*stored = !error;
	return session->attached ? MXW_OK : error;
}

int mxw_apply_flush(struct mxw_session *session, uint64_t *removed, struct mxw_err *err)
{
	struct mxw_differences differences;
	uint64_t exact, nets;
	int error = mxw_store_begin(session->store, err);

	*removed = 0;
	if (error)
		return error;
	for (int c = MXW_CLASS_ALLOW; c <= MXW_CLASS_BLOCK && !error; c++) {
		error = mxw_store_count(session->store, (enum mxw_class)c, &exact, &nets, err);
		*removed += exact + nets;
	}
	if (!error)
		error = mxw_store_clear(session->store, err);
	if (!error)
		error = mxw_store_set_dirty(session->store, true, err);
	if (error) {
		mxw_store_rollback(session->store);
		return error;
	}
	error = mxw_store_commit(session->store, err);
	if (error)
		return error;
	if (session->attached && mxw_reconcile(session->store, &session->maps, mxw_clock_mono(),
					       true, &differences, NULL, err))
		return maps_behind(err);
	return mxw_store_set_dirty(session->store, false, err);
}

int mxw_apply_mode(struct mxw_session *session, uint32_t mode, struct mxw_err *err)
{
	struct mxw_config config;
	int error = mxw_switches_read(&session->maps, &config, err);

	if (error)
		return error;
	config.mode = mode;
	return mxw_switches_write(&session->maps, &config, err);
}
