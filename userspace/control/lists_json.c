// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pictures of lists, controller and sources as JSON. Called by the daemon, and by
 * commands that run without one.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "control/picture.h"
#include "policy/dnsbl_name.h"
#include "policy/known_lists.h"

#define NAMES " (names)" /* the same zone may be a list of addresses too */

/* Two lists may look alike once their keys are masked. */
static bool looks_alike(const struct mxw_lists_picture *picture, unsigned int at, const char *name)
{
	for (unsigned int i = 0; i < at; i++)
		if (strcmp(picture->list[i].name, name) == 0)
			return true;
	return false;
}

void mxw_list_picture_name(struct mxw_lists_picture *picture, unsigned int at)
{
	struct mxw_list_picture *list = &picture->list[at];
	const char *zone = picture->sites.zone[at], *what = picture->names ? NAMES : "";
	char masked[MXW_DNSBL_ZONE_TEXT];

	(void)mxw_dnsbl_mask(zone, masked);
	if (!mxw_known_warning(zone, masked, list->note))
		list->note[0] = '\0';
	(void)mxw_text(list->name, sizeof(list->name), "%s%s", masked, what);
	if (looks_alike(picture, at, list->name))
		(void)mxw_text(list->name, sizeof(list->name), "%s%s#%u", masked, what, at);
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* What a list's answers weigh. */
static json_t *lines_json(const struct mxw_dnsbl_sites *sites, unsigned int zone)
{
	char filter[MXW_DNSBL_FILTER_TEXT];
	json_t *lines = json_array();

	for (size_t i = 0; i < sites->line_count; i++) {
		const struct mxw_dnsbl_line *line = &sites->line[i];

		if (line->zone == zone)
			(void)json_array_append_new(
				lines, json_pack("{s:o, s:i}", "filter",
						 line->any ? json_null()
							   : json_string(mxw_dnsbl_filter_format(
								     &line->filter, filter)),
						 "weight", (int)line->weight));
	}
	return lines;
}

static json_t *errors_json(const struct mxw_list_picture *list)
{
	json_t *errors = json_object();

	for (int i = 1; i < MXW_DNSBL_FAULTS; i++)
		if (list->errors[i])
			(void)json_object_set_new(errors,
						  mxw_dnsbl_fault_name((enum mxw_dnsbl_fault)i),
						  number(list->errors[i]));
	return errors;
}

/* How often the list was examined, by what caused it. */
static json_t *suspicions_json(const struct mxw_list_picture *list)
{
	json_t *suspicions = json_object();

	for (int i = 1; i < MXW_SUSPICIONS; i++)
		if (list->suspicions[i])
			(void)json_object_set_new(suspicions,
						  mxw_suspicion_name((enum mxw_suspicion)i),
						  number(list->suspicions[i]));
	return suspicions;
}

/* Sources that others had too, by the others' names. */
static json_t *overlap_json(const struct mxw_lists_picture *picture, unsigned int at)
{
	json_t *overlap = json_object();

	for (unsigned int i = 0; i < picture->count; i++)
		if (i != at && picture->list[at].with[i])
			(void)json_object_set_new(overlap, picture->list[i].name,
						  number(picture->list[at].with[i]));
	return overlap;
}

static json_t *figures_json(const struct mxw_lists_picture *picture, unsigned int at)
{
	const struct mxw_list_picture *list = &picture->list[at];

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "queries", number(list->asked), "listed", number(list->listed),
			 "not_listed", number(list->not_listed), "errors", errors_json(list),
			 "unasked", number(list->unasked), "over_second", number(list->over_second),
			 "over_day", number(list->over_day), "median_us", number(list->median),
			 "p99_us", number(list->high), "sources", number(list->with[at]), "unique",
			 number(list->alone), "overlap", overlap_json(picture, at), "suspicions",
			 suspicions_json(list));
}

/* What the shares of the quota's flow have left; null without a limit or a controller. */
static json_t *flow_json(const struct mxw_list_picture *list)
{
	if (!list->health || !list->per_day)
		return json_null();
	return json_pack("{s:o, s:o}", "any", number(list->flow[MXW_FLOW_ANY]), "present",
			 number(list->flow[MXW_FLOW_PRESENT]));
}

/* How sources wait to be asked about, by rank; null without a controller. */
static json_t *ranks_json(const struct mxw_lists_picture *picture)
{
	json_t *ranks = picture->watched ? json_array() : json_null();

	for (int i = 0; i < MXW_RANKS && picture->watched; i++)
		(void)json_array_append_new(ranks,
					    json_pack("{s:s, s:o, s:o, s:o}", "rank",
						      mxw_rank_name((enum mxw_rank)i), "admitted",
						      number(picture->admitted[i]), "shed",
						      number(picture->shed[i]), "waiting",
						      number(picture->waiting[i])));
	return ranks;
}

static json_t *list_json(const struct mxw_lists_picture *picture, unsigned int at)
{
	const struct mxw_list_picture *list = &picture->list[at];

	return json_pack(
		"{s:s, s:b, s:o, s:s?, s:s?, s:b, s:b, s:b, s:s?, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:s?, s:o}",
		"list", list->name, "names", picture->names, "lines",
		lines_json(&picture->sites, at), "health", list->health, "hint",
		list->online && !list->suspected ? NULL : list->hint, "online", list->online,
		"ipv6", list->ipv6, "suspected", list->suspected, "suspected_for",
		list->suspected_for, "suspected_ago",
		list->suspected_for ? number(list->suspected_ago) : json_null(), "since",
		number(list->since), "queries_per_second", number(list->per_second),
		"queries_per_day", number(list->per_day), "queries_today", number(list->today),
		"flow", flow_json(list), "note", list->note[0] ? list->note : NULL, "figures",
		list->health ? figures_json(picture, at) : json_null());
}

json_t *mxw_lists_json(const struct mxw_lists_picture picture[MXW_LISTS_PICTURES])
{
	json_t *lists = json_array();

	for (unsigned int p = 0; p < MXW_LISTS_PICTURES; p++)
		for (unsigned int i = 0; i < picture[p].count; i++)
			(void)json_array_append_new(lists, list_json(&picture[p], i));
	return json_pack("{s:o, s:o}", "lists", lists, "sources", ranks_json(&picture[0]));
}

json_t *mxw_status_json(const struct mxw_status_picture *p)
{
	return json_pack(
		"{s:s, s:o, s:i, s:i, s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}",
		"version", p->version, "up", number(p->up), "lists", (int)p->lists, "lists_online",
		(int)p->lists_online, "entries", number(p->entries), "waiting", number(p->waiting),
		"enforced_ratio", p->enforced_ratio, "reports", number(p->reports), "decisions",
		number(p->decisions), "queued", number(p->queued), "in_flight",
		number(p->in_flight), "hold_unknown", p->hold_unknown, "shadow", p->shadow,
		"storing", p->storing, "helper_stopped",
		p->stopped ? json_integer(p->stopped) : json_null());
}

json_t *mxw_source_json(const struct mxw_source_picture *picture)
{
	return json_pack("{s:b, s:b, s:i, s:s, s:b, s:o}", "known", picture->known, "complete",
			 picture->complete, "score", (int)picture->score, "why", picture->why,
			 "blocked", picture->blocked, "left", number(picture->left));
}
