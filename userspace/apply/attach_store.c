// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening the store for an attach: whole, or what can be read of it. Called by attach.
 */
#include <stdio.h>
#include <string.h>

#include "apply/attach_store.h"
#include "state/intents.h"
#include "state/lock.h"

/* Reads all of it: a page may be damaged behind an intact header. */
static int look_through(struct mxw_store *store, struct mxw_err *err)
{
	uint64_t exact, nets;
	int error = MXW_OK;

	for (int c = MXW_CLASS_ALLOW; c <= MXW_CLASS_BLOCK && !error; c++)
		error = mxw_store_count(store, (enum mxw_class)c, &exact, &nets, err);
	return error;
}

static int open_whole(struct mxw_store **out, struct mxw_err *err)
{
	int error = mxw_store_open(MXW_STATE_DIR, true, out, err);

	return error ? error : look_through(*out, err);
}

void mxw_attach_amiss(struct mxw_attach_result *result, const struct mxw_report *report,
		      const char *sentence)
{
	if (result->amiss[0])
		mxw_note(report, "%s", sentence);
	else
		(void)snprintf(result->amiss, sizeof(result->amiss), "%s", sentence);
}

/* A damaged database must not keep a mail server unprotected, nor be deleted. */
static int begin_again(struct mxw_store **out, struct mxw_attach_result *result,
		       const struct mxw_report *report, struct mxw_err *err)
{
	char moved[256];

	if (mxw_store_set_aside(MXW_STATE_DIR, moved, err))
		return MXW_E_FAIL;
	mxw_note(report, "the state database was damaged: kept as %s, starting with no entries",
		 moved);
	result->store_lost = true;
	return mxw_store_open(MXW_STATE_DIR, true, out, err);
}

/* A disk that takes nothing must not either. err, of the open that failed, stays if this fails. */
static int open_copy(struct mxw_store **out, struct mxw_attach_result *result,
		     const struct mxw_report *report, const struct mxw_err *err)
{
	char sentence[sizeof(result->amiss)];
	struct mxw_err why;
	int error = mxw_store_open_copy(MXW_STATE_DIR, MXW_RUN_DIR "/attach", out, &why);

	if (!error)
		error = look_through(*out, &why);
	if (error)
		return error;
	(void)snprintf(
		sentence, sizeof(sentence),
		"attached with the entries that are stored, but nothing can be stored: %.250s",
		err->text);
	mxw_attach_amiss(result, report, sentence);
	return MXW_OK;
}

int mxw_attach_store(struct mxw_store **out, struct mxw_attach_result *result,
		     const struct mxw_report *report, struct mxw_err *err)
{
	if (open_whole(out, err) == MXW_OK)
		return MXW_OK;
	mxw_store_close(*out);
	*out = NULL;
	if (strstr(err->text, "damaged"))
		return begin_again(out, result, report, err);
	return open_copy(out, result, report, err);
}
