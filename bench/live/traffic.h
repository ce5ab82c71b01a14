/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What livegen sends: the frame, and the sources in the order of sending.
 */
#ifndef LIVE_TRAFFIC_H
#define LIVE_TRAFFIC_H

#include "base/err.h"
#include "bench/lib/frame.h"
#include "bench/lib/shape.h"
#include "bench/livegen.h"

#define LIVE_PROBES (1U << 20) /* sources in the corpus, read in order, over and over */

/* What to send, as the user wants it. */
struct live_wish {
	enum bench_shape shape;
	const char *listed_file; /* the listed addresses; NULL: made, as many as entries */
	uint32_t entries;
	uint32_t share; /* percent of the packets that come from a listed address */
	uint16_t port;
	enum bench_frame frame;
	uint32_t dest; /* host order */
};

struct live_traffic {
	struct bench_packet frame;
	struct live_probe *probes; /* LIVE_PROBES */
	uint8_t *is_listed; /* for each probe */
	uint32_t entries; /* listed addresses there are */
};

/*
 * The listed addresses of a wish, host order, which the caller frees. Returns 0,
 * or MXW_E_* with a sentence, for a malformed line with its number.
 */
int live_listed(const struct live_wish *wish, uint32_t **addresses, uint32_t *count,
		struct mxw_err *err);

/* Returns 0, or MXW_E_* with a sentence; live_traffic_free() is due in both cases. */
int live_traffic_make(struct live_traffic *traffic, const struct live_wish *wish,
		      struct mxw_err *err);

void live_traffic_free(struct live_traffic *traffic);

/* How many of the first sent packets came from listed addresses. */
uint64_t live_traffic_hits(const struct live_traffic *traffic, uint64_t sent);

#endif
