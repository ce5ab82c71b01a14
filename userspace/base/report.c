// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Passing notes and progress on. Called by apply and datapath.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/report.h"

void mxw_note(const struct mxw_report *report, const char *format, ...)
{
	char text[512];
	va_list args;

	if (!report || !report->note)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args); /* cut is fine */
	va_end(args);
	report->note(report->context, text);
}

void mxw_progress(const struct mxw_report *report, uint64_t done, uint64_t total)
{
	if (report && report->progress)
		report->progress(report->context, done, total);
}
