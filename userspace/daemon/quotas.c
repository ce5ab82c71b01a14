// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Quotas over a restart: what the lists were asked in the last 24 hours, written each minute on
 * libuv's thread, and read at the start. Called at the start and each second.
 */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "daemon/daemon.h"

#define EVERY (60 * MXW_SECOND)
#define FILE_NAME "asked.json"

_Static_assert(MXW_ASKED_NAME >= MXW_DNSBL_ZONE_TEXT, "a zone fits");
_Static_assert(MXW_ASKED_SPENT == MXW_BUDGET_SLOTS, "a budget fits");
_Static_assert(MXW_ASKED_LISTS >= 2 * MXW_DNSBL_ZONES, "lists of addresses and names fit");

/* Beside the database. */
static void set_path(struct mxw_daemon *daemon)
{
	char copy[MXW_SETTING_TEXT];

	(void)mxw_text(copy, sizeof(copy), "%s", daemon->settings.controller.state);
	(void)mxw_text(daemon->quotas.path, sizeof(daemon->quotas.path), "%s/" FILE_NAME,
		       dirname(copy));
}

static void collect(struct mxw_dnsbl *engine, struct mxw_asked *asked)
{
	const struct mxw_dnsbl_setup *setup = mxw_dnsbl_setup_of(engine);

	for (unsigned int i = 0; i < setup->plan.sites.zone_count; i++) {
		struct mxw_asked_list *list = &asked->list[asked->count++];

		(void)mxw_text(list->list, sizeof(list->list), "%s", setup->plan.sites.zone[i]);
		list->names = setup->names;
		mxw_dnsbl_spent(engine, i, list->spent);
	}
}

/* NULL without memory. */
static struct mxw_asked *collect_all(const struct mxw_daemon *daemon)
{
	struct mxw_asked *asked = calloc(1, sizeof(*asked));

	if (!asked)
		return NULL;
	asked->at = mxw_clock_wall() / MXW_SECOND;
	collect(daemon->engine, asked);
	if (daemon->names)
		collect(mxw_names_lists(daemon->names), asked);
	return asked;
}

/* On libuv's thread. */
static void write_on(uv_work_t *work)
{
	struct mxw_daemon *daemon = work->data;
	struct mxw_daemon_quotas *quotas = &daemon->quotas;

	quotas->error = mxw_asked_write(quotas->path, quotas->writing, &quotas->err);
}

static void written(uv_work_t *work, int status)
{
	struct mxw_daemon *daemon = work->data;
	struct mxw_daemon_quotas *quotas = &daemon->quotas;

	(void)status;
	if (quotas->error && !quotas->failed)
		mxw_log_say(&daemon->log, MXW_LOG_WARNING,
			    "%s: until that works, a restart gives each list its day's quota again",
			    quotas->err.text);
	quotas->failed = quotas->error;
	free(quotas->writing);
	quotas->writing = NULL;
}

void mxw_daemon_quotas_second(struct mxw_daemon *daemon, uint64_t now)
{
	struct mxw_daemon_quotas *quotas = &daemon->quotas;

	if (quotas->writing || now < quotas->next)
		return;
	quotas->next = now + EVERY;
	quotas->writing = collect_all(daemon);
	if (quotas->writing && uv_queue_work(&daemon->loop, &quotas->work, write_on, written))
		written(&quotas->work, 0); /* without a thread it waits a minute */
}

void mxw_daemon_quotas_end(struct mxw_daemon *daemon)
{
	struct mxw_daemon_quotas *quotas = &daemon->quotas;

	quotas->writing = collect_all(daemon);
	if (!quotas->writing)
		return;
	write_on(&quotas->work);
	written(&quotas->work, 0);
}

/* seconds: since that was written. */
static void give_back(struct mxw_dnsbl *engine, const struct mxw_asked *asked, uint64_t seconds)
{
	const struct mxw_dnsbl_setup *setup = mxw_dnsbl_setup_of(engine);

	for (size_t i = 0; i < asked->count; i++)
		for (unsigned int z = 0; z < setup->plan.sites.zone_count; z++)
			if (asked->list[i].names == setup->names &&
			    strcmp(asked->list[i].list, setup->plan.sites.zone[z]) == 0)
				mxw_dnsbl_spent_before(engine, z, asked->list[i].spent,
						       seconds * MXW_SECOND);
}

/* A clock that was set back in between makes it younger than it is, which is on the safe side. */
void mxw_daemon_quotas_resume(struct mxw_daemon *daemon)
{
	struct mxw_asked *asked = malloc(sizeof(*asked));
	uint64_t now = mxw_clock_wall() / MXW_SECOND, age;
	struct mxw_err err;

	set_path(daemon);
	daemon->quotas.work.data = daemon;
	daemon->quotas.next = mxw_clock_mono() + EVERY;
	if (!asked)
		return;
	if (mxw_asked_read(daemon->quotas.path, asked, &err))
		mxw_log_say(&daemon->log, MXW_LOG_WARNING,
			    "%s: each list has its day's quota again", err.text);
	if (asked->count) {
		age = now > asked->at ? now - asked->at : 0;
		give_back(daemon->engine, asked, age);
		if (daemon->names)
			give_back(mxw_names_lists(daemon->names), asked, age);
	}
	free(asked);
}
