/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A path for a Unix socket, in a folder of its own. Failures end the running cmocka test.
 */
#ifndef MXW_TESTS_DOOR_H
#define MXW_TESTS_DOOR_H

#include "tests/unit/sandbox.h"

struct door {
	char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
};

/* Makes the folder; who listens makes the socket. */
void door_make(struct door *door);

/* Removes both. There must be nothing else in the folder. */
void door_remove(const struct door *door);

/* Connects. Returns the descriptor, which does not block; the caller closes it. */
int door_reach(const struct door *door);

#endif
