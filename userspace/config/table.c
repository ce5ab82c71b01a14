// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of settings. Called by the rest of config/.
 */
#include <string.h>

#include "config/table.h"
#include "policy/known_lists.h"

#define FIELD(place) offsetof(struct mxw_settings, place)
#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define MOST_SCORE 1000000

static const char *const automatic[] = { "shadow", "enforce", NULL };
static const char *const log_to[] = { "auto", "journal", "stderr", NULL };
static const char *const log_level[] = { "error", "warning", "info", "debug", NULL };

static const struct mxw_setting table[] = {
	{ "filter", "automatic", MXW_CHOICE, FIELD(filter.automatic), 0, 0, automatic, "enforce",
	  "What automatic entries do: enforce, or shadow, which counts and passes. The mode of "
	  "the whole filter comes first: in monitor mode nothing is dropped." },
	{ "filter", "hold_unknown", MXW_BOOL, FIELD(filter.hold_unknown), 0, 0, NULL, "no",
	  "Drop the first SYN of an unknown source while the lists are asked. A listed sender then "
	  "never connects. A clean one connects a second later." },
	{ "filter", "deadman", MXW_DURATION, FIELD(filter.deadman), 10, DAY, NULL, "15m",
	  "Automatic entries and the classes of sources stop counting when the controller has "
	  "been silent for this long." },

	{ "dnsbl", "sites", MXW_SITES, FIELD(dnsbl.sites), 0, 0, NULL, "",
	  "The lists to ask, as in Postfix's postscreen_dnsbl_sites: domain[=filter][*weight], "
	  "separated by commas or blanks, on as many indented lines as needed. Mind the terms of "
	  "each list." },
	{ "dnsbl", "authoritative", MXW_SITES, FIELD(dnsbl.authoritative), 0, 0, NULL,
	  "zen.spamhaus.org=127.0.0.9 zen.dq.spamhaus.net=127.0.0.9",
	  "Answers that allow a drop without a second list. The score has to reach "
	  "drop_threshold all the same. Written as sites, without the key of a list that has "
	  "one; weights do not matter." },
	{ "dnsbl", "drop_threshold", MXW_INTEGER, FIELD(dnsbl.drop), 0, MOST_SCORE, NULL, "8",
	  "Score from which a source's SYNs are dropped; 0 = never." },
	{ "dnsbl", "sanction_threshold", MXW_INTEGER, FIELD(dnsbl.reject), 0, MOST_SCORE, NULL, "4",
	  "Score from which the limits treat a source as sanctioned; 0 = never. The old name "
	  "reject_threshold is read too." },
	{ "dnsbl", "grey_threshold", MXW_INTEGER, FIELD(dnsbl.grey), 0, MOST_SCORE, NULL, "1",
	  "Score from which the limits treat a source as grey; 0 = never." },
	{ "dnsbl", "limit_threshold", MXW_INTEGER, FIELD(dnsbl.limit), 0, MOST_SCORE, NULL, "1",
	  "Score below grey_threshold from which the limits treat a source as grey too; 0 = "
	  "never." },
	{ "dnsbl", "good_threshold", MXW_INTEGER, FIELD(dnsbl.allow), -MOST_SCORE, 0, NULL, "-2",
	  "The limits treat a source as good if its score is this or less; 0 = never. The old name "
	  "allow_threshold is read too." },
	{ "dnsbl", "allow_floor", MXW_INTEGER, FIELD(dnsbl.allow_floor), -MOST_SCORE, 0, NULL, "-4",
	  "The sum of all negative weights counts as this if it is lower." },
	{ "dnsbl", "lists_for_drop", MXW_NUMBER, FIELD(dnsbl.lists_for_drop), 2, MXW_DNSBL_ZONES,
	  NULL, "2",
	  "Independent lists that must agree on a drop; all lists of one vendor count as one." },
	{ "dnsbl", "deadline", MXW_DURATION, FIELD(dnsbl.deadline), 1, MINUTE, NULL, "10s",
	  "Time after which the decision is made with the answers at hand. It is then not a "
	  "drop." },
	{ "dnsbl", "partial_max", MXW_DURATION, FIELD(dnsbl.partial_max), 1, 10 * MINUTE, NULL,
	  "60s", "How long a decision on part of the answers lasts at most." },
	{ "dnsbl", "drop_min", MXW_DURATION, FIELD(dnsbl.drop_min), MINUTE, DAY, NULL, "5m",
	  "How long a drop lasts at least." },
	{ "dnsbl", "drop_max", MXW_DURATION, FIELD(dnsbl.drop_max), MINUTE, DAY, NULL, "1h",
	  "How long a drop lasts at most before the lists are asked again." },
	{ "dnsbl", "ttl_min", MXW_DURATION, FIELD(dnsbl.ttl_min), 1, DAY, NULL, "60s",
	  "Shortest time for which a listing is remembered." },
	{ "dnsbl", "ttl_max", MXW_DURATION, FIELD(dnsbl.ttl_max), 1, DAY, NULL, "1h",
	  "Longest time for which a listing is remembered." },
	{ "dnsbl", "negative_ttl_min", MXW_DURATION, FIELD(dnsbl.negative_ttl_min), 1, DAY, NULL,
	  "60s", "Shortest time for which it is remembered that a source is not listed." },
	{ "dnsbl", "negative_ttl_max", MXW_DURATION, FIELD(dnsbl.negative_ttl_max), 1, DAY, NULL,
	  "1h", "Longest time for which it is remembered that a source is not listed." },
	{ "dnsbl", "error_ttl", MXW_DURATION, FIELD(dnsbl.error_ttl), 1, 10 * MINUTE, NULL, "60s",
	  "Time until a list that answered with an error is asked again." },
	{ "dnsbl", "resolvers", MXW_SERVER_LIST, FIELD(dnsbl.resolvers), 0, 0, NULL, "",
	  "Resolvers to ask, ADDR, ADDR:PORT or [ADDR]:PORT; those of /etc/resolv.conf if empty. "
	  "Most lists do not answer public resolvers: run one on this host." },
	{ "dnsbl", "in_flight", MXW_NUMBER, FIELD(dnsbl.in_flight), 1, MXW_QUERIES_IN_FLIGHT, NULL,
	  "1000", "Queries that may wait for an answer at the same time." },
	{ "dnsbl", "queries_per_second", MXW_NUMBER, FIELD(dnsbl.per_second), 0, 1000000, NULL,
	  "4000",
	  "Queries to each list in any second; 0 = no limit. 1 to 7 count as 8. Public lists "
	  "that are known get 100 at most, unless list_queries_per_second names them." },
	{ "dnsbl", "queries_per_day", MXW_NUMBER, FIELD(dnsbl.per_day), 0, UINT32_MAX, NULL, "0",
	  "Queries to each list in any 24 hours; 0 = the vendor's figure for free use where one "
	  "is known, else no limit. They flow over the day, half of them for sources that have "
	  "completed a connection." },
	{ "dnsbl", "list_queries_per_second", MXW_QUOTAS, FIELD(dnsbl.list_per_second), 0, 1000000,
	  NULL, "",
	  "Queries to single lists in any second: domain=number, separated by commas or blanks." },
	{ "dnsbl", "list_queries_per_day", MXW_QUOTAS, FIELD(dnsbl.list_per_day), 0, UINT32_MAX,
	  NULL, "", "Queries to single lists in any 24 hours: domain=number; 0 = no limit." },
	{ "dnsbl", "probe_interval", MXW_DURATION, FIELD(dnsbl.probe_interval), 10, HOUR, NULL,
	  "45s", "Time between two tests of a list's test entries (RFC 5782)." },
	{ "dnsbl", "hit_rate_max", MXW_NUMBER, FIELD(dnsbl.hit_rate), 1, 100, NULL, "60",
	  "How many per cent of the sources that come, each counted once, a list may list. A "
	  "list that lists more, and far more than it used to, is suspected and examined." },
	{ "dnsbl", "canaries", MXW_ADDRESS_LIST, FIELD(dnsbl.canaries), 0, 0, NULL, "",
	  "Addresses of senders that no list should have; a list that has two of four is not "
	  "believed." },

	{ "names", "reverse", MXW_BOOL, FIELD(names.reverse), 0, 0, NULL, "no",
	  "Look up the reverse name of each new source, and whether it leads back to the address: "
	  "two queries or more for each, of which some go to name servers of strangers." },
	{ "names", "missing_weight", MXW_INTEGER, FIELD(names.missing), 0, MOST_SCORE, NULL, "2",
	  "Weight of a source that has no reverse name, or none that a host can have." },
	{ "names", "unconfirmed_weight", MXW_INTEGER, FIELD(names.unconfirmed), 0, MOST_SCORE, NULL,
	  "1", "Weight of a reverse name that does not lead back to the address." },
	{ "names", "confirmed_weight", MXW_INTEGER, FIELD(names.confirmed), -MOST_SCORE, 0, NULL,
	  "0",
	  "Weight of a reverse name that leads back to the address. Many end users have "
	  "such names, so they say little for a source." },
	{ "names", "rhsbl_sites", MXW_SITES, FIELD(names.rhsbl), 0, 0, NULL, "",
	  "Lists of host names to ask about reverse names, in the grammar of sites. Each is asked "
	  "for the name and for its last three and two labels, and has to list TEST and not "
	  "INVALID. A weight below 0 counts only for a name that leads back." },
	{ "names", "score_max", MXW_INTEGER, FIELD(names.score_max), 0, MOST_SCORE, NULL, "3",
	  "The score of a source's names counts as this if it is higher." },
	{ "names", "score_min", MXW_INTEGER, FIELD(names.score_min), -MOST_SCORE, 0, NULL, "-1",
	  "The score of a source's names counts as this if it is lower." },
	{ "names", "deadline", MXW_DURATION, FIELD(names.deadline), 1, MINUTE, NULL, "2s",
	  "Time after which the decision is made without the names that are still missing." },
	{ "names", "sources", MXW_NUMBER, FIELD(names.sources), 1000, 10000000, NULL, "100000",
	  "Sources whose names are remembered; some 500 bytes each." },

	{ "limits", "sources", MXW_NUMBER, FIELD(limits.sources), 1000, 100000000, NULL, "1000000",
	  "Sources that are remembered; the oldest are forgotten first." },
	{ "limits", "queue", MXW_NUMBER, FIELD(limits.queue), 10, MXW_QUERIES_QUEUED, NULL, "20000",
	  "Sources that may wait until lists can be asked about them. Those that have completed a "
	  "connection go first, then those whose SYN repeats; if there is no room, the newest of "
	  "the others is given up." },
	{ "limits", "events_per_second", MXW_NUMBER, FIELD(limits.events), 1, 10000000, NULL,
	  "5000", "New sources that the kernel reports in a second, at most." },

	{ "controller", "user", MXW_TEXT, FIELD(controller.user), 1, 0, NULL, "mxwall",
	  "The user to run as once everything is open." },
	{ "controller", "group", MXW_TEXT, FIELD(controller.group), 1, 0, NULL, "mxwall",
	  "The group to run as. The process is in no other group." },
	{ "controller", "state", MXW_PATH, FIELD(controller.state), 1, 0, NULL,
	  "/var/lib/mxwalld/auto.db",
	  "The database in which automatic entries outlast a restart." },
	{ "controller", "log", MXW_CHOICE, FIELD(controller.log), 0, 0, log_to, "auto",
	  "Where the log goes: to the journal if systemd started the controller, else to "
	  "standard error, or always to one of them." },
	{ "controller", "log_level", MXW_CHOICE, FIELD(controller.log_level), 0, 0, log_level,
	  "info", "What is logged; every level includes the levels before it." },
	{ "controller", "new_blocks_per_minute", MXW_NUMBER, FIELD(controller.new_blocks), 1,
	  10000000, NULL, "2000",
	  "How many new automatic drops in any minute are ordinary. If there are more, the lists "
	  "behind them are suspected and examined; the drops go on." },
	{ "controller", "drop_share", MXW_NUMBER, FIELD(controller.drop_share), 1, 100, NULL, "100",
	  "Has no effect any more: a share of dropped connections proves nothing." },
	{ "controller", "drop_share_window", MXW_DURATION, FIELD(controller.drop_share_window), 10,
	  HOUR, NULL, "5m", "Has no effect any more." },
	{ "controller", "reconcile_interval", MXW_DURATION, FIELD(controller.reconcile), 5, HOUR,
	  NULL, "60s",
	  "Time between two comparisons of the controller's entries with the kernel's." },
	{ "controller", "metrics", MXW_LISTEN, FIELD(controller.metrics), 0, 0, NULL, "",
	  "Where metrics are served over HTTP, besides the socket /run/mxwalld/metrics.sock: to "
	  "everybody on this host, and to nobody else." },
};

const struct mxw_setting *mxw_settings_table(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

static const struct mxw_renamed_key renamed[] = {
	{ "dnsbl", "reject_threshold", "sanction_threshold" },
	{ "dnsbl", "allow_threshold", "good_threshold" },
};

const struct mxw_renamed_key *mxw_renamed_keys(size_t *count)
{
	*count = sizeof(renamed) / sizeof(renamed[0]);
	return renamed;
}

const struct mxw_setting *mxw_setting_find(const char *section, const char *key)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (strcmp(renamed[i].section, section) == 0 && strcmp(renamed[i].old, key) == 0)
			key = renamed[i].key;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].section, section) == 0 && strcmp(table[i].key, key) == 0)
			return &table[i];
	return NULL;
}
