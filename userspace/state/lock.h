/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock that every change of state takes: one writer at a time for store,
 * maps and attachments together.
 */
#ifndef MXW_LOCK_H
#define MXW_LOCK_H

#include "base/err.h"

#define MXW_RUN_DIR "/run/mxwall"

/* Waits up to 60 s for the lock. Returns a descriptor, or a negative MXW_E_*. The kernel
 * releases it with the descriptor, so a killed process leaves no lock behind. */
int mxw_lock(struct mxw_err *err);

/* The same with another time to wait, in seconds; 0 = not at all. */
int mxw_lock_within(unsigned int seconds, struct mxw_err *err);

void mxw_unlock(int lock);

#endif
