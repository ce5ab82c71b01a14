// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the controller would answer, without it: from mxwall.conf, and by asking the lists from
 * here. Nothing is known of the lists' health then, and no quota is counted. Called by the dnsbl
 * verbs.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/resolvers.h"
#include "apply/standing.h"
#include "base/addr.h"
#include "base/clock.h"
#include "config/config.h"
#include "control/picture.h"
#include "sources/inquiry.h"
#include "dnsbl.h"

static int read_settings(struct cli *cli, struct mxw_settings *settings)
{
	struct mxw_mistakes *mistakes = malloc(sizeof(*mistakes));
	char text[300];
	int error;

	if (!mistakes)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	mxw_config_defaults(settings);
	error = mxw_config_read(MXW_CONFIG_PATH, geteuid(), settings, mistakes);
	if (error)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "%s",
				 mxw_mistakes_format(mistakes, 0, text, sizeof(text)));
	else if (!settings->dnsbl.sites.zone_count)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "%s names no lists: set sites in [dnsbl]",
				 MXW_CONFIG_PATH);
	free(mistakes);
	return error;
}

static void fill(const struct mxw_settings *settings, struct mxw_lists_picture *picture)
{
	picture->count = (unsigned int)picture->sites.zone_count;
	for (unsigned int i = 0; i < picture->count; i++) {
		struct mxw_list_picture *list = &picture->list[i];

		mxw_list_picture_name(picture, i);
		mxw_config_quota(settings, picture->sites.zone[i], &list->per_second,
				 &list->per_day);
	}
}

static json_t *show_lists(const struct mxw_settings *settings)
{
	struct mxw_lists_picture *picture = calloc(MXW_LISTS_PICTURES, sizeof(*picture));
	json_t *body;

	if (!picture)
		return NULL;
	picture[0].sites = settings->dnsbl.sites;
	fill(settings, &picture[0]);
	if (settings->names.reverse) {
		picture[1].names = true;
		picture[1].sites = settings->names.rhsbl;
		fill(settings, &picture[1]);
	}
	body = mxw_lists_json(picture);
	free(picture);
	return body;
}

/* What the operator has decided, if a filter is there to ask. */
static struct mxw_standing standing_of(const uint8_t addr[16])
{
	struct mxw_standing standing = { 0 };
	struct mxw_maps maps;

	if (mxw_maps_open(&maps, NULL) == MXW_OK)
		standing = mxw_standing_of(&maps, mxw_addr_key(addr), mxw_clock_mono());
	mxw_maps_close(&maps);
	return standing;
}

static json_t *show_inquiry(const struct mxw_settings *settings, const struct mxw_inquiry *inquiry)
{
	struct mxw_inquiry_view view = { .policy = mxw_config_policy(settings),
					 .now = mxw_clock_mono() };

	if (inquiry->probes)
		return mxw_test_json(inquiry, false);
	view.standing = standing_of(inquiry->addr);
	memset(view.online, true, sizeof(view.online));
	return mxw_query_json(inquiry, &view);
}

static int inquire(struct cli *cli, const struct mxw_settings *settings, const uint8_t *addr,
		   struct mxw_inquiry *inquiry, struct mxw_dnsbl_plan *plan)
{
	const struct mxw_resolver_rules rules = mxw_resolvers_rules(settings);
	const struct mxw_dnsbl_ttls ttls = mxw_config_ttls(settings);

	if (addr && !mxw_dnsbl_askable(addr))
		return mxw_fail(&cli->err, MXW_E_FAIL,
				"no list can know that address: it is not a public one");
	mxw_config_plan(settings, plan);
	mxw_inquiry_begin(inquiry, plan, &ttls, addr);
	return mxw_inquiry_alone(inquiry, &rules, &cli->err);
}

/* *body stays NULL without memory. */
static int find_out(struct cli *cli, const struct mxw_settings *settings, const uint8_t *addr,
		    json_t **body)
{
	struct mxw_inquiry *inquiry = calloc(1, sizeof(*inquiry));
	struct mxw_dnsbl_plan *plan = malloc(sizeof(*plan));
	int error = MXW_OK;

	if (inquiry && plan) {
		error = inquire(cli, settings, addr, inquiry, plan);
		if (!error)
			*body = show_inquiry(settings, inquiry);
	}
	free(plan);
	free(inquiry);
	return error;
}

int dnsbl_alone(struct cli *cli, enum mxw_request_kind question, const uint8_t *addr, json_t **body)
{
	struct mxw_settings *settings = calloc(1, sizeof(*settings));
	int error;

	*body = NULL;
	if (!settings)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	error = read_settings(cli, settings);
	if (!error && question == MXW_QUESTION_LISTS)
		*body = show_lists(settings);
	else if (!error)
		error = find_out(cli, settings, addr, body);
	if (!error && !*body)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	free(settings);
	return error;
}
