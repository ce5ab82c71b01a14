/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of the operator's entries; between the verbs that make them.
 */
#ifndef MXW_CLI_CHANGE_H
#define MXW_CLI_CHANGE_H

#include "apply/apply.h"
#include "cli/cli.h"

/* What a block is held against, and what it meets. */
struct blocking {
	struct mxw_block_guard guard;
	const struct mxw_never_item *inside; /* a host of the set in a blocked /64; NULL: none */
};

/* Adds or removes what the words or the file say. blocking: of an added block, else NULL. */
int change_entries(struct cli *cli, enum mxw_class class, bool remove, struct blocking *blocking);

/* Begins a session as the command wants it: without a lock for a dry run. The caller ends it. */
int change_begin(struct cli *cli, struct mxw_session *session);

#endif
