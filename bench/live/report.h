/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run of livegen did, for people and for programs.
 */
#ifndef LIVE_REPORT_H
#define LIVE_REPORT_H

#include "bench/live/engine.h"

struct live_report {
	const struct live_wish *wish;
	const struct live_device *device;
	const struct live_traffic *traffic;
	const struct live_limits *limits;
	const struct live_result *result;
	const char *failure; /* "" if none */
};

/* Packets sent that neither arrived nor were counted as refused: a fault of the
 * devices, or of whoever brought one down. 0 where there is no receiver. */
int64_t live_unexplained(const struct live_report *report);

/* To standard output. */
void live_report_text(const struct live_report *report);
int live_report_json(const struct live_report *report, struct mxw_err *err);

#endif
