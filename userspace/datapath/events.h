/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sampled events of the program.
 */
#ifndef MXW_EVENTS_H
#define MXW_EVENTS_H

#include "datapath/pins.h"

/* Called with each event; a return other than 0 ends the reading. */
typedef int mxw_event_visit(void *context, const struct mxw_event *event);

struct mxw_events;

/* One reader at a time gets each event. The caller closes it. */
int mxw_events_open(const struct mxw_maps *maps, mxw_event_visit *visit, void *context,
		    struct mxw_events **out, struct mxw_err *err);
void mxw_events_close(struct mxw_events *events);

/* Waits up to timeout_ms and passes on what is there. Returns how many, 0 on a
 * signal, or a negative MXW_E_*. */
int mxw_events_poll(struct mxw_events *events, int timeout_ms, struct mxw_err *err);

#endif
