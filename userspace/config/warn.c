// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is allowed but should be known, and the quotas that follow from several keys. Called
 * by check and by the controller at start.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/table.h"
#include "policy/dnsbl_name.h"
#include "policy/known_lists.h"
#include "policy/known_resolvers.h"

struct warner {
	mxw_config_warning_fn *warning;
	void *context;
};

__attribute__((format(printf, 2, 3))) static void warn(const struct warner *warner,
						       const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args); /* cut is fine */
	va_end(args);
	warner->warning(warner->context, sentence);
}

/* The number of the list itself, also if one of the two names has a key. */
static bool named(const struct mxw_quotas *quotas, const char *zone, uint32_t *number)
{
	for (size_t i = 0; i < quotas->count; i++)
		if (strcmp(mxw_known_public(quotas->zone[i]), mxw_known_public(zone)) == 0) {
			*number = (uint32_t)quotas->number[i];
			return true;
		}
	return false;
}

/* A list that is not known is taken for one on servers of one's own. */
static uint32_t per_second_of(const struct mxw_settings *settings,
			      const struct mxw_known_list *known)
{
	uint32_t set = (uint32_t)settings->dnsbl.per_second;

	return known && set > MXW_KNOWN_PER_SECOND ? MXW_KNOWN_PER_SECOND : set;
}

void mxw_config_quota(const struct mxw_settings *settings, const char *zone, uint32_t *per_second,
		      uint32_t *per_day)
{
	const struct mxw_known_list *known = mxw_known_list(zone);

	if (!named(&settings->dnsbl.list_per_second, zone, per_second))
		*per_second = per_second_of(settings, known);
	if (named(&settings->dnsbl.list_per_day, zone, per_day))
		return;
	*per_day = (uint32_t)settings->dnsbl.per_day;
	if (known && known->per_day && (!*per_day || *per_day > known->per_day))
		*per_day = known->per_day;
}

static void warn_of_list(const struct warner *warner, const struct mxw_settings *settings,
			 const char *zone)
{
	const struct mxw_known_list *known = mxw_known_list(zone);
	char shown[MXW_DNSBL_ZONE_TEXT], text[256];
	uint32_t per_second, per_day;

	(void)mxw_dnsbl_mask(zone, shown);
	if (mxw_known_warning(zone, shown, text))
		warn(warner, "%s", text);
	mxw_config_quota(settings, zone, &per_second, &per_day);
	if (known && known->per_day && (!per_day || per_day > known->per_day))
		warn(warner,
		     "list_queries_per_day of %s is above the %u that its vendor allows free users",
		     shown, known->per_day);
}

/* No source has more. Few can have it: the lines of one list may exclude each other. */
static int64_t highest_score(const struct mxw_dnsbl_sites *sites)
{
	int64_t sum = 0;

	for (size_t i = 0; i < sites->line_count; i++)
		sum += sites->line[i].weight > 0 ? sites->line[i].weight : 0;
	return sum;
}

/* Lists whose answers may speak against a source, up to what a drop takes. */
static size_t witnesses(const struct mxw_dnsbl_settings *dnsbl)
{
	bool counted[MXW_DNSBL_ZONES] = { false };
	size_t count = 0;

	for (size_t i = 0; i < dnsbl->sites.line_count; i++) {
		const struct mxw_dnsbl_line *line = &dnsbl->sites.line[i];

		count += line->weight > 0 && !counted[line->zone];
		counted[line->zone] = counted[line->zone] || line->weight > 0;
	}
	return count;
}

static bool among(const struct mxw_dnsbl_sites *sites, const char *zone)
{
	for (size_t z = 0; z < sites->zone_count; z++)
		if (strcmp(mxw_known_public(sites->zone[z]), mxw_known_public(zone)) == 0)
			return true;
	return false;
}

/* Whether some list of sites may drop without a second one. */
static bool any_alone(const struct mxw_dnsbl_settings *dnsbl)
{
	for (size_t z = 0; z < dnsbl->authoritative.zone_count; z++)
		if (among(&dnsbl->sites, dnsbl->authoritative.zone[z]))
			return true;
	return false;
}

