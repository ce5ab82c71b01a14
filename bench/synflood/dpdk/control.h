/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The course of a run: launching the workers, phases, progress, the end.
 */
#ifndef SYNFLOOD_CONTROL_H
#define SYNFLOOD_CONTROL_H

#include "bench/synflood/dpdk/worker.h"

/* Blocks the signals that end a run, for this thread and those it makes. */
void sf_control_hold_signals(void);

/*
 * Floods, until all is sent and the answers are in, until a signal, or until the
 * device fails. The result's counters are filled in every case. Returns 0, or
 * MXW_E_FAIL with the reason why it ended early.
 */
int sf_control_flood(struct sf_run *run, struct sf_result *result, struct mxw_err *err);

#endif
