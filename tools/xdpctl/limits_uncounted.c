// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports whose connections cannot be counted. Called by limits and status.
 */
#include <stdio.h>

#include "apply/home.h"
#include "datapath/switches.h"
#include "limits.h"

static bool connections_count(const struct mxw_maps *maps)
{
	struct mxw_limits_view *view = NULL;
	bool limited = mxw_limits_open(maps, &view, NULL) == MXW_OK &&
		       mxw_limits_now(view)->conns_mode != MXW_LIMIT_OFF;

	mxw_limits_close(view);
	return limited;
}

void limits_uncounted(const struct mxw_maps *maps, struct mxw_uncounted *out)
{
	struct mxw_config config;
	struct mxw_home home;

	out->count = 0;
	if (!connections_count(maps) || mxw_switches_read(maps, &config, NULL))
		return;
	mxw_home_find(&config, &home);
	if (home.place == MXW_NETNS_HERE && mxw_conns_uncounted(&config, out, NULL))
		out->count = 0;
}

const char *limits_uncounted_text(const struct mxw_uncounted *uncounted, char out[512])
{
	int used = snprintf(out, 512, "nothing listens here on port");

	for (size_t i = 0; i < uncounted->count && used < 64; i++)
		used += snprintf(out + used, 512 - (size_t)used, "%s %u", i ? "," : "",
				 uncounted->ports[i]);
	(void)snprintf(out + used, 512 - (size_t)used,
		       ": if NAT sends its connections to another port or to a container, they "
		       "cannot be counted here, and the limits of connections hold nobody; the "
		       "rates and proofs do");
	return out;
}

json_t *limits_uncounted_json(const struct mxw_uncounted *uncounted)
{
	json_t *ports = json_array();

	for (size_t i = 0; i < uncounted->count; i++)
		(void)json_array_append_new(ports, json_integer(uncounted->ports[i]));
	return ports;
}