static void warn_of_quotas(const struct warner *warner, const struct mxw_settings *settings,
			   const struct mxw_quotas *quotas, const char *key)
{
	for (size_t i = 0; i < quotas->count; i++) {
		char shown[MXW_DNSBL_ZONE_TEXT];

		if (!among(&settings->dnsbl.sites, quotas->zone[i]) &&
		    !among(&settings->names.rhsbl, quotas->zone[i]))
			warn(warner, "%s names %s, which is not among sites", key,
			     mxw_dnsbl_mask(quotas->zone[i], shown));
	}
}

static void warn_of_names(const struct warner *warner, const struct mxw_settings *settings)
{
	const struct mxw_names_settings *names = &settings->names;

	for (size_t i = 0; i < names->rhsbl.zone_count; i++)
		warn_of_list(warner, settings, names->rhsbl.zone[i]);
	if (names->rhsbl.line_count && !names->reverse)
		warn(warner, "rhsbl_sites are not asked: reverse is no");
	if (names->reverse && settings->dnsbl.drop && names->score_max >= settings->dnsbl.drop)
		warn(warner,
		     "score_max of names is %lld: together with any lists_for_drop lists, however "
		     "little they weigh, names then reach drop_threshold",
		     (long long)names->score_max);
}

static void warn_of_resolvers(const struct warner *warner, const struct mxw_servers *resolvers)
{
	char text[256];

	for (size_t i = 0; i < resolvers->count; i++)
		if (mxw_known_resolver_warning("resolvers", resolvers->server[i].addr, text))
			warn(warner, "%s", text);
}

/* Keys of earlier versions. They are read so that a file with them is not refused. */
static void warn_of_old_keys(const struct warner *warner,
			     const struct mxw_controller_settings *controller)
{
	if (controller->drop_share != 100)
		warn(warner, "drop_share has no effect any more: whatever share of the connections "
			     "is dropped, drops go on; remove it");
	if (controller->drop_share_window != 300)
		warn(warner, "drop_share_window has no effect any more; remove it");
}

static void warn_of_old_names(const struct warner *warner, uint32_t old_names)
{
	size_t count;
	const struct mxw_renamed_key *renamed = mxw_renamed_keys(&count);

	for (size_t i = 0; i < count; i++)
		if (old_names & 1U << i)
			warn(warner, "%s is called %s now; the old name is still read",
			     renamed[i].old, renamed[i].key);
}

/* Settings that are valid and do not do what they seem to. The worst is a filter that never
 * drops anything. */
void mxw_config_warnings(const struct mxw_settings *settings, mxw_config_warning_fn *warning,
			 void *context)
{
	const struct warner warner = { warning, context };
	const struct mxw_dnsbl_settings *dnsbl = &settings->dnsbl;
	int64_t highest = highest_score(&dnsbl->sites);

	for (size_t i = 0; i < dnsbl->sites.zone_count; i++)
		warn_of_list(&warner, settings, dnsbl->sites.zone[i]);
	warn_of_quotas(&warner, settings, &dnsbl->list_per_second, "list_queries_per_second");
	warn_of_quotas(&warner, settings, &dnsbl->list_per_day, "list_queries_per_day");
	warn_of_names(&warner, settings);
	warn_of_resolvers(&warner, &dnsbl->resolvers);
	warn_of_old_keys(&warner, &settings->controller);
	warn_of_old_names(&warner, settings->old_names);
	if (!dnsbl->sites.line_count)
		warn(&warner, "sites is empty: no list is asked");
	else if (dnsbl->drop > highest)
		warn(&warner,
		     "drop_threshold is %lld, but all weights together are %lld: nothing is ever "
		     "dropped",
		     (long long)dnsbl->drop, (long long)highest);
	else if (dnsbl->drop && witnesses(dnsbl) < dnsbl->lists_for_drop && !any_alone(dnsbl))
		warn(&warner,
		     "a drop needs %llu lists that agree, and sites has %zu with a weight above 0: "
		     "nothing is ever dropped; add lists, or name answers that suffice alone under "
		     "authoritative",
		     (unsigned long long)dnsbl->lists_for_drop, witnesses(dnsbl));
}
