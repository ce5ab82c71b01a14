// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Single entries: into the journal, then into the units they touch. Called by feed import.
 */
#include "apply/feed_build.h"
#include "apply/feeds.h"

#define JOURNAL_MOST 4096 /* then it goes into the list */

static int touched_by(const struct mxw_deltas *deltas, struct mxw_ranges *out, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < deltas->count && !error; i++) {
		const struct mxw_delta *delta = &deltas->items[i];

		if (delta->ipv4)
			error = mxw_ranges_add4(out,
						(struct mxw_range4){ (uint32_t)delta->first,
								     (uint32_t)delta->last },
						err);
		else
			error = mxw_ranges_add6(
				out, (struct mxw_range6){ delta->first, delta->last }, err);
	}
	return error ? error : mxw_ranges_settle(out, NULL, err);
}

/* The list with its journal in it becomes the list; its journal belongs to it no more. */
static int fold(struct mxw_feed_page *page, struct mxw_err *err)
{
	int error = mxw_feed_page_read(page, NULL, NULL, err);

	return error ? error
		     : mxw_listfile_write(page->feed.name, MXW_LISTFILE_GOOD, page->list, err);
}

static int repaint(struct mxw_session *session, const struct mxw_deltas *deltas,
		   const struct mxw_report *report, struct mxw_err *err)
{
	struct mxw_ranges touched = { 0 };
	struct mxw_err refusal;
	int error = touched_by(deltas, &touched, err);

	if (!error &&
	    mxw_feeds_repaint(session->store, &session->maps, &touched, report, &refusal) != MXW_OK)
		error = mxw_fail(err, MXW_E_DEGRADED,
				 "%.350s; the change is stored, and the next one or `xdpctl "
				 "verify --repair` puts it in force",
				 refusal.text);
	mxw_ranges_free(&touched);
	return error;
}

static int import(struct mxw_session *session, struct mxw_feed_page *page,
		  const struct mxw_deltas *deltas, const struct mxw_report *report,
		  struct mxw_err *err)
{
	int error = mxw_feeds_mark(err);

	if (!error)
		error = mxw_delta_append(page->feed.name, page->file.id, deltas->items,
					 deltas->count, err);
	if (!error && session->attached)
		error = repaint(session, deltas, report, err);
	if (!error && page->deltas.count + deltas->count > JOURNAL_MOST) {
		mxw_deltas_free(&page->deltas);
		error = mxw_delta_read(page->feed.name, page->file.id, &page->deltas, err);
		if (!error)
			error = fold(page, err);
	}
	if (!error)
		mxw_feeds_unmark();
	return error;
}

static int judge_deltas(const struct mxw_block_guard *guard, const struct mxw_feed *feed,
			const struct mxw_deltas *deltas, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < deltas->count && !error; i++)
		error = mxw_block_guard_delta(guard, feed, "", &deltas->items[i], err);
	return error;
}

int mxw_feeds_import(struct mxw_session *session, const char *name, const struct mxw_deltas *deltas,
		     const struct mxw_block_guard *guard, const struct mxw_report *report,
		     struct mxw_err *err)
{
	struct mxw_feed_page page = { 0 };
	struct mxw_feed feed;
	int error = mxw_feeds_find(session->store, name, &feed, err);

	if (error || !deltas->count)
		return error;
	error = judge_deltas(guard, &feed, deltas, err);
	if (!error)
		error = mxw_feed_page_open(&feed, false, &page, err);
	if (!error)
		error = import(session, &page, deltas, report, err);
	mxw_feed_page_close(&page);
	return error;
}
