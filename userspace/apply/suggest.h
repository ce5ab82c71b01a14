/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources that completed connections, and the most that each owed to the limits while it was
 * watched: what `xdpctl limits suggest` goes by.
 */
#ifndef MXW_APPLY_SUGGEST_H
#define MXW_APPLY_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "datapath/limits.h"
#include "policy/limits_suggest.h"

struct mxw_watched;

struct mxw_watch {
	struct mxw_watched *sources; /* freed by mxw_watch_free() */
	size_t count, capacity;
	uint64_t last, gap; /* ticks: of the last round; between two, at most */
};

/* One round: remembers who owes of those charged lately, and reads the debts of all who were
 * seen, of the class unknown. To be repeated; *watch begins as zeros. */
int mxw_watch_round(struct mxw_limits_view *view, struct mxw_watch *watch, struct mxw_err *err);
void mxw_watch_free(struct mxw_watch *watch);

/* What was seen of one rate; ipv6: 0 or 1. most includes what can have been paid off between
 * two rounds. */
void mxw_watch_seen(const struct mxw_watch *watch, uint32_t set, uint32_t ipv6,
		    enum mxw_limit_level level, struct mxw_limits_seen *seen);

#endif
