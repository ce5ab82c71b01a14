// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verbs and their options, as data. Help, parsing and completion follow
 * this file; the manual pages docs/xdpctl*.8.scd are held against it by a test.
 */
#include "cli.h"

#define FORMATS                                                                          \
	"FORMAT is plain, drop, ipset, nft, rbldnsd, postfix, fail2ban, crowdsec-csv,\n" \
	"crowdsec-json, spamdb, columns, csv, p2p, hosts-deny or cloud-json."
#define FIELD(name) offsetof(struct cli_args, name)
#define END                  \
	{                    \
		.name = NULL \
	}

static const char *const filter_modes[] = { "monitor", "enforce", NULL };
static const char *const entry_modes[] = { "enforce", "shadow", NULL };
static const char *const xdp_modes[] = { "auto", "native", "skb", NULL };

const struct cli_option cli_common[] = {
	{ "json", 'j', CLI_FLAG, FIELD(json), NULL, "print JSON, with a schema version", NULL, 0,
	  0 },
	{ "porcelain", 'p', CLI_FLAG, FIELD(porcelain), NULL,
	  "print tab-separated columns without headings", NULL, 0, 0 },
	{ "help", 'h', CLI_FLAG, FIELD(help), NULL, "show this help", NULL, 0, 0 },
	END,
};

const struct cli_option cli_dry_run[] = {
	{ "dry-run", 'n', CLI_FLAG, FIELD(dry_run), NULL, "say what would be done, change nothing",
	  NULL, 0, 0 },
	END,
};

static const struct cli_option attach_options[] = {
	{ "mode", 'm', CLI_CHOICE, FIELD(mode), "monitor|enforce",
	  "enforce drops, monitor only counts (first attach: monitor)", filter_modes, 0, 0 },
	{ "xdp", 'x', CLI_CHOICE, FIELD(xdp), "auto|native|skb",
	  "where in the kernel to run (auto: native, else skb)", xdp_modes, 0, 0 },
	{ "exclusive", 'e', CLI_FLAG, FIELD(exclusive), NULL,
	  "take the interface alone, as a pinned bpf_link", NULL, 0, 0 },
	{ "shared", 's', CLI_FLAG, FIELD(shared), NULL,
	  "only beside other programs, through libxdp's dispatcher", NULL, 0, 0 },
	{ "confirm", 'c', CLI_NUMBER, FIELD(confirm), "SECONDS",
	  "detach again unless `xdpctl confirm` comes in time", NULL, 1, 86400 },
	{ "ports", 'P', CLI_LIST, FIELD(ports), "PORT[,PORT]...",
	  "protected ports, at most 8 (first attach: 25); repeatable", NULL, 0, 0 },
	{ "protect", 'd', CLI_LIST, FIELD(protect), "ADDR[/LEN]",
	  "judge only SYNs to this destination; repeatable", NULL, 0, 0 },
	{ "never", 'N', CLI_LIST, FIELD(never), "ADDR[/LEN]", "never block this source; repeatable",
	  NULL, 0, 0 },
	{ "drop-fragmented-syn", 'F', CLI_FLAG, FIELD(drop_fragmented), NULL,
	  "drop SYNs that come in IP fragments", NULL, 0, 0 },
	{ "nat64", '6', CLI_TEXT, FIELD(nat64), "PREFIX/96",
	  "read IPv4 sources inside this NAT64 prefix, on all interfaces", NULL, 0, 0 },
	{ "defaults", 'D', CLI_FLAG, FIELD(defaults), NULL,
	  "forget the ports, destinations, -F and -6 of earlier attaches", NULL, 0, 0 },
	{ "capacity", 'C', CLI_NUMBER, FIELD(capacity), "N",
	  "room for N blocked addresses (default 1048576)", NULL, 1, 1U << 26 },
	END,
};

static const struct cli_option detach_options[] = {
	{ "all", 'a', CLI_FLAG, FIELD(all), NULL, "from every interface, and remove every pin",
	  NULL, 0, 0 },
	END,
};

