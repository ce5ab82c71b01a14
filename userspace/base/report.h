/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What long or surprising work tells the one who asked for it: notes that a
 * person should read, and how far it is. Nothing that ran is hidden in a log.
 */
#ifndef MXW_REPORT_H
#define MXW_REPORT_H

#include <stdint.h>

struct mxw_report {
	void (*note)(void *context, const char *text); /* one sentence, no newline */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
};

/* Formats and passes on a note. report may be NULL. */
void mxw_note(const struct mxw_report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* report may be NULL, and may have no progress. */
void mxw_progress(const struct mxw_report *report, uint64_t done, uint64_t total);

#endif
