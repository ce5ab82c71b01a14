/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completed connections, between the verbs that show them.
 */
#ifndef MXW_CLI_PRESENCE_H
#define MXW_CLI_PRESENCE_H

#include <jansson.h>
#include <stdbool.h>

#include "apply/presence.h"
#include "host/check.h"

struct presence_state {
	bool on; /* the program is on the cgroup root */
	bool possible; /* the cgroup root is there for it */
	struct mxw_presence counts;
};

/* Looks; needs root. maps is NULL where nothing is attached. */
void presence_look(const struct mxw_maps *maps, struct presence_state *state);

/* {"on":true,"established":N,"ended":N,"open":N,"full":N,"untold":N} */
json_t *presence_json(const struct presence_state *state);

/* The line of status. */
void presence_print(const struct presence_state *state);

/* What is to be done where it is off, a sentence without its end. */
const char *presence_remedy(const struct presence_state *state);

/* The finding of check. attached: whether there is a filter. */
void presence_check(bool attached, struct mxw_check *check);

#endif
