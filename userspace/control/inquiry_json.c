// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inquiries as JSON. Called by the daemon, and by commands that run without one.
 */
#include <stdio.h>

#include "base/addr.h"
#include "control/picture.h"

static const char *answer_name(const struct mxw_inquiry_item *item)
{
	static const char *const names[] = { [MXW_DNSBL_NOT_LISTED] = "not listed",
					     [MXW_DNSBL_LISTED] = "listed",
					     [MXW_DNSBL_ERROR] = "error" };

	return item->state == MXW_INQUIRY_IN ? names[item->answer.state] : "not asked";
}

static json_t *codes_json(const struct mxw_inquiry_item *item)
{
	json_t *codes = json_array();
	char text[24];

	for (int i = 0; i < item->answer.count && item->answer.state == MXW_DNSBL_LISTED; i++) {
		uint32_t code = item->answer.codes[i];

		(void)snprintf(text, sizeof(text), "%u.%u.%u.%u", code >> 24, code >> 16 & 0xff,
			       code >> 8 & 0xff, code & 0xff);
		(void)json_array_append_new(codes, json_string(text));
	}
	return codes;
}

/* Why it is not an answer, or NULL. */
static const char *why_not(const struct mxw_inquiry_item *item)
{
	if (item->state == MXW_INQUIRY_UNASKED)
		return item->unasked;
	if (item->answer.state != MXW_DNSBL_ERROR)
		return NULL;
	return mxw_dnsbl_fault_hint((enum mxw_dnsbl_fault)item->answer.fault);
}

/* What every answer has; to it comes what it was about. */
static json_t *answer_json(const struct mxw_inquiry_item *item)
{
	bool in = item->state == MXW_INQUIRY_IN;
	bool failed = in && item->answer.state == MXW_DNSBL_ERROR;

	return json_pack("{s:s, s:o, s:o, s:o, s:s?, s:s?}", "answer", answer_name(item), "codes",
			 codes_json(item), "ttl",
			 in ? json_integer((json_int_t)item->answer.ttl) : json_null(), "took_us",
			 in ? json_integer((json_int_t)(item->took / 1000)) : json_null(), "error",
			 failed ? mxw_dnsbl_fault_name((enum mxw_dnsbl_fault)item->answer.fault)
				: NULL,
			 "why", why_not(item));
}

static json_t *probes_json(const struct mxw_inquiry *inquiry, unsigned int list)
{
	static const char *const names[MXW_INQUIRY_PROBES] = { "127.0.0.2", "127.0.0.1",
							       "::ffff:7f00:2", "::ffff:7f00:1" };
	json_t *probes = json_array();

	for (size_t i = 0; i < inquiry->count; i++) {
		const struct mxw_inquiry_item *item = &inquiry->item[i];
		json_t *probe = item->list == list ? answer_json(item) : NULL;

		if (!probe)
			continue;
		(void)json_object_set_new(probe, "probe", json_string(names[item->probe]));
		(void)json_object_set_new(probe, "good",
					  json_boolean(mxw_inquiry_probe_good(item)));
		(void)json_array_append_new(probes, probe);
	}
	return probes;
}

json_t *mxw_test_json(const struct mxw_inquiry *inquiry, bool watched)
{
	const struct mxw_dnsbl_sites *sites = &inquiry->plan.sites;
	json_t *lists = json_array();
	char name[MXW_DNSBL_ZONE_TEXT];

	for (unsigned int i = 0; i < sites->zone_count; i++)
		(void)json_array_append_new(
			lists, json_pack("{s:s, s:b, s:b, s:o}", "list",
					 mxw_dnsbl_mask(sites->zone[i], name), "good",
					 mxw_inquiry_list_good(inquiry, i, false), "ipv6",
					 mxw_inquiry_list_good(inquiry, i, true), "probes",
					 probes_json(inquiry, i)));
	return json_pack("{s:b, s:o}", "controller", watched, "lists", lists);
}

/* What the list's lines add for these codes, by the lines that matched. */
static int weight_of(const struct mxw_inquiry *inquiry, const struct mxw_dnsbl_score *score,
		     unsigned int list)
{
	const struct mxw_dnsbl_sites *sites = &inquiry->plan.sites;
	int weight = 0;

	for (unsigned int i = 0; i < score->part_count; i++)
		if (sites->line[score->part[i].line].zone == list)
			weight += sites->line[score->part[i].line].weight;
	return weight;
}

/* What each list answered and how much that weighs. The keys of customers are masked. */
static json_t *query_lists_json(const struct mxw_inquiry *inquiry,
				const struct mxw_inquiry_view *view,
				const struct mxw_dnsbl_score *score)
{
	json_t *lists = json_array();
	char name[MXW_DNSBL_ZONE_TEXT];

	for (size_t i = 0; i < inquiry->count; i++) {
		const struct mxw_inquiry_item *item = &inquiry->item[i];
		json_t *list = answer_json(item);

		if (!list)
			continue;
		(void)json_object_set_new(
			list, "list",
			json_string(mxw_dnsbl_mask(inquiry->plan.sites.zone[item->list], name)));
		(void)json_object_set_new(list, "weight",
					  json_integer(weight_of(inquiry, score, item->list)));
		(void)json_object_set_new(list, "health",
					  view->watched ? json_string(view->health[item->list])
							: json_null());
		(void)json_array_append_new(lists, list);
	}
	return lists;
}

static const char *standing_name(const struct mxw_standing *standing)
{
	if (standing->never)
		return "never";
	if (standing->allowed)
		return "allow";
	return standing->blocked ? "block" : NULL;
}

json_t *mxw_query_json(const struct mxw_inquiry *inquiry, const struct mxw_inquiry_view *view)
{
	struct mxw_dnsbl_score score;
	struct mxw_sanction sanction;
	struct mxw_evidence evidence;
	char text[256], address[MXW_ADDR_TEXT];

	mxw_inquiry_score(inquiry, view->online, &score);
	evidence = mxw_dnsbl_evidence(&score, mxw_dnsbl_score_text(&inquiry->plan, &score, text,
								   sizeof(text)));
	sanction = mxw_sanction_decide(&view->policy, &view->standing, &evidence, 1, view->now, 0);
	return json_pack("{s:b, s:s, s:i, s:i, s:s, s:s, s:i, s:b, s:s, s:s?, s:o}", "controller",
			 view->watched, "address", mxw_addr_format(inquiry->addr, address), "score",
			 (int)score.score, "least", (int)score.least, "rung",
			 mxw_rung_name(sanction.rung), "by_score", mxw_rung_name(sanction.by_score),
			 "for", (int)sanction.life, "partial", score.partial || score.blind, "why",
			 sanction.why, "standing", standing_name(&view->standing), "lists",
			 query_lists_json(inquiry, view, &score));
}
