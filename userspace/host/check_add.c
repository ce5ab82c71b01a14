// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping what the checks find.
 */
#include <stdarg.h>
#include <stdio.h>

#include "host/check_add.h"

void mxw_check_add(struct mxw_check *check, enum mxw_level level, const char *what,
		   const char *format, ...)
{
	struct mxw_finding *finding = &check->items[check->count];
	va_list args;

	if (check->count == MXW_CHECK_MAX)
		return;
	check->count++;
	finding->level = level;
	(void)snprintf(finding->what, sizeof(finding->what), "%s", what); /* cut is fine */
	va_start(args, format);
	(void)vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}
