/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits: settings from the store to the kernel, connections counted by the kernel's own
 * view of its sockets, and what a source owes.
 */
#ifndef MXW_APPLY_LIMITS_H
#define MXW_APPLY_LIMITS_H

#include <stdbool.h>

#include "base/report.h"
#include "bpf/abi.h"
#include "datapath/limits.h"

/* Attach: the stored settings into the program's maps. */
int mxw_limits_restore(const struct mxw_maps *maps, const struct mxw_report *report,
		       struct mxw_err *err);

/* Stores settings "KEY=VALUE" and puts them in force, all or none. Takes the lock. *after: the
 * settings then, also in a dry run, which changes nothing. */
int mxw_limits_change(const char *const *settings, size_t count, bool dry_run,
		      struct mxw_limits *after, const struct mxw_report *report,
		      struct mxw_err *err);

/* Whether some interface's filter protects the port. */
bool mxw_limits_protects(const struct mxw_config *config, uint16_t port);

/* Protected ports on which nothing listens in this network namespace: where NAT sends their
 * connections to another port or to a container, no socket here shows them. Each port once. */
struct mxw_uncounted {
	uint16_t ports[MXW_MAX_IFACES * MXW_MAX_PORTS];
	size_t count;
};
int mxw_conns_uncounted(const struct mxw_config *config, struct mxw_uncounted *out,
			struct mxw_err *err);

/* What one round of counting connections found. */
struct mxw_conns_round {
	struct mxw_uncounted uncounted;
	uint64_t connections; /* established, to protected ports */
	uint64_t sources; /* at or over their number */
	uint64_t nets;
	uint64_t backlog; /* waiting in the fullest listener of a protected port */
	uint64_t backlog_most; /* its room */
	bool pressed; /* a listener is so full that proofs are asked for */
};

/* Counts the connections of each source and net, and marks those that may have no more, for
 * MXW_CONNS_SECONDS. To be repeated: what is not, ends by itself. */
#define MXW_CONNS_SECONDS 10
int mxw_conns_count(struct mxw_limits_view *view, const struct mxw_config *config,
		    struct mxw_conns_round *round, struct mxw_err *err);

#endif
