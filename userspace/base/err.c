// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The error sentence. Called by every room; calls nothing.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"

int mxw_fail(struct mxw_err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args); /* cut is fine */
	va_end(args);
	return code;
}

int mxw_exit_code(int code)
{
	if (code == MXW_E_BUSY)
		return -MXW_E_FAIL;
	return code < 0 ? -code : code;
}
