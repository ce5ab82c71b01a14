// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the feeds' classes decided. Called by status, list and the feeds' own verbs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "datapath/feed_table.h"

/* Room for a value of each CPU, zeroed; NULL with a sentence. */
static struct mxw_counter *make_values(int *cpus, struct mxw_err *err)
{
	struct mxw_counter *values;

	*cpus = libbpf_num_possible_cpus();
	values = *cpus > 0 ? calloc((size_t)*cpus, sizeof(*values)) : NULL;
	if (!values)
		(void)mxw_fail(err, MXW_E_FAIL, "out of memory for a counter of %d CPUs", *cpus);
	return values;
}

int mxw_feed_counter_read(const struct mxw_maps *maps, uint8_t class, struct mxw_counter *out,
			  struct mxw_err *err)
{
	int cpus, error = MXW_OK;
	struct mxw_counter *values = make_values(&cpus, err);
	__u32 key = class;

	*out = (struct mxw_counter){ 0 };
	if (!values)
		return MXW_E_FAIL;
	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_FEED_COUNTERS], &key, values))
		error = mxw_fail(err, MXW_E_FAIL, "cannot read the feeds' counters: %s",
				 strerror(errno));
	for (int cpu = 0; cpu < cpus && !error; cpu++) {
		out->packets += values[cpu].packets;
		out->bytes += values[cpu].bytes;
	}
	free(values);
	return error;
}

int mxw_feed_counter_clear(const struct mxw_maps *maps, uint8_t class, struct mxw_err *err)
{
	int cpus, error = MXW_OK;
	struct mxw_counter *values = make_values(&cpus, err);
	__u32 key = class;

	if (!values)
		return MXW_E_FAIL;
	if (bpf_map_update_elem(maps->fd[MXW_MAP_FEED_COUNTERS], &key, values, BPF_EXIST))
		error = mxw_fail(err, MXW_E_FAIL, "cannot clear the feeds' counters: %s",
				 strerror(errno));
	free(values);
	return error;
}
