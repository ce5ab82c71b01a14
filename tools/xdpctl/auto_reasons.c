// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reasons of automatic entries. Called by list and explain. Nothing here is an error of
 * theirs: without a reason an entry is still an entry.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auto_reasons.h"
#include "config/config.h"

/* A configuration with a mistake is as good as none: the controller would not take it. */
static struct mxw_auto_reader *open_stated(struct mxw_settings *settings,
					   struct mxw_mistakes *mistakes)
{
	struct mxw_auto_reader *store;
	struct mxw_err err;

	mxw_config_defaults(settings);
	(void)mxw_config_read(MXW_CONFIG_PATH, geteuid(), settings, mistakes);
	return mxw_auto_reader_open(settings->controller.state, &store, &err) ? NULL : store;
}

struct mxw_auto_reader *auto_reasons_open(void)
{
	struct mxw_settings *settings = malloc(sizeof(*settings));
	struct mxw_mistakes *mistakes = malloc(sizeof(*mistakes));
	struct mxw_auto_reader *store = NULL;

	if (settings && mistakes)
		store = open_stated(settings, mistakes);
	free(settings);
	free(mistakes);
	return store;
}

struct reason {
	char *out;
	size_t size;
};

static int take(void *context, const struct mxw_auto_row *row)
{
	const struct reason *reason = context;

	(void)snprintf(reason->out, reason->size, "%s", row->why); /* cut is fine */
	return MXW_OK;
}

const char *auto_reason(struct mxw_auto_reader *store, uint64_t source, char *out, size_t size)
{
	struct reason reason = { out, size };
	struct mxw_err err;

	out[0] = '\0';
	if (store)
		(void)mxw_auto_reader_find(store, source, take, &reason, &err);
	return out;
}
