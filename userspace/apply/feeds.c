// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing feeds: the store and the list files, then the table. Called by the verbs of feed, and by
 * sessions that find the feeds' mark. Single entries are feed_import.c's part.
 */
#include <stdio.h>
#include <string.h>

#include "apply/feed_build.h"
#include "apply/feed_content.h"
#include "apply/feeds.h"
#include "base/clock.h"
#include "datapath/feed_table.h"

const char *mxw_feed_mode_name(uint8_t action)
{
	static const char *const names[] = { "none", "allow", "enforce", "limit", "shadow" };

	return action < sizeof(names) / sizeof(names[0]) ? names[action] : "unknown";
}

const struct mxw_vendor_feed *mxw_feed_vendor(const struct mxw_feed *feed)
{
	return mxw_vendor_of(feed->name, feed->kind == MXW_FEED_URL ? feed->where : NULL);
}

const char *mxw_feed_shown(const struct mxw_feed *feed, char out[MXW_URL_TEXT])
{
	if (feed->kind == MXW_FEED_URL)
		return mxw_url_mask(feed->where, out);
	(void)snprintf(out, MXW_URL_TEXT, "%s", feed->where);
	return out;
}

/* Lists that are too coarse to drop by, by their makers' own words. */
int mxw_feeds_check_mode(const struct mxw_feed *feed, uint8_t action, struct mxw_err *err)
{
	const struct mxw_vendor_feed *vendor = mxw_feed_vendor(feed);

	if (!vendor || !vendor->limit_only || action != MXW_FEED_ENFORCE)
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE,
			"%s is not made for dropping mail: choose the mode limit or shadow",
			vendor->name);
}

int mxw_feeds_find(struct mxw_store *store, const char *name, struct mxw_feed *out,
		   struct mxw_err *err)
{
	bool found;
	int error = mxw_store_feed(store, name, out, &found, err);

	if (!error && !found)
		return mxw_fail(err, MXW_E_FAIL,
				"there is no feed \"%.60s\": `xdpctl feed list` shows those there "
				"are",
				name);
	return error;
}

/* The store has the change; the mark has the next session build the table. */
static int table_behind(struct mxw_err *err)
{
	struct mxw_err refusal = *err;

	return mxw_fail(err, MXW_E_DEGRADED,
			"%.350s; the change is stored, and the next one or `xdpctl verify "
			"--repair` puts it in force",
			refusal.text);
}

/* The table follows what is stored by now. */
static int follow(struct mxw_session *session, const struct mxw_report *report, struct mxw_err *err)
{
	if (session->attached &&
	    mxw_feeds_build(session->store, &session->maps, report, err) != MXW_OK)
		return table_behind(err);
	mxw_feeds_unmark();
	return MXW_OK;
}

static bool is_known(void *context, const char *name)
{
	struct mxw_feed feed;
	bool found;

	return mxw_store_feed(context, name, &feed, &found, NULL) != MXW_OK || found;
}

int mxw_feeds_finish(struct mxw_session *session, const struct mxw_report *report,
		     struct mxw_err *err)
{
	if (!mxw_feeds_marked())
		return MXW_OK;
	mxw_listfile_sweep(is_known, session->store);
	if (session->attached)
		mxw_note(report, "finishing an interrupted change of the feeds");
	return follow(session, report, err);
}

static int refused(const struct mxw_feed_job *job, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL, "feed %s: %s%s", job->feed.name, job->why,
			job->ruling == MXW_GUARD_HOLD ? "; --force takes it all the same" : "");
}

/* A slot that another feed had must not pass its counts on. */
static int clear_counters(struct mxw_session *session, uint8_t slot, struct mxw_err *err)
{
	int error = MXW_OK;

	for (int allows = 0; allows < 2 && !error && session->attached; allows++)
		error = mxw_feed_counter_clear(&session->maps, MXW_FEED_CLASS(slot, allows), err);
	return error;
}

