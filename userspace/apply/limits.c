// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of the limits from the operator to the kernel. Called by attach and xdpctl.
 */
#include "apply/limits.h"
#include "state/limit_settings.h"
#include "state/limits.h"
#include "state/lock.h"
#include "state/store.h"

static int put_in_force(const struct mxw_maps *maps, const struct mxw_limits *limits,
			struct mxw_err *err)
{
	struct mxw_limits_view *view;
	int error = mxw_limits_open(maps, &view, err);

	if (!error)
		error = mxw_limits_write(view, limits, err);
	mxw_limits_close(view);
	return error;
}

int mxw_limits_restore(const struct mxw_maps *maps, const struct mxw_report *report,
		       struct mxw_err *err)
{
	struct mxw_limits limits = { 0 };
	int error = mxw_limits_load(MXW_STATE_DIR, &limits, report, err);

	return error ? error : put_in_force(maps, &limits, err);
}

/* The maps follow, if there are any. */
static int follow(const struct mxw_limits *limits, struct mxw_err *err)
{
	struct mxw_maps maps;
	int error = MXW_OK;

	if (!mxw_maps_pinned())
		return MXW_OK;
	error = mxw_maps_open(&maps, err);
	if (!error)
		error = put_in_force(&maps, limits, err);
	mxw_maps_close(&maps);
	return error;
}

static int change_locked(const char *const *settings, size_t count, bool dry_run,
			 struct mxw_limits *after, const struct mxw_report *report,
			 struct mxw_err *err)
{
	int error = mxw_limits_load(MXW_STATE_DIR, after, report, err);

	for (size_t i = 0; i < count && !error; i++)
		error = mxw_limits_set(after, settings[i], err);
	if (error || dry_run)
		return error;
	error = mxw_limits_save(MXW_STATE_DIR, after, err);
	return error ? error : follow(after, err);
}

int mxw_limits_change(const char *const *settings, size_t count, bool dry_run,
		      struct mxw_limits *after, const struct mxw_report *report,
		      struct mxw_err *err)
{
	int lock = mxw_lock_within(MXW_LOCK_WAY_OUT, err), error;
	char holder[MXW_LOCK_HOLDER];

	if (lock < 0 && lock != MXW_E_BUSY)
		return lock;
	if (lock < 0) {
		mxw_lock_holder(holder);
		mxw_note(report, "%s holds the lock, so this is done without it", holder);
	}
	*after = (struct mxw_limits){ 0 };
	error = change_locked(settings, count, dry_run, after, report, err);
	mxw_unlock(lock);
	return error;
}
