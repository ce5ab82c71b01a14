/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits: settings from the store to the kernel.
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

/* Stores settings "KEY=VALUE" and puts them in force, all or none. Takes the lock,
 * or does without it if somebody keeps it, since this is a way out too. *after: the settings then, also in a dry run, which changes nothing. */
int mxw_limits_change(const char *const *settings, size_t count, bool dry_run,
		      struct mxw_limits *after, const struct mxw_report *report,
		      struct mxw_err *err);

#endif
