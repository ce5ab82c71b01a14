// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The figures of all metrics (control/metrics.def), taken from the parts that have them.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "control/metrics.h"
#include "daemon/daemon.h"
#include "datapath/counters.h"
#include "datapath/presence.h"
#include "datapath/switches.h"

/* Whole numbers, with no label, one, or two. */
static void one(struct mxw_metrics *out, enum mxw_metric metric, uint64_t value)
{
	mxw_metrics_add(out, metric, NULL, NULL, (double)value);
}

static void by(struct mxw_metrics *out, enum mxw_metric metric, const char *label, uint64_t value)
{
	mxw_metrics_add(out, metric, label, NULL, (double)value);
}

static void by_two(struct mxw_metrics *out, enum mxw_metric metric, const char *first,
		   const char *second, uint64_t value)
{
	mxw_metrics_add(out, metric, first, second, (double)value);
}

/* Of us. */
static double seconds(uint64_t us)
{
	return (double)us / 1e6;
}

/* What the filter counts. If a map cannot be read its metrics are left out: 0 would be a lie. */
static void add_filter(const struct mxw_daemon *daemon, struct mxw_metrics *out)
{
	struct mxw_counters counters;
	struct mxw_news_stats news;
	size_t count;
	const struct mxw_reason_info *reasons = mxw_reasons(&count);

	if (mxw_counters_read(&daemon->maps, &counters, NULL) == MXW_OK) {
		for (size_t i = 0; i < count; i++) {
			const struct mxw_counter *c = &counters.reason[reasons[i].number];

			by(out, MXW_METRIC_PACKETS, reasons[i].name, c->packets);
			by(out, MXW_METRIC_BYTES, reasons[i].name, c->bytes);
		}
		one(out, MXW_METRIC_EVENTS_LOST, counters.suppressed);
	}
	if (mxw_news_stats(&daemon->maps, &news, NULL) == MXW_OK) {
		one(out, MXW_METRIC_NEWS, news.reported);
		one(out, MXW_METRIC_NEWS_LOST, news.suppressed);
		one(out, MXW_METRIC_HELD, news.held);
	}
	for (unsigned int class = 0; class < MXW_CLASS_COUNT; class ++)
		by(out, MXW_METRIC_ENTRIES, mxw_class_name(class), daemon->metrics.entries[class]);
}

static void add_presence(const struct mxw_daemon *daemon, struct mxw_metrics *out)
{
	struct mxw_presence presence;

	one(out, MXW_METRIC_PRESENCE, daemon->presence);
	if (mxw_presence_read(&daemon->maps, &presence, NULL))
		return;
	by(out, MXW_METRIC_CONNS, "established", presence.established);
	by(out, MXW_METRIC_CONNS, "ended", presence.ended);
	by(out, MXW_METRIC_CONNS, "full", presence.full);
	by(out, MXW_METRIC_CONNS, "untold", presence.untold);
	one(out, MXW_METRIC_CONNS_OPEN,
	    presence.established > presence.ended ? presence.established - presence.ended : 0);
	one(out, MXW_METRIC_PRESENT, presence.reported);
	one(out, MXW_METRIC_PRESENT_LOST, presence.suppressed);
}

/* Bytes; 0 if the system does not say. */
static uint64_t resident_memory(void)
{
	char text[128] = "", *second, *end;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	uint64_t pages = 0;

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) > 0) {
		second = strchr(text, ' ');
		end = second ? strchr(second + 1, ' ') : NULL;
		if (end) {
			*end = '\0';
			(void)mxw_number_parse(second + 1, 0, INT64_MAX, &pages);
		}
	}
	(void)close(fd);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The controller itself, its decisions and how long they took, and the sources that it
 * remembers. */
