// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Batches that fail. Called by the tests of faults in apply.
 */
#include <errno.h>

#include "tests/unit/faults.h"

static struct {
	int code, done;
} batches;

void faults_in_batches(int code, int done)
{
	batches.code = code;
	batches.done = done;
}

int faults_update_batch(int fd, const void *keys, const void *values, __u32 *count,
			const struct bpf_map_batch_opts *opts)
{
	__u32 done = (__u32)batches.done;

	if (!batches.code)
		return REAL(bpf_map_update_batch)(fd, keys, values, count, opts);
	if (batches.done >= 0) {
		if (done && REAL(bpf_map_update_batch)(fd, keys, values, &done, opts))
			return -errno;
		*count = done;
	}
	errno = batches.code;
	return -errno;
}
