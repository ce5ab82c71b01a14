// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading the event ring. Called by watch.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "datapath/events.h"

struct mxw_events {
	struct ring_buffer *ring;
	mxw_event_visit *visit;
	void *context;
};

static int on_sample(void *context, void *data, size_t size)
{
	struct mxw_events *events = context;

	if (size < sizeof(struct mxw_event))
		return 0;
	return events->visit(events->context, data) ? -ECANCELED : 0;
}

int mxw_events_open(const struct mxw_maps *maps, mxw_event_visit *visit, void *context,
		    struct mxw_events **out, struct mxw_err *err)
{
	struct mxw_events *events = calloc(1, sizeof(*events));

	*out = events;
	if (!events)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	events->visit = visit;
	events->context = context;
	events->ring = ring_buffer__new(maps->fd[MXW_MAP_EVENTS], on_sample, events, NULL);
	if (!events->ring)
		return mxw_fail(err, MXW_E_FAIL, "cannot read the filter's events: %s",
				strerror(errno));
	return MXW_OK;
}

void mxw_events_close(struct mxw_events *events)
{
	if (!events)
		return;
	ring_buffer__free(events->ring);
	free(events);
}

int mxw_events_poll(struct mxw_events *events, int timeout_ms, struct mxw_err *err)
{
	int got = ring_buffer__poll(events->ring, timeout_ms);

	if (got >= 0 || got == -EINTR || got == -ECANCELED)
		return got > 0 ? got : 0;
	return mxw_fail(err, MXW_E_FAIL, "cannot read the filter's events: %s", strerror(-got));
}
