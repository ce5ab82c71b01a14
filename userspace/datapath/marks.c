// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Marks of sources and nets. Called by apply/conns.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "datapath/limits.h"
#include "datapath/limits_view.h"

/* Keys of nets are those of mxw_limit_net(), which no source has. */
static uint32_t kind_of(uint64_t key)
{
	return key >> 40 == 1 || key >> 48 == 1 ? MXW_MARKS_NET : MXW_MARKS_SOURCE;
}

int mxw_marks_put(struct mxw_limits_view *view, uint64_t key, const struct mxw_mark *mark,
		  struct mxw_err *err)
{
	if (bpf_map_update_elem(view->maps.fd[MXW_MAP_MARKS], &key, mark, BPF_ANY))
		return mxw_fail(err, MXW_E_FAIL, "cannot mark a source with many connections: %s",
				strerror(errno));
	(void)__atomic_fetch_or(&view->limits->marks, kind_of(key), __ATOMIC_RELEASE);
	return MXW_OK;
}

/* The bits that marks which are left need. */
static uint32_t delete_expired(int fd, uint64_t now_ns)
{
	uint64_t key, next;
	struct mxw_mark mark;
	uint32_t left = 0;
	int error = bpf_map_get_next_key(fd, NULL, &next);

	while (!error) {
		key = next;
		error = bpf_map_get_next_key(fd, &key, &next);
		if (bpf_map_lookup_elem(fd, &key, &mark))
			continue;
		if (mark.expires_ns > now_ns)
			left |= kind_of(key);
		else
			(void)bpf_map_delete_elem(fd, &key); /* gone is gone */
	}
	return left;
}

void mxw_marks_sweep(struct mxw_limits_view *view, uint64_t now_ns)
{
	uint32_t left;

	if (!view->limits->marks)
		return;
	left = delete_expired(view->maps.fd[MXW_MAP_MARKS], now_ns);
	__atomic_store_n(&view->limits->marks, left, __ATOMIC_RELEASE);
}

bool mxw_marks_get(const struct mxw_limits_view *view, uint64_t key, uint64_t now_ns,
		   struct mxw_mark *mark)
{
	return bpf_map_lookup_elem(view->maps.fd[MXW_MAP_MARKS], &key, mark) == 0 &&
	       mark->expires_ns > now_ns;
}
