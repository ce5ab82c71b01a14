// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon's state as pictures for control/.
 */
#include <string.h>

#include "apply/standing.h"
#include "base/addr.h"
#include "base/clock.h"
#include "daemon/daemon.h"

static void copy_figures(const struct mxw_dnsbl_stats *stats, struct mxw_list_picture *list)
{
	list->asked = stats->asked;
	list->listed = stats->listed;
	list->not_listed = stats->not_listed;
	memcpy(list->errors, stats->errors, sizeof(list->errors));
	list->unasked = stats->unasked;
	list->over_second = stats->over_second;
	list->over_day = stats->over_day;
	list->alone = stats->alone;
	memcpy(list->with, stats->with, sizeof(list->with));
	list->median = mxw_histogram_within(&stats->latency, 50);
	list->high = mxw_histogram_within(&stats->latency, 99);
}

static void show_list(struct mxw_dnsbl *engine, unsigned int number, struct mxw_list_picture *list)
{
	const struct mxw_list_health *health = mxw_dnsbl_health(engine, number);
	uint64_t now = mxw_clock_mono();

	list->health = mxw_list_health_name(health);
	list->hint = mxw_list_health_hint(health);
	list->online = health->state == MXW_HEALTH_ONLINE;
	list->ipv6 = health->ipv6;
	list->suspected = list->online && health->suspicion;
	if (health->suspected_at)
		list->suspected_for = mxw_suspicion_name(health->suspected_last);
	list->suspected_ago = (now - health->suspected_at) / MXW_SECOND;
	memcpy(list->suspicions, health->suspicions, sizeof(list->suspicions));
	list->since = (now - health->since) / MXW_SECOND;
	list->per_second = health->rules.per_second;
	list->today = mxw_dnsbl_used_today(engine, number, &list->per_day);
	mxw_dnsbl_flow_left(engine, number, list->flow);
	copy_figures(mxw_dnsbl_stats(engine, number), list);
}

static void show_lists(struct mxw_dnsbl *engine, struct mxw_lists_picture *picture)
{
	const struct mxw_dnsbl_setup *setup = mxw_dnsbl_setup_of(engine);
	const struct mxw_dnsbl_counts counts = mxw_dnsbl_counts(engine);

	picture->watched = true;
	for (int rank = 0; rank < MXW_RANKS; rank++) {
		picture->admitted[rank] = counts.admitted[rank];
		picture->shed[rank] = counts.shed[rank];
		picture->waiting[rank] = counts.waiting[rank];
	}
	picture->names = setup->names;
	picture->sites = setup->plan.sites;
	picture->count = (unsigned int)picture->sites.zone_count;
	for (unsigned int i = 0; i < picture->count; i++) {
		mxw_list_picture_name(picture, i);
		show_list(engine, i, &picture->list[i]);
	}
}

void mxw_daemon_picture_lists(struct mxw_daemon *daemon,
			      struct mxw_lists_picture picture[MXW_LISTS_PICTURES])
{
	show_lists(daemon->engine, &picture[0]);
	picture[1].count = 0;
	if (mxw_daemon_names_on(daemon))
		show_lists(mxw_names_lists(daemon->names), &picture[1]);
}

/* Copies numbers only: nobody has to wait for a status. */
void mxw_daemon_picture_status(struct mxw_daemon *daemon, struct mxw_status_picture *picture)
{
	const struct mxw_auto_counts automatic = mxw_auto_counts(daemon->automatic);
	const struct mxw_resolver_counts resolver = mxw_resolver_counts(daemon->resolver);
	unsigned int lists =
		(unsigned int)mxw_dnsbl_setup_of(daemon->engine)->plan.sites.zone_count;

	*picture = (struct mxw_status_picture){
		.version = MXW_VERSION,
		.up = (mxw_clock_mono() - daemon->control.began) / MXW_SECOND,
		.lists = lists,
		.entries = automatic.entries,
		.waiting = automatic.waiting,
		.enforced_ratio = mxw_auto_enforced_ratio(daemon->automatic),
		.reports = daemon->reports,
		.decisions = daemon->decisions,
		.queued = resolver.queued,
		.in_flight = resolver.in_flight,
		.hold_unknown = daemon->settings.filter.hold_unknown,
		.shadow = daemon->settings.filter.automatic == MXW_AUTOMATIC_SHADOW,
		.storing = automatic.storing,
		.stopped = daemon->keeper_stopped ? (int)daemon->keeper : 0,
	};
	for (unsigned int i = 0; i < lists; i++)
		picture->lists_online += mxw_dnsbl_health(daemon->engine, i)->state ==
					 MXW_HEALTH_ONLINE;
}

void mxw_daemon_picture_source(struct mxw_daemon *daemon, const uint8_t addr[16],
			       struct mxw_source_picture *picture)
{
	const struct mxw_dnsbl_plan *plan = &mxw_dnsbl_setup_of(daemon->engine)->plan;
	uint64_t key = mxw_addr_key(addr), now = mxw_clock_mono(), until = 0;
	struct mxw_dnsbl_opinion opinion;

	memset(picture, 0, sizeof(*picture));
	picture->known = mxw_dnsbl_opinion(daemon->engine, key, &opinion);
	if (picture->known) {
		picture->complete = opinion.complete && !opinion.score.partial;
		picture->score = opinion.score.score;
		(void)mxw_dnsbl_score_text(plan, &opinion.score, picture->why,
					   sizeof(picture->why));
	}
	picture->blocked = mxw_auto_stands(daemon->automatic, key, now, &until);
	picture->left = picture->blocked && until > now ? (until - now) / MXW_SECOND : 0;
}

/* The engine's list of that name; -1 if a reload has removed it. */
static int number_of(const struct mxw_dnsbl_sites *sites, const char *zone)
{
	for (unsigned int i = 0; i < sites->zone_count; i++)
		if (strcmp(sites->zone[i], zone) == 0)
			return (int)i;
	return -1;
}

void mxw_daemon_picture_view(struct mxw_daemon *daemon, const struct mxw_inquiry *inquiry,
			     struct mxw_inquiry_view *view)
{
	const struct mxw_dnsbl_sites *sites = &mxw_dnsbl_setup_of(daemon->engine)->plan.sites;
	uint64_t now = mxw_clock_mono();

	*view = (struct mxw_inquiry_view){
		.watched = true,
		.policy = daemon->policy,
		.now = now,
		.standing = mxw_standing_of(&daemon->maps, mxw_addr_key(inquiry->addr), now),
	};
	for (unsigned int i = 0; i < inquiry->plan.sites.zone_count; i++) {
		int number = number_of(sites, inquiry->plan.sites.zone[i]);
		const struct mxw_list_health *health =
			number < 0 ? NULL : mxw_dnsbl_health(daemon->engine, (unsigned int)number);

		view->online[i] = health && health->state == MXW_HEALTH_ONLINE;
		view->health[i] = health ? mxw_list_health_name(health) : "removed";
	}
}
