/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verify's part about automatic entries: the controller's database against the kernel's map.
 */
#ifndef MXW_VERIFY_AUTO_H
#define MXW_VERIFY_AUTO_H

#include "apply/reconcile.h"
#include "cli/cli.h"

/* Fills *out. Needs no lock, and takes some seconds if there are differences beside a running
 * controller. Without an attached filter there are none. */
int verify_automatic(struct cli *cli, struct mxw_differences *out);

/* What it says about them: the exit code is that of the whole command. */
int verify_automatic_result(struct cli *cli, const struct mxw_differences *found);

#endif
