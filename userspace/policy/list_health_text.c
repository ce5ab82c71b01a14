// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The health of a list in words. Called by list_health and by all that show it.
 */
#include "policy/list_health.h"

static const struct {
	const char *name, *hint;
	bool distrusted;
} reasons[MXW_HEALTH_REASONS] = {
	[MXW_HEALTH_NO_REASON] = { "offline", "not asked", false },
	[MXW_HEALTH_DEAD] = { "dead", "the list has ended; remove it from sites", true },
	[MXW_HEALTH_SILENT] = { "silent", "no usable answers", false },
	[MXW_HEALTH_CODES] = { "codes", "it says that it may not be asked", false },
	[MXW_HEALTH_OUTSIDE] = { "outside", "it answers outside 127.0.0.0/8", false },
	[MXW_HEALTH_EMPTY] = { "empty",
			       "it does not list 127.0.0.2, or TEST if it is one of names, as "
			       "RFC 5782 asks: it has ended, its name is mistyped, or the "
			       "resolver strips answers in 127.0.0.0/8 as protection against "
			       "rebinding (unbound private-address, dnsmasq stop-dns-rebind)",
			       false },
	[MXW_HEALTH_LISTS_ALL] = { "lists-all",
				   "it lists 127.0.0.1, or INVALID if it is one of names, which no "
				   "list may: it lists everybody",
				   true },
	[MXW_HEALTH_LISTS_NOBODY] = { "lists-nobody",
				      "it lists addresses, or names, that nobody can have, and did "
				      "not do so before",
				      true },
	[MXW_HEALTH_LISTS_RANDOM] = { "lists-random",
				      "it lists every address, or name, that is taken at random",
				      true },
	[MXW_HEALTH_CANARIES] = { "canaries", "it lists known good senders", true },
};

static const struct {
	const char *name, *hint;
} suspicions[MXW_SUSPICIONS] = {
	[MXW_UNSUSPECTED] = { "none", "nothing" },
	[MXW_SUSPECT_HITS] = { "hits",
			       "it lists far more of the sources that come than it used to: "
			       "it stays in force while it is examined" },
	[MXW_SUSPECT_BLOCKS] = { "blocks", "more new blocks than new_blocks_per_minute rest on it: "
					   "it stays in force while it is examined" },
	[MXW_SUSPECT_ERRORS] = { "errors", "questions about sources fail: it stays in force while "
					   "it is examined" },
	[MXW_SUSPECT_RANDOM] = { "random", "it lists the last addresses taken at random: it stays "
					   "in force while it is examined" },
};

bool mxw_health_distrusts(enum mxw_health_reason reason)
{
	return reasons[reason].distrusted;
}

const char *mxw_suspicion_name(enum mxw_suspicion why)
{
	return suspicions[why].name;
}

const char *mxw_suspicion_hint(enum mxw_suspicion why)
{
	return suspicions[why].hint;
}

const char *mxw_list_health_name(const struct mxw_list_health *health)
{
	if (health->state == MXW_HEALTH_UNTRIED)
		return "untried";
	if (health->state == MXW_HEALTH_ONLINE && health->suspicion)
		return "suspected";
	return health->state == MXW_HEALTH_ONLINE ? "online" : reasons[health->reason].name;
}

const char *mxw_list_health_hint(const struct mxw_list_health *health)
{
	if (health->state == MXW_HEALTH_UNTRIED)
		return "the first probes are under way";
	if (health->state == MXW_HEALTH_ONLINE && health->suspicion)
		return mxw_suspicion_hint(health->suspicion);
	if (health->state == MXW_HEALTH_ONLINE)
		return health->ipv6 || health->rules.names
			       ? "its test entries are right"
			       : "its test entries are right; it has none for IPv6";
	if (health->fault != MXW_DNSBL_FINE)
		return mxw_dnsbl_fault_hint(health->fault);
	return reasons[health->reason].hint;
}