static void note_reading(struct mxw_feed *feed, const struct mxw_feed_reading *reading)
{
	(void)snprintf(feed->etag, sizeof(feed->etag), "%s", reading->etag);
	(void)snprintf(feed->last_modified, sizeof(feed->last_modified), "%s",
		       reading->last_modified);
	feed->fetched = feed->tried = mxw_clock_wall();
	feed->error[0] = '\0';
}

/* How old what comes in force now is; before note_reading(). */
static void note_content(struct mxw_feed *feed, const struct mxw_feed_job *job)
{
	feed->changed = mxw_feed_content_date(feed, job->reading.last_modified, !job->same,
					      mxw_clock_wall());
}

int mxw_feeds_add(struct mxw_session *session, struct mxw_feed_job *job,
		  const struct mxw_report *report, struct mxw_err *err)
{
	struct mxw_feed there;
	bool found;
	int error = mxw_store_feed(session->store, job->feed.name, &there, &found, err);

	if (!error)
		error = mxw_feeds_check_mode(&job->feed, job->feed.action, err);
	if (!error && found)
		error = mxw_fail(err, MXW_E_FAIL,
				 "there is a feed %s already: `xdpctl feed refresh %s` reads it "
				 "again, `xdpctl feed remove %s` removes it",
				 there.name, there.name, there.name);
	if (!error && job->ruling != MXW_GUARD_GOOD)
		error = refused(job, err);
	if (!error)
		error = mxw_store_feed_slot(session->store, &job->feed.slot, err);
	if (!error)
		error = mxw_feeds_mark(err);
	if (!error)
		error = clear_counters(session, job->feed.slot, err);
	if (!error)
		error = mxw_listfile_write(job->feed.name, MXW_LISTFILE_GOOD, &job->list, err);
	if (error)
		return error;
	note_content(&job->feed, job);
	note_reading(&job->feed, &job->reading);
	job->feed.found = job->reading.formats;
	/* The list is in its file: building needs the memory. */
	mxw_list_free(&job->list);
	job->list = (struct mxw_list){ 0 };
	error = mxw_store_feed_put(session->store, &job->feed, err);
	return error ? error : follow(session, report, err);
}

int mxw_feeds_failed(struct mxw_session *session, const char *name, const char *why,
		     struct mxw_err *err)
{
	struct mxw_feed feed;
	int error = mxw_feeds_find(session->store, name, &feed, err);

	if (error)
		return error;
	(void)snprintf(feed.error, sizeof(feed.error), "%.250s", why);
	feed.tried = mxw_clock_wall();
	return mxw_store_feed_put(session->store, &feed, err);
}

static int hold(struct mxw_session *session, struct mxw_feed_job *job, struct mxw_feed *feed,
		struct mxw_err *err)
{
	int error = mxw_listfile_write(feed->name, MXW_LISTFILE_HELD, &job->list, err);

	if (error)
		return error;
	note_reading(feed, &job->reading);
	feed->held = true;
	feed->found_held = job->reading.formats;
	(void)snprintf(feed->why_held, sizeof(feed->why_held), "%s", job->why);
	return mxw_store_feed_put(session->store, feed, err);
}

/* The last good copy is as new as its publisher's, and its content as old as it was. */
static int unchanged(struct mxw_session *session, struct mxw_feed *feed,
		     const struct mxw_report *report, struct mxw_err *err)
{
	int error;

	if (feed->held) {
		feed->tried = mxw_clock_wall();
		return mxw_store_feed_put(session->store, feed, err);
	}
	error = mxw_feeds_mark(err);
	if (error)
		return error;
	feed->fetched = feed->tried = mxw_clock_wall();
	feed->error[0] = '\0';
	error = mxw_store_feed_put(session->store, feed, err);
	return error ? error : follow(session, report, err);
}

