/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device that livegen sends through, and at its other end, where it is a
 * veth, the receiver: what they counted, and what the receiver's thread cost.
 */
#ifndef LIVE_DEVICE_H
#define LIVE_DEVICE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct live_device {
	char name[IFNAMSIZ];
	unsigned int ifindex;
	char receiver[IFNAMSIZ]; /* "" where there is none in this network namespace */
	uint8_t receiver_mac[6];
	char thread[312]; /* schedstat file of the receiver's NAPI thread, "" if none is seen */
	int socket; /* to ask with */
};

/* Since the devices exist. Where there is no receiver only taken is known, and
 * it counts all that the device sent. */
struct live_counts {
	uint64_t taken; /* frames that the device accepted */
	uint64_t refused; /* frames that it had no room for */
	uint64_t received; /* frames that the receiver took out of its ring */
	uint64_t program_drops; /* of these, frames that an XDP program dropped */
	uint64_t thread_ns; /* CPU time of the receiver's thread */
};

/*
 * Finds the device, its receiver and the receiver's thread. proc: where the
 * processes of the machine are seen, usually /proc. Returns 0, or MXW_E_* with
 * a sentence, also where the receiver would take nothing; close in both cases.
 */
int live_device_open(struct live_device *device, const char *name, const char *proc,
		     struct mxw_err *err);

void live_device_close(struct live_device *device);

int live_device_count(const struct live_device *device, struct live_counts *counts,
		      struct mxw_err *err);

#define LIVE_LEAST_TAKEN 1000 /* a device that takes less than 1 of these takes nothing */

/* Whether the device took what was sent into it; MXW_E_FAIL with a sentence if it
 * took next to nothing. */
int live_device_took(const struct live_device *device, const struct live_counts *counts,
		     uint64_t sent, struct mxw_err *err);

/* Whether the device, and the receiver, are up and have carrier; MXW_E_FAIL with a
 * sentence if not. */
int live_device_check(const struct live_device *device, struct mxw_err *err);

#endif
