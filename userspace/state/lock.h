/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock that every change of state takes: one writer at a time for store,
 * maps and attachments together.
 */
#ifndef MXW_LOCK_H
#define MXW_LOCK_H

#include "base/err.h"

#define MXW_RUN_DIR "/run/mxwall"

/* What the ways out wait for it, in seconds; then they work without it. */
#define MXW_LOCK_WAY_OUT 1
#define MXW_LOCK_HOLDER 256 /* room for the text of mxw_lock_holder() */

/* Waits up to 60 s for the lock. Returns a descriptor, or MXW_E_BUSY with a sentence that names
 * its holder, or MXW_E_FAIL. The kernel releases it with the descriptor, so a killed process
 * leaves no lock behind. */
int mxw_lock(struct mxw_err *err);

/* The same with another time to wait, in seconds; 0 = not at all. */
int mxw_lock_within(unsigned int seconds, struct mxw_err *err);

/* Who holds it now, "process 4711 (xdpctl block -)", as /proc/locks has it. */
void mxw_lock_holder(char out[MXW_LOCK_HOLDER]);

void mxw_unlock(int lock);

#endif