static int take_good(struct mxw_session *session, struct mxw_feed_job *job, struct mxw_feed *feed,
		     const struct mxw_report *report, struct mxw_err *err)
{
	int error = mxw_feeds_mark(err);

	if (!error)
		error = mxw_listfile_write(feed->name, MXW_LISTFILE_GOOD, &job->list, err);
	if (!error)
		error = mxw_listfile_drop_held(feed->name, err);
	if (error)
		return error;
	mxw_list_free(&job->list);
	job->list = (struct mxw_list){ 0 };
	note_content(feed, job);
	note_reading(feed, &job->reading);
	feed->found = job->reading.formats ? job->reading.formats : feed->found;
	feed->held = false;
	feed->why_held[0] = '\0';
	error = mxw_store_feed_put(session->store, feed, err);
	return error ? error : follow(session, report, err);
}

int mxw_feeds_take(struct mxw_session *session, struct mxw_feed_job *job,
		   enum mxw_feed_result *result, const struct mxw_report *report,
		   struct mxw_err *err)
{
	struct mxw_feed feed;
	int error = mxw_feeds_find(session->store, job->feed.name, &feed, err);

	*result = MXW_FEED_UNCHANGED;
	if (error)
		return error;
	/* It may have been removed and added again while this one read. */
	if (strcmp(feed.where, job->feed.where) != 0 || feed.action != job->feed.action)
		return mxw_fail(err, MXW_E_FAIL, "feed %s was changed meanwhile: try again",
				feed.name);
	if (job->reading.not_modified)
		return unchanged(session, &feed, report, err);
	if (job->ruling == MXW_GUARD_BAD) {
		error = mxw_feeds_failed(session, feed.name, job->why, err);
		return error ? error : refused(job, err);
	}
	*result = job->ruling == MXW_GUARD_HOLD ? MXW_FEED_HELD : MXW_FEED_TAKEN;
	return job->ruling == MXW_GUARD_HOLD ? hold(session, job, &feed, err)
					     : take_good(session, job, &feed, report, err);
}

int mxw_feeds_accept(struct mxw_session *session, const char *name, const struct mxw_report *report,
		     struct mxw_err *err)
{
	struct mxw_feed feed;
	int error = mxw_feeds_find(session->store, name, &feed, err);

	if (error)
		return error;
	if (!feed.held)
		return mxw_fail(err, MXW_E_FAIL, "feed %s has no list that is held", name);
	error = mxw_feeds_mark(err);
	if (!error)
		error = mxw_listfile_accept(name, err);
	if (error)
		return error;
	feed.held = false;
	feed.changed = feed.fetched; /* when it came */
	feed.found = feed.found_held ? feed.found_held : feed.found;
	feed.why_held[0] = '\0';
	error = mxw_store_feed_put(session->store, &feed, err);
	return error ? error : follow(session, report, err);
}

int mxw_feeds_remove(struct mxw_session *session, const char *name, const struct mxw_report *report,
		     struct mxw_err *err)
{
	struct mxw_feed feed;
	int error = mxw_feeds_find(session->store, name, &feed, err);

	if (!error)
		error = mxw_feeds_mark(err);
	if (!error)
		error = mxw_store_feed_remove(session->store, name, err);
	if (!error)
		error = mxw_listfile_remove(name, err);
	return error ? error : follow(session, report, err);
}

int mxw_feeds_mode(struct mxw_session *session, const char *name, uint8_t action,
		   const struct mxw_report *report, struct mxw_err *err)
{
	struct mxw_feed feed;
	int error = mxw_feeds_find(session->store, name, &feed, err);

	if (!error)
		error = mxw_feeds_check_mode(&feed, action, err);
	if (error)
		return error;
	if ((feed.action == MXW_FEED_ALLOW) != (action == MXW_FEED_ALLOW))
		return mxw_fail(err, MXW_E_USAGE,
				"feed %s is %s allow feed, which cannot be changed: remove it, and "
				"add it again",
				name, feed.action == MXW_FEED_ALLOW ? "an" : "no");
	error = mxw_feeds_mark(err);
	if (error)
		return error;
	feed.action = action;
	error = mxw_store_feed_put(session->store, &feed, err);
	return error ? error : follow(session, report, err);
}
