/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One more finding; between the files that find.
 */
#ifndef MXW_CHECK_ADD_H
#define MXW_CHECK_ADD_H

#include "host/check.h"

/* Adds a finding; a text that is too long is cut. */
void mxw_check_add(struct mxw_check *check, enum mxw_level level, const char *what,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