static void add_controller(const struct mxw_daemon *daemon, struct mxw_metrics *out)
{
	const struct mxw_dnsbl_counts counts = mxw_dnsbl_counts(daemon->engine);
	uint64_t now = mxw_clock_mono(), beat = mxw_switches_heartbeat(&daemon->maps);

	mxw_metrics_add(out, MXW_METRIC_HEARTBEAT, NULL, NULL,
			(double)(now > beat ? now - beat : 0) / MXW_SECOND);
	one(out, MXW_METRIC_UP, (now - daemon->control.began) / MXW_SECOND);
	one(out, MXW_METRIC_MEMORY, resident_memory());
	one(out, MXW_METRIC_CLIENTS, mxw_control_clients(daemon->control.server));
	for (int rung = 0; rung < MXW_RUNGS; rung++)
		by(out, MXW_METRIC_DECISIONS, mxw_rung_name((enum mxw_rung)rung),
		   daemon->rungs[rung]);
	if (daemon->latency.count) {
		mxw_metrics_add(out, MXW_METRIC_VERDICT, "0.5", NULL,
				seconds(mxw_latency_within(&daemon->latency, 50)));
		mxw_metrics_add(out, MXW_METRIC_VERDICT, "0.99", NULL,
				seconds(mxw_latency_within(&daemon->latency, 99)));
	}
	one(out, MXW_METRIC_KNOWN, counts.sources);
	one(out, MXW_METRIC_KNOWN_MOST, counts.capacity);
	one(out, MXW_METRIC_EVICTED, counts.evicted);
	for (int rank = 0; rank < MXW_RANKS; rank++) {
		const char *name = mxw_rank_name((enum mxw_rank)rank);

		by(out, MXW_METRIC_ADMITTED, name, counts.admitted[rank]);
		by(out, MXW_METRIC_SHED, name, counts.shed[rank]);
		by(out, MXW_METRIC_WAITING, name, counts.waiting[rank]);
	}
	one(out, MXW_METRIC_REFRESHED, counts.refreshed);
}

static void add_automatic(const struct mxw_daemon *daemon, struct mxw_metrics *out)
{
	const struct mxw_auto_counts counts = mxw_auto_counts(daemon->automatic);

	for (int what = 0; what < MXW_AUTO_WHATS; what++)
		by(out, MXW_METRIC_AUTO, mxw_auto_what_name((enum mxw_auto_what)what),
		   counts.change[what]);
	one(out, MXW_METRIC_AUTO_ENTRIES, counts.entries);
	one(out, MXW_METRIC_AUTO_WAITING, counts.waiting);
	one(out, MXW_METRIC_AUTO_REFUSED, counts.refused);
	one(out, MXW_METRIC_AUTO_ALARMS, counts.alarms);
	mxw_metrics_add(out, MXW_METRIC_ENFORCED, NULL, NULL,
			mxw_auto_enforced_ratio(daemon->automatic));
	one(out, MXW_METRIC_DRIFT, counts.drift);
	one(out, MXW_METRIC_DB_UP, counts.storing);
	one(out, MXW_METRIC_DB_UNSAVED, counts.unsaved);
}

static void add_resolver(const struct mxw_daemon *daemon, struct mxw_metrics *out)
{
	const struct mxw_resolver_counts counts = mxw_resolver_counts(daemon->resolver);

	one(out, MXW_METRIC_IN_FLIGHT, counts.in_flight);
	one(out, MXW_METRIC_QUEUED, counts.queued);
	one(out, MXW_METRIC_SENT, counts.sent);
	one(out, MXW_METRIC_OVERLOAD, counts.dropped + counts.refused);
	by(out, MXW_METRIC_FAILED, "timeout", counts.timeouts);
	by(out, MXW_METRIC_FAILED, "unreachable", counts.unreachable);
	by(out, MXW_METRIC_FAILED, "garbled", counts.garbled);
	by(out, MXW_METRIC_FAILED, "failed", counts.failed);
}

static void add_names(const struct mxw_daemon *daemon, struct mxw_metrics *out)
{
	struct mxw_names_counts counts = { 0 };

	if (mxw_daemon_names_on(daemon))
		counts = mxw_names_counts(daemon->names);
	for (int kind = 0; kind < MXW_REVERSE_KINDS; kind++)
		by(out, MXW_METRIC_NAMES, mxw_reverse_kind_name((enum mxw_reverse_kind)kind),
		   counts.found[kind]);
	one(out, MXW_METRIC_NAMES_NOW, counts.jobs);
	one(out, MXW_METRIC_NAMES_RESTING, counts.resting);
	by(out, MXW_METRIC_NAMES_SKIPPED, "room", counts.unasked);
	by(out, MXW_METRIC_NAMES_SKIPPED, "late", counts.late);
}

