// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Summing the counters. Called by stats and explain.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "datapath/counters.h"

static const struct mxw_reason_info reasons[] = {
#define MXW_REASON(number, name, kind, unenforced, string, text) { number, string, text },
#include "bpf/reasons.def"
#undef MXW_REASON
};

#define REASON_COUNT (sizeof(reasons) / sizeof(reasons[0]))

const struct mxw_reason_info *mxw_reasons(size_t *count)
{
	*count = REASON_COUNT;
	return reasons;
}

const struct mxw_reason_info *mxw_reason(unsigned int number)
{
	static const struct mxw_reason_info none = { MXW_REASON_NONE, "not_judged",
						     "the filter does not judge such packets" };
	static const struct mxw_reason_info unknown = { MXW_REASON_NONE, "unknown",
							"a reason this xdpctl does not know" };

	for (size_t i = 0; i < REASON_COUNT; i++)
		if (reasons[i].number == number)
			return &reasons[i];
	return number == MXW_REASON_NONE ? &none : &unknown;
}

static int read_failed(struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL, "cannot read the filter's counters: %s", strerror(errno));
}

static int sum_reasons(const struct mxw_maps *maps, size_t cpus, struct mxw_counters *out,
		       struct mxw_err *err)
{
	struct mxw_counter *values = calloc(cpus, sizeof(*values));
	int error = MXW_OK;

	if (!values)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	for (__u32 reason = 0; reason < MXW_MAX_REASONS && !error; reason++) {
		if (bpf_map_lookup_elem(maps->fd[MXW_MAP_COUNTERS], &reason, values))
			error = read_failed(err);
		for (size_t cpu = 0; cpu < cpus && !error; cpu++) {
			out->reason[reason].packets += values[cpu].packets;
			out->reason[reason].bytes += values[cpu].bytes;
		}
	}
	free(values);
	return error;
}

static int sum_suppressed(const struct mxw_maps *maps, size_t cpus, struct mxw_counters *out,
			  struct mxw_err *err)
{
	struct mxw_event_budget *values = calloc(cpus, sizeof(*values));
	int error = MXW_OK;
	__u32 key = 0;

	if (!values)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_BUDGET], &key, values))
		error = read_failed(err);
	for (size_t cpu = 0; cpu < cpus && !error; cpu++)
		out->suppressed += values[cpu].suppressed;
	free(values);
	return error;
}

int mxw_counters_read(const struct mxw_maps *maps, struct mxw_counters *out, struct mxw_err *err)
{
	int cpus = libbpf_num_possible_cpus();
	int error;

	memset(out, 0, sizeof(*out));
	if (cpus < 1)
		return mxw_fail(err, MXW_E_FAIL, "cannot tell how many CPUs there are");
	error = sum_reasons(maps, (size_t)cpus, out, err);
	return error ? error : sum_suppressed(maps, (size_t)cpus, out, err);
}