static const struct cli_option block_options[] = {
	{ "for", 't', CLI_DURATION, FIELD(duration), "TIME",
	  "expire after TIME: 90s, 15m, 1h30m, 2d (default: stay)", NULL, 0, 0 },
	{ "reason", 'r', CLI_TEXT, FIELD(reason), "TEXT", "why; `list` and `explain` show it", NULL,
	  0, 0 },
	{ "mode", 'm', CLI_CHOICE, FIELD(mode), "shadow|enforce",
	  "shadow: count what it would drop (default enforce)", entry_modes, 0, 0 },
	CLI_FILE_OPTION,
	CLI_FORMAT_OPTION,
	{ "force", 'F', CLI_FLAG, FIELD(force), NULL,
	  "accept very wide ranges, and ranges with never-block addresses", NULL, 0, 0 },
	END,
};

static const struct cli_option allow_options[] = {
	{ "for", 't', CLI_DURATION, FIELD(duration), "TIME",
	  "expire after TIME: 90s, 15m, 1h30m, 2d (default: stay)", NULL, 0, 0 },
	{ "reason", 'r', CLI_TEXT, FIELD(reason), "TEXT", "why; `list` and `explain` show it", NULL,
	  0, 0 },
	CLI_FILE_OPTION,
	CLI_FORMAT_OPTION,
	END,
};

static const struct cli_option remove_options[] = {
	CLI_FILE_OPTION,
	CLI_FORMAT_OPTION,
	END,
};

static const struct cli_option watch_options[] = {
	{ "count", 'c', CLI_NUMBER, FIELD(count), "N", "end after N events", NULL, 1, 1ULL << 32 },
	END,
};

static const struct cli_option rows_options[] = {
	{ "count", 'c', CLI_NUMBER, FIELD(count), "N", "show N rows (default 20)", NULL, 1, 4096 },
	END,
};

static const struct cli_option top_options[] = {
	{ "count", 'c', CLI_NUMBER, FIELD(count), "N", "show N rows (default 20)", NULL, 1, 4096 },
	{ "for", 't', CLI_DURATION, FIELD(duration), "TIME", "end after TIME (default: ^C)", NULL,
	  0, 0 },
	END,
};

static const struct cli_option suggest_options[] = {
	{ "for", 't', CLI_DURATION, FIELD(duration), "TIME",
	  "watch for TIME, or until ^C (default 10m)", NULL, 0, 0 },
	END,
};

static const struct cli_option verify_options[] = {
	{ "repair", 'r', CLI_FLAG, FIELD(repair), NULL,
	  "write what is stored into the kernel, and remove the rest", NULL, 0, 0 },
	END,
};

static const struct cli_option spf_options[] = {
	{ "helo", 'H', CLI_TEXT, FIELD(helo), "NAME", "what the client said in HELO or EHLO", NULL,
	  0, 0 },
	END,
};

static const struct cli_option config_show_options[] = {
	{ "all", 'a', CLI_FLAG, FIELD(all), NULL, "every key, not only what is set", NULL, 0, 0 },
	{ "changed", 'n', CLI_FLAG, FIELD(changed), NULL,
	  "only what differs from the defaults, as without options", NULL, 0, 0 },
	{ "defaults", 'd', CLI_FLAG, FIELD(defaults), NULL,
	  "every key at its default, whatever the file says", NULL, 0, 0 },
	END,
};

static const struct cli_option flush_options[] = {
	{ "yes", 'y', CLI_FLAG, FIELD(yes), NULL, "yes, remove all operator entries", NULL, 0, 0 },
	END,
};

const char *const cli_text_verbs[] = { "feed export", "config show", "config example", "completion",
				       NULL };

