/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the loaded program itself what it would do with a SYN, through
 * BPF_PROG_TEST_RUN, without an effect on counters, hits or events.
 */
#ifndef MXW_PROBE_H
#define MXW_PROBE_H

#include "base/addr.h"
#include "datapath/pins.h"

struct mxw_probe_answer {
	bool drop;
	unsigned int reason; /* enum mxw_reason; MXW_REASON_NONE: not judged */
	uint8_t feed; /* class of the feed that decided, 0 if none did */
};

/*
 * source: 16 bytes, IPv4 as ::ffff:a.b.c.d; dest likewise, of the same family.
 * port: destination port, host order. program_fd: from mxw_hook_open_program().
 */
int mxw_probe_run(int program_fd, const uint8_t source[16], const uint8_t dest[16], uint16_t port,
		  struct mxw_probe_answer *answer, struct mxw_err *err);

#endif
