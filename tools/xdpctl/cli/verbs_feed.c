// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of the feed verbs, as data. The verbs themselves are in verbs.c's table.
 */
#include "tools/xdpctl/feed.h"
#include "cli.h"

#define FIELD(name) offsetof(struct cli_args, name)
#define END                  \
	{                    \
		.name = NULL \
	}

const char *const feed_modes[] = { "shadow", "limit", "enforce", NULL };

const char *const cli_formats[] = { "plain",	     "drop",	   "ipset",	 "nft",
				    "rbldnsd",	     "postfix",	   "fail2ban",	 "crowdsec-csv",
				    "crowdsec-json", "spamdb",	   "columns",	 "csv",
				    "p2p",	     "hosts-deny", "cloud-json", NULL };
static const char *const export_formats[] = { "plain", "nft", "ipset", "rbldnsd", NULL };

#define FORMAT                                                                              \
	{                                                                                   \
		"format", 'f', CLI_CHOICE, FIELD(format), "FORMAT",                         \
			"how the source is written (default: found out)", cli_formats, 0, 0 \
	}

#define FORCE(text)                                                          \
	{                                                                    \
		"force", 'F', CLI_FLAG, FIELD(force), NULL, text, NULL, 0, 0 \
	}

const struct cli_option cli_feed_add_options[] = {
	{ "mode", 'm', CLI_CHOICE, FIELD(mode), "shadow|limit|enforce",
	  "what happens to listed sources (default enforce)", feed_modes, 0, 0 },
	{ "allow", 'a', CLI_FLAG, FIELD(allow), NULL, "an allow list: what it lists passes", NULL,
	  0, 0 },
	FORMAT,
	{ "max-age", 'A', CLI_TEXT, FIELD(max_age), "TIME|never",
	  "a copy older than this blocks nobody (URLs: 3d)", NULL, 0, 0 },
	{ "max-content-age", 'C', CLI_TEXT, FIELD(max_content_age), "TIME|never",
	  "a list that has not changed for so long blocks nobody (URLs: 30d)", NULL, 0, 0 },
	{ "max-prefix", 'P', CLI_TEXT, FIELD(max_prefix), "LEN[,LEN6]",
	  "widest entry it may have (default 8,19)", NULL, 0, 0 },
	{ "skip-reserved", 's', CLI_FLAG, FIELD(skip_reserved), NULL,
	  "leave out private and other reserved ranges", NULL, 0, 0 },
	{ "ca-file", 'c', CLI_TEXT, FIELD(ca_file), "FILE",
	  "certificates that vouch for the server, in PEM", NULL, 0, 0 },
	{ "reason", 'r', CLI_TEXT, FIELD(reason), "TEXT", "why; `feed show` and `explain` show it",
	  NULL, 0, 0 },
	FORCE("accept a list that covers a great part of the internet"),
	END,
};

const struct cli_option cli_feed_refresh_options[] = {
	FORCE("take a list that is held, or would be"),
	END,
};

const struct cli_option cli_feed_import_options[] = {
	{ "remove", 'r', CLI_FLAG, FIELD(remove), NULL, "take the entries out", NULL, 0, 0 },
	{ "mode", 'm', CLI_CHOICE, FIELD(mode), "shadow|limit|enforce",
	  "the mode of a new feed (default enforce)", feed_modes, 0, 0 },
	{ "allow", 'a', CLI_FLAG, FIELD(allow), NULL, "make a new feed an allow list", NULL, 0, 0 },
	CLI_FILE_OPTION,
	CLI_FORMAT_OPTION,
	END,
};

const struct cli_option cli_feed_export_options[] = {
	{ "format", 'f', CLI_CHOICE, FIELD(format), "plain|nft|ipset|rbldnsd",
	  "how to write it (default plain)", export_formats, 0, 0 },
	END,
};

const struct cli_option cli_feed_diff_options[] = {
	FORMAT,
	END,
};
