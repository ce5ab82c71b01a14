/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mxwall.conf says, in the types that the program works with. Every field is a row of
 * the table in table.c, which has its name, range, default and meaning. Plain data without
 * pointers: a copy is a copy. One is some 80 KiB; keep it off the stack.
 */
#ifndef MXW_SETTINGS_H
#define MXW_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/dnsbl_sites.h"

#define MXW_SETTING_TEXT 256 /* a text or path, with NUL */
#define MXW_SERVERS 8
#define MXW_ADDRESSES 64
#define MXW_QUERIES_IN_FLIGHT 1000 /* at most, as sources/dnsbl_resolver.h has it */
#define MXW_QUERIES_QUEUED (1 << 20)

/* "zone=number" for some lists. */
struct mxw_quotas {
	char zone[MXW_DNSBL_ZONES][MXW_DNSBL_ZONE_TEXT]; /* lower case */
	uint64_t number[MXW_DNSBL_ZONES];
	size_t count;
};

struct mxw_server {
	uint8_t addr[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	uint16_t port; /* host order */
};

struct mxw_servers {
	struct mxw_server server[MXW_SERVERS];
	size_t count;
};

struct mxw_addresses {
	uint8_t addr[MXW_ADDRESSES][16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	size_t count;
};

enum mxw_automatic { MXW_AUTOMATIC_SHADOW, MXW_AUTOMATIC_ENFORCE };
enum mxw_log_to { MXW_LOG_AUTO, MXW_LOG_JOURNAL, MXW_LOG_STDERR };
enum mxw_log_level { MXW_LOG_ERROR, MXW_LOG_WARNING, MXW_LOG_INFO, MXW_LOG_DEBUG };

/* Durations are in seconds. */
struct mxw_filter_settings {
	unsigned int automatic; /* enum mxw_automatic */
	bool hold_unknown;
	uint64_t deadman;
};

struct mxw_dnsbl_settings {
	struct mxw_dnsbl_sites sites, authoritative;
	int64_t drop, reject, grey, limit, allow; /* thresholds */
	int64_t allow_floor;
	uint64_t lists_for_drop;
	uint64_t deadline, partial_max;
	uint64_t drop_min, drop_max;
	uint64_t ttl_min, ttl_max, negative_ttl_min, negative_ttl_max, error_ttl;
	struct mxw_servers resolvers; /* none: those of /etc/resolv.conf */
	uint64_t in_flight;
	uint64_t per_second, per_day; /* of a list that the next two do not name; 0 = no limit */
	struct mxw_quotas list_per_second, list_per_day;
	uint64_t probe_interval;
	uint64_t hit_rate; /* per cent */
	struct mxw_addresses canaries;
};

struct mxw_names_settings {
	bool reverse;
	int64_t missing, unconfirmed, confirmed; /* weights */
	int64_t score_max, score_min;
	struct mxw_dnsbl_sites rhsbl;
	uint64_t deadline;
	uint64_t sources;
};

struct mxw_limits_settings {
	uint64_t sources, queue, events;
};

struct mxw_controller_settings {
	char user[MXW_SETTING_TEXT], group[MXW_SETTING_TEXT];
	char state[MXW_SETTING_TEXT];
	unsigned int log; /* enum mxw_log_to */
	unsigned int log_level; /* enum mxw_log_level */
	uint64_t new_blocks; /* per minute, that are ordinary */
	uint64_t drop_share, drop_share_window; /* read, and without effect */
	uint64_t reconcile;
	struct mxw_server metrics; /* HTTP on the loopback; port 0 = none */
};

struct mxw_settings {
	struct mxw_filter_settings filter;
	struct mxw_dnsbl_settings dnsbl;
	struct mxw_names_settings names;
	struct mxw_limits_settings limits;
	struct mxw_controller_settings controller;
	uint32_t
		old_names; /* a bit for each row of mxw_renamed_keys() that the file has by its old name */
};

#endif
