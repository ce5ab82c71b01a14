/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The controller's log: one event a line, as key=value, to standard error; in the journal's
 * format if that is where it goes. Values that need it are quoted and escaped, so
 * nothing that comes from outside makes a line of its own.
 */
#ifndef MXW_DAEMON_LOG_H
#define MXW_DAEMON_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "config/settings.h"

struct mxw_log {
	enum mxw_log_level level; /* what is below is left out */
	bool journal; /* with the journal's priority, without a time */
};

/* As the settings say. */
void mxw_log_init(struct mxw_log *log, const struct mxw_controller_settings *settings);

#define MXW_LOG_END ((const char *)NULL)

/* mxw_log_event(log, MXW_LOG_INFO, "block", "source", text, "why", why, MXW_LOG_END): pairs of
 * strings, and the end. */
void mxw_log_event(const struct mxw_log *log, enum mxw_log_level level, const char *event, ...)
	__attribute__((sentinel));

/* One sentence. */
void mxw_log_say(const struct mxw_log *log, enum mxw_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
