// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An inquiry's questions and answers. Called by sources, and by control to show them.
 */
#include <string.h>

#include "policy/inquiry.h"

static void add(struct mxw_inquiry *inquiry, unsigned int list, unsigned int probe)
{
	inquiry->item[inquiry->count++] =
		(struct mxw_inquiry_item){ .list = (uint8_t)list, .probe = (uint8_t)probe };
}

void mxw_inquiry_begin(struct mxw_inquiry *inquiry, const struct mxw_dnsbl_plan *plan,
		       const struct mxw_dnsbl_ttls *ttls, const uint8_t addr[16])
{
	memset(inquiry, 0, sizeof(*inquiry));
	inquiry->plan = *plan;
	inquiry->ttls = *ttls;
	inquiry->probes = !addr;
	if (addr)
		memcpy(inquiry->addr, addr, sizeof(inquiry->addr));
	for (unsigned int list = 0; list < plan->sites.zone_count; list++) {
		if (addr)
			add(inquiry, list, MXW_PROBES);
		for (unsigned int probe = 0; !addr && probe < MXW_INQUIRY_PROBES; probe++)
			add(inquiry, list, probe);
	}
}

int mxw_inquiry_name(const struct mxw_inquiry *inquiry, const struct mxw_inquiry_item *item,
		     char out[MXW_DNS_NAME])
{
	const char *zone = inquiry->plan.sites.zone[item->list];

	if (item->probe == MXW_PROBES)
		return mxw_dnsbl_name(inquiry->addr, zone, out);
	return mxw_dnsbl_probe_name((enum mxw_dnsbl_probe)item->probe, zone, out);
}

void mxw_inquiry_take(const struct mxw_inquiry *inquiry, struct mxw_inquiry_item *item,
		      const struct mxw_dnsbl_reply *reply, uint64_t took)
{
	item->state = MXW_INQUIRY_IN;
	item->took = took;
	if (item->probe == MXW_PROBES)
		item->answer =
			mxw_dnsbl_judge(reply, &inquiry->plan.rules[item->list], &inquiry->ttls);
	else
		item->answer = mxw_dnsbl_judge_probe(reply, &inquiry->ttls);
}

void mxw_inquiry_score(const struct mxw_inquiry *inquiry, const bool online[MXW_DNSBL_ZONES],
		       struct mxw_dnsbl_score *score)
{
	struct mxw_dnsbl_view views[MXW_DNSBL_ZONES] = { 0 };

	for (size_t i = 0; i < inquiry->count; i++) {
		const struct mxw_inquiry_item *item = &inquiry->item[i];

		views[item->list].online = online[item->list];
		if (item->state == MXW_INQUIRY_IN)
			views[item->list].answer = &item->answer;
	}
	mxw_dnsbl_score(&inquiry->plan, views, score);
}

bool mxw_inquiry_probe_good(const struct mxw_inquiry_item *item)
{
	bool listed = item->probe == MXW_PROBE_IPV4_LISTED || item->probe == MXW_PROBE_IPV6_LISTED;

	return item->state == MXW_INQUIRY_IN &&
	       item->answer.state == (listed ? MXW_DNSBL_LISTED : MXW_DNSBL_NOT_LISTED);
}

bool mxw_inquiry_list_good(const struct mxw_inquiry *inquiry, unsigned int list, bool ipv6)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		const struct mxw_inquiry_item *item = &inquiry->item[i];

		if (item->list == list && (item->probe >= MXW_PROBE_IPV6_LISTED) == ipv6 &&
		    !mxw_inquiry_probe_good(item))
			return false;
	}
	return true;
}
