// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of sources and of clients, and the evidence they are. Called by the daemon.
 */
#include <string.h>

#include "base/addr.h"
#include "policy/dnsbl_name.h"
#include "sources/names_inside.h"

/* What the lists know of a name and its parents; opinions are kept in room. */
static void look_up(const struct mxw_names *names, struct mxw_names_view *view,
		    struct mxw_dnsbl_opinion room[MXW_NAMES_ASKED])
{
	const char *asked[MXW_NAMES_ASKED];

	if (!*view->name || !names->setup.lists.plan.sites.zone_count)
		return;
	view->count = mxw_name_ask(view->name, asked);
	for (unsigned int i = 0; i < view->count; i++) {
		uint64_t key = mxw_dnsbl_name_key(names->lists, asked[i]);

		view->hit[i].name = asked[i];
		if (mxw_dnsbl_opinion(names->lists, key, &room[i]))
			view->hit[i].score = &room[i].score;
	}
}

/* The source's names as they are known now. */
static struct mxw_names_view view_of(const struct mxw_names *names, uint64_t key,
				     struct mxw_dnsbl_opinion room[MXW_NAMES_ASKED])
{
	const struct mxw_names_entry *entry = mxw_names_cache_find(&names->cache, key);
	uint32_t now = mxw_names_second(names);
	struct mxw_names_view view = { .kind = MXW_REVERSE_UNKNOWN, .name = "" };

	view.forgone = entry && entry->forgone && entry->forgone <= now;
	view.skipped = !view.forgone;
	if (entry && (entry->job || entry->until > now)) {
		view.skipped = false;
		view.kind = entry->kind; /* while it is looked up again, what it was */
		view.name = entry->name;
		view.waiting = entry->job && !names->job[entry->job - 1].late;
	}
	look_up(names, &view, room);
	return view;
}

struct mxw_evidence mxw_names_evidence_of(const struct mxw_names *names, uint64_t key, char *out,
					  size_t size)
{
	struct mxw_dnsbl_opinion room[MXW_NAMES_ASKED];
	const struct mxw_names_view view = view_of(names, key, room);

	return mxw_names_evidence(&names->setup.weights, &names->setup.lists.plan, &view, out,
				  size);
}

uint32_t mxw_names_against(const struct mxw_names *names, uint64_t key)
{
	struct mxw_dnsbl_opinion room[MXW_NAMES_ASKED];
	const struct mxw_names_view view = view_of(names, key, room);
	uint32_t lists = 0;

	for (unsigned int i = 0; i < view.count; i++) {
		const struct mxw_dnsbl_score *score = view.hit[i].score;

		for (unsigned int p = 0; score && p < score->part_count; p++) {
			const struct mxw_dnsbl_line *line =
				&names->setup.lists.plan.sites.line[score->part[p].line];

			if (line->weight > 0)
				lists |= 1U << line->zone;
		}
	}
	return lists;
}

/* The reverse name is known: the lists may have forgotten it. */
static enum mxw_seen seen_known(struct mxw_names *names, struct mxw_names_entry *entry,
				enum mxw_rank rank)
{
	struct mxw_names_job *job;

	if (!*entry->name || !names->setup.lists.plan.sites.zone_count)
		return MXW_SEEN_READY;
	job = mxw_names_job_take(names, entry->key, rank);
	if (!job) {
		mxw_names_job_skipped(names, entry);
		return MXW_SEEN_READY;
	}
	entry->forgone = 0;
	if (mxw_names_job_lists(names, job, entry->name)) {
		entry->job = mxw_names_job_number(names, job);
		return MXW_SEEN_WAIT;
	}
	mxw_names_job_drop(names, job);
	return MXW_SEEN_READY;
}

enum mxw_seen mxw_names_seen(struct mxw_names *names, const uint8_t addr[16], enum mxw_rank rank)
{
	uint32_t now = mxw_names_second(names);
	struct mxw_names_entry *entry;
	struct mxw_names_job *job;

	if (!names->setup.on || !mxw_dnsbl_askable(addr))
		return MXW_SEEN_SPARED;
	entry = mxw_names_cache_take(&names->cache, mxw_addr_key(addr), now);
	if (!entry) {
		names->counts.unasked++;
		return MXW_SEEN_SPARED;
	}
	if (entry->job)
		return MXW_SEEN_WAIT;
	if (entry->until > now)
		return seen_known(names, entry, rank);
	job = mxw_names_job_take(names, entry->key, rank);
	if (job && mxw_names_job_reverse(names, job, entry, addr))
		return MXW_SEEN_WAIT;
	mxw_names_job_skipped(names, entry);
	return MXW_SEEN_SPARED;
}

enum mxw_seen mxw_names_helo_seen(struct mxw_names *names, const char *helo,
				  const struct mxw_names_asker *asker)
{
	struct mxw_names_job *job;
	char name[MXW_NAME_TEXT];

	if (!names->setup.on || !names->setup.lists.plan.sites.zone_count ||
	    !mxw_name_take(helo, name))
		return MXW_SEEN_SPARED;
	job = mxw_names_job_take(names, 0, MXW_RANK_PRESENT);
	if (!job)
		return MXW_SEEN_SPARED;
	job->helo = true;
	job->asker = *asker;
	if (mxw_names_job_lists(names, job, name)) {
		names->counts.helo++;
		return MXW_SEEN_WAIT;
	}
	mxw_names_job_drop(names, job);
	return MXW_SEEN_READY;
}

struct mxw_evidence mxw_names_helo(const struct mxw_names *names, const char *helo, char *out,
				   size_t size)
{
	struct mxw_dnsbl_opinion room[MXW_NAMES_ASKED];
	char name[MXW_NAME_TEXT];
	struct mxw_names_view view = { .kind = MXW_REVERSE_UNKNOWN, .name = name };

	(void)mxw_name_take(helo, name); /* "" then: nothing is known */
	look_up(names, &view, room);
	return mxw_names_helo_evidence(&names->setup.weights, &names->setup.lists.plan, &view, out,
				       size);
}

void mxw_names_tick(struct mxw_names *names)
{
	if (names->setup.on)
		mxw_dnsbl_tick(names->lists);
	for (uint32_t n = 0; n < MXW_NAMES_JOBS && names->counts.jobs + names->counts.resting; n++)
		if (names->job[n].state != MXW_JOB_FREE)
			mxw_names_job_tend(names, &names->job[n]);
}

struct mxw_dnsbl *mxw_names_lists(const struct mxw_names *names)
{
	return names->lists;
}

struct mxw_names_counts mxw_names_counts(const struct mxw_names *names)
{
	return names->counts;
}