const struct cli_verb cli_verbs[] = {
	{ "attach", "IFACE", 1, 1, CLI_OPERAND_IFACE, attach_options, true,
	  "put the filter on an interface, or replace it there in place",
	  "A first attach only watches (--mode monitor). It shares the interface through libxdp's\n"
	  "dispatcher where the kernel allows that, and says so where it does not.",
	  "xdpctl attach eth0 --mode enforce --confirm 60", "xdpctl-attach", verb_attach },
	{ "detach", "IFACE", 0, 1, CLI_OPERAND_IFACE, detach_options, true,
	  "take the filter off; operator entries stay in the store", NULL, "xdpctl detach eth0",
	  "xdpctl-attach", verb_detach },
	{ "confirm", "IFACE", 0, 1, CLI_OPERAND_IFACE, NULL, true,
	  "keep a filter that was attached with --confirm", NULL, "xdpctl confirm eth0",
	  "xdpctl-attach", verb_confirm },
	{ "status", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "say where the filter is, how, in which mode, and whether all is well", NULL,
	  "xdpctl status", "xdpctl-attach", verb_status },
	{ "mode", "monitor|enforce|bypass", 0, 1, CLI_OPERAND_MODE, NULL, true,
	  "show or set the mode: monitor drops nothing, bypass judges nothing", NULL,
	  "xdpctl mode enforce", "xdpctl-attach", verb_mode },
	{ "block", "ADDR[/LEN]...|-", 0, 0, CLI_OPERAND_ADDRESS, block_options, true,
	  "drop SYNs from these sources",
	  "\"-\" reads a list from standard input. Each wrong line is named with its number. "
	  "The\nothers are applied, and the exit code is 1.\n" FORMATS,
	  "xdpctl block 198.51.100.7 203.0.113.0/24 --for 1d --reason \"dictionary attack\"",
	  "xdpctl-block", verb_block },
	{ "unblock", "ADDR[/LEN]...|-", 0, 0, CLI_OPERAND_ADDRESS, remove_options, true,
	  "remove blocks, exactly as they were given", FORMATS, "xdpctl unblock 198.51.100.7",
	  "xdpctl-block", verb_unblock },
	{ "allow", "ADDR[/LEN]...|-", 0, 0, CLI_OPERAND_ADDRESS, allow_options, true,
	  "let these sources through, whatever blocks them", FORMATS,
	  "xdpctl allow 192.0.2.0/24 --reason \"our own relays\"", "xdpctl-block", verb_allow },
	{ "unallow", "ADDR[/LEN]...|-", 0, 0, CLI_OPERAND_ADDRESS, remove_options, true,
	  "remove allows, exactly as they were given", FORMATS, "xdpctl unallow 192.0.2.0/24",
	  "xdpctl-block", verb_unallow },
	{ "unnever", "ADDR[/LEN]...", 1, 0, CLI_OPERAND_ADDRESS, NULL, true,
	  "take sources out of the never-block set, exactly as `list never` shows them", NULL,
	  "xdpctl unnever 192.0.2.9", "xdpctl-block", verb_unnever },
	{ "list", "allow|block|auto|never", 0, 1, CLI_OPERAND_CLASS, NULL, false,
	  "show the entries: what, until when, hits, who and why", NULL, "xdpctl list block",
	  "xdpctl-block", verb_list },
	{ "explain", "ADDR", 1, 1, CLI_OPERAND_ADDRESS, NULL, false,
	  "say what happens to a SYN from an address, why, until when, and how to undo it",
	  "The answer comes twice: from the stored entries, and from the loaded program itself, "
	  "run\n"
	  "on a SYN from that address with no effect on counters. If the two differ, that is a "
	  "bug.",
	  "xdpctl explain 198.51.100.7", "xdpctl-explain", verb_explain },
	{ "stats", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "show packets and bytes for each reason", NULL, "xdpctl stats -j", "xdpctl-explain",
	  verb_stats },
	{ "watch", NULL, 0, 0, CLI_OPERAND_NONE, watch_options, false,
	  "show judged packets as they come, sampled", NULL, "xdpctl watch --count 20",
	  "xdpctl-explain", verb_watch },
	{ "check", "IFACE", 0, 1, CLI_OPERAND_IFACE, NULL, false,
	  "check kernel, rights and interface, and say what to do about each finding", NULL,
	  "xdpctl check eth0", "xdpctl-attach", verb_check },
	{ "verify", NULL, 0, 0, CLI_OPERAND_NONE, verify_options, false,
	  "compare the stored entries with the kernel's, both ways", NULL, "xdpctl verify",
	  "xdpctl-explain", verb_verify },
	{ "feed add", "NAME SOURCE", 1, 2, CLI_OPERAND_SOURCE, cli_feed_add_options, true,
	  "add a list from a file, a directory, an https URL or \"-\"",
	  "The list is in force when the command returns. SOURCE may also be the name of a "
	  "ready-made\nfeed, and NAME may then be left out: `xdpctl feed list` shows the "
	  "ready-made ones.\n" FORMATS,
	  "xdpctl feed add drop spamhaus-drop --mode shadow", "xdpctl-feed", verb_feed_add },
	{ "feed remove", "NAME", 1, 1, CLI_OPERAND_FEED, NULL, true, "remove a feed and its list",
	  NULL, "xdpctl feed remove drop", "xdpctl-feed", verb_feed_remove },
	{ "feed list", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "show the feeds, how large, how old, and what they decided", NULL, "xdpctl feed list",
	  "xdpctl-feed", verb_feed_list },
	{ "feed show", "NAME", 1, 1, CLI_OPERAND_FEED, NULL, false,
	  "show all there is to know about a feed", NULL, "xdpctl feed show drop", "xdpctl-feed",
	  verb_feed_show },
	{ "feed refresh", "NAME", 0, 1, CLI_OPERAND_FEED, cli_feed_refresh_options, true,
	  "read a feed's source again, or those of all feeds that are due",
	  "A list that turns into something else is held, and the last good one stays in force.",
	  "xdpctl feed refresh drop", "xdpctl-feed", verb_feed_refresh },
	{ "feed import", "NAME ADDR[/LEN]...|-", 1, 0, CLI_OPERAND_FEED, cli_feed_import_options,
	  true, "add single entries to a feed, or take them out",
	  "If there is no such feed, it is made. The next refresh of a feed that has a "
	  "source\nforgets single entries.\n" FORMATS,
	  "xdpctl feed import mine 1.2.3.4 5.6.0.0/16", "xdpctl-feed", verb_feed_import },
	{ "feed export", "NAME", 1, 1, CLI_OPERAND_FEED, cli_feed_export_options, false,
	  "print a feed's list", NULL, "xdpctl feed export drop --format nft", "xdpctl-feed",
	  verb_feed_export },
	{ "feed diff", "NAME SOURCE", 1, 2, CLI_OPERAND_FEED, cli_feed_diff_options, false,
	  "say what a refresh would change, and which known-good addresses it would hit",
	  "If a list is held, that list is compared, and nothing is fetched.\n" FORMATS,
	  "xdpctl feed diff drop", "xdpctl-feed", verb_feed_diff },
	{ "feed mode", "NAME shadow|limit|enforce", 2, 2, CLI_OPERAND_FEED_MODE, NULL, true,
	  "set what happens to the sources that a feed lists", NULL,
	  "xdpctl feed mode drop enforce", "xdpctl-feed", verb_feed_mode },
	{ "limits show", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "show how often sources may connect, and the state of the limits", NULL,
	  "xdpctl limits show", "xdpctl-limits", verb_limits_show },
	{ "limits set", "KEY=VALUE...", 1, 0, CLI_OPERAND_SETTING, NULL, true,
	  "change settings of the limits",
	  "rates= and connections= are off, shadow or enforce; flood= is off, shadow, auto or\n"
	  "forced. CLASS.LEVEL[.FAMILY][@PORT]=N/s|min|h:BURST sets a rate.",
	  "xdpctl limits set rates=enforce unknown.source=30/min:10", "xdpctl-limits",
	  verb_limits_set },
	{ "limits suggest", NULL, 0, 0, CLI_OPERAND_NONE, suggest_options, false,
	  "watch who completes connections, and say what rates they need",
	  "It reads what sources owe to the rates in force, and changes nothing. Run it in "
	  "monitor\nmode or with rates=shadow.",
	  "xdpctl limits suggest --for 1h", "xdpctl-limits", verb_limits_suggest },
	{ "limits top", NULL, 0, 0, CLI_OPERAND_NONE, rows_options, false,
	  "show the sources and nets that are nearest to their limits", NULL, "xdpctl limits top",
	  "xdpctl-limits", verb_limits_top },
	{ "top", NULL, 0, 0, CLI_OPERAND_NONE, top_options, false,
	  "show every second the packets by reason, and the busiest sources", NULL, "xdpctl top",
	  "xdpctl-explain", verb_top },
	{ "dnsbl list", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "show the DNS lists: weights, health, and queries against their quotas", NULL,
	  "xdpctl dnsbl list", "xdpctl-dnsbl", verb_dnsbl_list },
	{ "dnsbl test", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "ask every DNS list for its test entries now",
	  "127.0.0.2 has to be listed and 127.0.0.1 must not be (RFC 5782). Exit 4 if a list "
	  "does\n"
	  "not pass.",
	  "xdpctl dnsbl test", "xdpctl-dnsbl", verb_dnsbl_test },
	{ "dnsbl stats", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "show what the DNS lists have answered, how fast, and what each is worth",
	  "The figures begin with the controller's start; without a controller there are none.",
	  "xdpctl dnsbl stats -j", "xdpctl-dnsbl", verb_dnsbl_stats },
	{ "dnsbl query", "ADDR", 1, 1, CLI_OPERAND_ADDRESS, NULL, false,
	  "ask every DNS list about an address now, and say what would be decided",
	  "It remembers nothing and blocks nobody. It does not look up the names of sources, "
	  "which\nthe controller may count too.",
	  "xdpctl dnsbl query 198.51.100.7", "xdpctl-dnsbl", verb_dnsbl_query },
	{ "spf", "ADDR SENDER", 2, 2, CLI_OPERAND_ADDRESS, spf_options, false,
	  "say whether a domain lets an address send mail in its name (SPF)",
	  "SENDER is an address, or a domain. For \"\" or \"<>\", the null sender, the name of "
	  "--helo is\n"
	  "checked. Exit 1 if the DNS did not say.",
	  "xdpctl spf 198.51.100.7 joe@example.com --helo mail.example.com", "xdpctl-dnsbl",
	  verb_spf },
	{ "config check", "FILE", 0, 1, CLI_OPERAND_FILE, NULL, false,
	  "say what is wrong with the controller's configuration",
	  "It names each mistake with its line, as the controller would. Without FILE it "
	  "reads\n/etc/mxwall/mxwall.conf.",
	  "xdpctl config check", "xdpctl-config", verb_config_check },
	{ "config show", "FILE", 0, 1, CLI_OPERAND_FILE, config_show_options, false,
	  "show the controller's settings that differ from the defaults, or all",
	  "The output is a configuration file, but the keys in names of lists are masked.",
	  "xdpctl config show --all", "xdpctl-config", verb_config_show },
	{ "config example", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false,
	  "print a configuration to begin with, every key with its meaning", NULL,
	  "xdpctl config example > /etc/mxwall/mxwall.conf", "xdpctl-config", verb_config_example },
	{ "flush", NULL, 0, 0, CLI_OPERAND_NONE, flush_options, true, "remove all operator entries",
	  NULL, "xdpctl flush --yes", "xdpctl-block", verb_flush },
	{ "version", NULL, 0, 0, CLI_OPERAND_NONE, NULL, false, "show the version", NULL,
	  "xdpctl version", "xdpctl", verb_version },
	{ "completion", "bash|zsh", 1, 1, CLI_OPERAND_SHELL, NULL, false,
	  "print a completion script for a shell", NULL,
	  "xdpctl completion bash > /etc/bash_completion.d/xdpctl", "xdpctl", verb_completion },
	{ .name = NULL },
};
