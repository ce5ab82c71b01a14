/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of mxwall.conf, once: parsing, dump, example and manual follow the table.
 */
#ifndef MXW_CONFIG_TABLE_H
#define MXW_CONFIG_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "config/settings.h"

enum mxw_setting_type {
	MXW_BOOL, /* bool: yes or no */
	MXW_NUMBER, /* uint64_t */
	MXW_INTEGER, /* int64_t */
	MXW_DURATION, /* uint64_t seconds, written as base/num.h reads them */
	MXW_CHOICE, /* unsigned int: index into choices */
	MXW_TEXT, /* char[MXW_SETTING_TEXT]: one word */
	MXW_PATH, /* the same: an absolute path, or nothing if low is 0 */
	MXW_SITES, /* struct mxw_dnsbl_sites */
	MXW_QUOTAS, /* struct mxw_quotas */
	MXW_SERVER_LIST, /* struct mxw_servers: ADDR, ADDR:PORT or [ADDR]:PORT */
	MXW_ADDRESS_LIST, /* struct mxw_addresses */
	MXW_LISTEN, /* struct mxw_server: ADDR:PORT of the loopback; port 0 = none */
};

struct mxw_setting {
	const char *section, *key;
	enum mxw_setting_type type;
	size_t offset; /* of the field in struct mxw_settings */
	int64_t low, high; /* of numbers, and of durations in seconds */
	const char *const *choices; /* NULL-terminated, for MXW_CHOICE */
	const char *preset; /* the default as it would be written */
	const char *help; /* one sentence or two; one line */
};

/* All rows, those of a section together. */
const struct mxw_setting *mxw_settings_table(size_t *count);

/* A key that had another name before, which is still read. */
struct mxw_renamed_key {
	const char *section, *old, *key;
};
const struct mxw_renamed_key *mxw_renamed_keys(size_t *count);

/* The row of a key, also by its old name, or NULL. */
const struct mxw_setting *mxw_setting_find(const char *section, const char *key);

#endif
