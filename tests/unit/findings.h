/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a check of a machine or an interface found.
 */
#ifndef MXW_TESTS_FINDINGS_H
#define MXW_TESTS_FINDINGS_H

#include "host/check.h"

/* The one finding that is not "ok". Fails the test if there is none, or a second. */
const struct mxw_finding *only_finding(const struct mxw_check *check);

#endif