static void add_answers(const struct mxw_list_picture *list, struct mxw_metrics *out)
{
	const char *name = list->name;

	by_two(out, MXW_METRIC_LIST_ANSWERS, name, "listed", list->listed);
	by_two(out, MXW_METRIC_LIST_ANSWERS, name, "not listed", list->not_listed);
	for (int i = 1; i < MXW_DNSBL_FAULTS; i++)
		by_two(out, MXW_METRIC_LIST_ERRORS, name,
		       mxw_dnsbl_fault_name((enum mxw_dnsbl_fault)i), list->errors[i]);
	for (int i = 1; i < MXW_SUSPICIONS; i++)
		by_two(out, MXW_METRIC_LIST_SUSPICIONS, name,
		       mxw_suspicion_name((enum mxw_suspicion)i), list->suspicions[i]);
	by_two(out, MXW_METRIC_LIST_SKIPPED, name, "second", list->over_second);
	by_two(out, MXW_METRIC_LIST_SKIPPED, name, "day", list->over_day);
	by_two(out, MXW_METRIC_LIST_SKIPPED, name, "room", list->unasked);
	if (list->median) {
		mxw_metrics_add(out, MXW_METRIC_LIST_TIME, name, "0.5", seconds(list->median));
		mxw_metrics_add(out, MXW_METRIC_LIST_TIME, name, "0.99", seconds(list->high));
	}
}

/* One of the lists; their names stay until the text is made. */
static void add_list(const struct mxw_lists_picture *lists, unsigned int at,
		     struct mxw_metrics *out)
{
	const struct mxw_list_picture *list = &lists->list[at];
	const char *name = list->name;

	by(out, MXW_METRIC_LIST_ONLINE, name, list->online);
	by_two(out, MXW_METRIC_LIST_STATE, name, list->health, list->since);
	by(out, MXW_METRIC_LIST_QUERIES, name, list->asked);
	add_answers(list, out);
	by(out, MXW_METRIC_LIST_DAY, name, list->today);
	if (list->per_day) {
		by(out, MXW_METRIC_LIST_QUOTA, name, list->per_day);
		by_two(out, MXW_METRIC_LIST_FLOW, name, "any", list->flow[MXW_FLOW_ANY]);
		by_two(out, MXW_METRIC_LIST_FLOW, name, "present", list->flow[MXW_FLOW_PRESENT]);
	}
	by(out, MXW_METRIC_LIST_SOURCES, name, list->with[at]);
	by(out, MXW_METRIC_LIST_UNIQUE, name, list->alone);
	for (unsigned int i = 0; i < lists->count; i++)
		if (i != at)
			by_two(out, MXW_METRIC_LIST_OVERLAP, name, lists->list[i].name,
			       list->with[i]);
}

char *mxw_daemon_metrics_text(struct mxw_daemon *daemon, size_t *length)
{
	struct mxw_lists_picture *lists = calloc(MXW_LISTS_PICTURES, sizeof(*lists));
	struct mxw_metrics *out = mxw_metrics_new();
	char *text = NULL;

	if (lists && out) {
		mxw_daemon_picture_lists(daemon, lists);
		add_filter(daemon, out);
		add_presence(daemon, out);
		add_controller(daemon, out);
		add_automatic(daemon, out);
		add_resolver(daemon, out);
		add_names(daemon, out);
		for (unsigned int p = 0; p < MXW_LISTS_PICTURES; p++)
			for (unsigned int i = 0; i < lists[p].count; i++)
				add_list(&lists[p], i, out);
		text = mxw_metrics_text(out, length);
	}
	mxw_metrics_free(out);
	free(lists);
	return text;
}
