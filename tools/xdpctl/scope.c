// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports, destinations and fragments in text and JSON. Called by attach and status.
 */
#include <stdio.h>
#include <string.h>

#include "scope.h"

#define DESTS_SHOWN 6

const char *scope_ports(const struct mxw_scope *scope, char out[SCOPE_PORTS])
{
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < MXW_MAX_PORTS && scope->ports[i]; i++)
		used += (size_t)snprintf(out + used, SCOPE_PORTS - used, "%s%u", used ? "," : "",
					 scope->ports[i]);
	return out;
}

const char *scope_dests(const struct mxw_scope *scope, char out[SCOPE_DESTS])
{
	char text[MXW_ADDR_TEXT];
	size_t used = 0;

	(void)snprintf(out, SCOPE_DESTS, "%s", scope->limited ? "none" : "all");
	for (size_t i = 0; i < scope->dest_count && scope->limited; i++) {
		if (i == DESTS_SHOWN) {
			(void)snprintf(out + used, SCOPE_DESTS - used, " and %zu more",
				       scope->dest_count - i);
			break;
		}
		used += (size_t)snprintf(out + used, SCOPE_DESTS - used, "%s%s", used ? "," : "",
					 mxw_dest_format(&scope->dests[i], text));
	}
	return out;
}

json_t *scope_ports_json(const struct mxw_scope *scope)
{
	json_t *ports = json_array();

	for (int i = 0; i < MXW_MAX_PORTS && scope->ports[i]; i++)
		(void)json_array_append_new(ports, json_integer(scope->ports[i]));
	return ports;
}

json_t *scope_dests_json(const struct mxw_scope *scope)
{
	json_t *dests = json_array();
	char text[MXW_ADDR_TEXT];

	for (size_t i = 0; i < scope->dest_count && scope->limited; i++)
		(void)json_array_append_new(dests,
					    json_string(mxw_dest_format(&scope->dests[i], text)));
	return dests;
}

json_t *scope_nat64_json(const struct mxw_nat64 *nat64)
{
	char text[MXW_ADDR_TEXT];

	return nat64->high ? json_string(mxw_nat64_format(nat64, text)) : json_null();
}

static void note(const struct mxw_report *report, const char *what, const char *now,
		 const char *was)
{
	if (strcmp(now, was) != 0)
		mxw_note(report, "%s: %s, before this attach %s", what, now, was);
}

void scope_note_changes(const struct mxw_scope *was, const struct mxw_scope *now,
			const struct mxw_report *report)
{
	char old[SCOPE_DESTS], new[SCOPE_DESTS];

	if (was->nat64.high) /* another interface may have named it */
		note(report, "NAT64 prefix", mxw_nat64_format(&now->nat64, new),
		     mxw_nat64_format(&was->nat64, old));
	if (!was->set)
		return;
	note(report, "protected ports", scope_ports(now, new), scope_ports(was, old));
	note(report, "protected destinations", scope_dests(now, new), scope_dests(was, old));
	note(report, "fragmented SYNs", now->drop_fragmented ? "dropped" : "judged by their source",
	     was->drop_fragmented ? "dropped" : "judged by their source");
}
