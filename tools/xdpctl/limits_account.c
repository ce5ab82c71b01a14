// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one source owes. Called by explain, limits and top.
 */
#include <stdio.h>

#include "bpf/limit_key.h"
#include "state/limit_settings.h"
#include "limits_account.h"

#define TICKS_A_SECOND (1e9 / (1 << MXW_TICK_SHIFT))

void limit_account_read(const struct mxw_maps *maps, const struct mxw_limits_view *view,
			uint64_t source, uint16_t port, struct mxw_limit_facts *facts)
{
	const struct mxw_limits *limits = mxw_limits_now(view);
	uint64_t tick = mxw_limits_tick(), net = mxw_limit_net(source);
	uint32_t set = mxw_limits_set_of(limits, port);
	uint32_t salt = mxw_limit_salt(set, facts->class);
	struct mxw_flood flood;
	struct mxw_err ignored;

	facts->open[MXW_LIMIT_SOURCE] = mxw_limits_connections(view, source, tick);
	facts->open[MXW_LIMIT_NET] = mxw_limits_connections(view, net, tick);
	facts->full[MXW_LIMIT_SOURCE] = limits->conns_source &&
					facts->open[MXW_LIMIT_SOURCE] >= limits->conns_source;
	facts->full[MXW_LIMIT_NET] = limits->conns_net &&
				     facts->open[MXW_LIMIT_NET] >= limits->conns_net;
	if (!mxw_limits_counting(maps, tick))
		facts->full[MXW_LIMIT_SOURCE] = facts->full[MXW_LIMIT_NET] = false;
	facts->flood = limits->flood_forced ||
		       (mxw_limits_flood(maps, &flood, &ignored) == MXW_OK && flood.on);
	facts->proven = mxw_limits_proven(view, source, tick);
	facts->owed[MXW_LIMIT_SOURCE] = mxw_limits_owed(view, source, MXW_LIMIT_SOURCE, salt, tick);
	facts->owed[MXW_LIMIT_NET] = mxw_limits_owed(view, source, MXW_LIMIT_NET, salt, tick);
	facts->rates = limits->rate[set][facts->class][source >> 32 ? 1 : 0];
}

static double seconds(uint64_t ticks)
{
	return (double)ticks / TICKS_A_SECOND;
}

const char *limit_account_text(const struct mxw_limit_facts *facts, enum mxw_limit_level level,
			       char out[96])
{
	const struct mxw_rate *rate = &facts->rates.level[level];
	char text[MXW_SETTING_VALUE];

	(void)snprintf(out, 96, "%.1f of %.1f s (%s)", seconds(facts->owed[level]),
		       seconds(rate->tau), mxw_rate_format(rate, text));
	return out;
}

static json_t *level_json(const struct mxw_limit_facts *facts, enum mxw_limit_level level)
{
	const struct mxw_rate *rate = &facts->rates.level[level];
	char text[MXW_SETTING_VALUE];

	return json_pack("{s:s, s:f, s:f, s:I, s:b}", "rate", mxw_rate_format(rate, text), "owes",
			 seconds(facts->owed[level]), "may_owe", seconds(rate->tau), "open",
			 (json_int_t)facts->open[level], "full", facts->full[level]);
}

json_t *limit_account_json(const struct mxw_limit_facts *facts)
{
	return json_pack("{s:s, s:o, s:o, s:b, s:b}", "class", mxw_limit_class_name(facts->class),
			 "source", level_json(facts, MXW_LIMIT_SOURCE), "net",
			 level_json(facts, MXW_LIMIT_NET), "proof_needed", facts->flood, "proven",
			 facts->proven);
}

const char *limit_net_text(uint64_t source, char out[MXW_ADDR_TEXT])
{
	bool ipv4 = source >> 32 == 0;
	struct mxw_prefix net = { .key = source & (ipv4 ? ~0xffULL : ~0xffffULL),
				  .len = ipv4 ? 56 : 48 };

	return mxw_prefix_format(&net, out);
}
