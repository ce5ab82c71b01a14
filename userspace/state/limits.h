/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits' settings as the operator left them: a text file of KEY=VALUE lines in the
 * state directory, which outlives reboots and `detach --all`. Writers hold the lock.
 */
#ifndef MXW_STATE_LIMITS_H
#define MXW_STATE_LIMITS_H

#include "base/err.h"
#include "base/report.h"
#include "bpf/abi.h"

/* Fills *limits with the defaults and what the file in dir changes. No file: the defaults. Lines
 * that mean nothing are noted, and left out. */
int mxw_limits_load(const char *dir, struct mxw_limits *limits, const struct mxw_report *report,
		    struct mxw_err *err);

/* Replaces the file as a whole, durably, or leaves it as it was. */
int mxw_limits_save(const char *dir, const struct mxw_limits *limits, struct mxw_err *err);

#endif
