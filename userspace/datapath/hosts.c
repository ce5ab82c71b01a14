// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The map of IPv6 hosts. Called by apply, list and explain.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "base/addr.h"
#include "base/buffer.h"
#include "datapath/hint_marks.h"
#include "datapath/hosts.h"
#include "datapath/switches.h"

static struct mxw_host_key key_of(const uint8_t addr[16])
{
	struct mxw_host_key key = { 0 };

	for (int i = 0; i < 8; i++) {
		key.hi = key.hi << 8 | addr[i];
		key.lo = key.lo << 8 | addr[8 + i];
	}
	return key;
}

static struct mxw_host host_of(const struct mxw_host_key *key, const struct mxw_entry *value)
{
	struct mxw_host host = { .exempt = value->exempt, .hits = value->hits };

	for (int i = 0; i < 8; i++) {
		host.addr[i] = (uint8_t)(key->hi >> (56 - 8 * i));
		host.addr[8 + i] = (uint8_t)(key->lo >> (56 - 8 * i));
	}
	return host;
}

static int put_one(const struct mxw_maps *maps, const struct mxw_host *host, struct mxw_err *err)
{
	const struct mxw_host_key key = key_of(host->addr);
	const struct mxw_entry value = { .prefix_len = MXW_KEY_BITS, .exempt = host->exempt };
	const struct mxw_kernel_entry entry = { .prefix = { .key = key.hi, .len = MXW_KEY_BITS } };
	int error = mxw_hints_mark(maps, MXW_CLASS_NEVER, &entry, 1, err);

	if (error)
		return error;
	if (bpf_map_update_elem(maps->fd[MXW_MAP_NEVER_HOST], &key, &value, BPF_ANY))
		return mxw_fail(err, MXW_E_FAIL, "cannot store a never-block host: %s",
				errno == E2BIG ? "there is room for 4096 of them"
					       : strerror(errno));
	return MXW_OK;
}

int mxw_hosts_put(const struct mxw_maps *maps, const struct mxw_host *hosts, size_t count,
		  struct mxw_err *err)
{
	int error = count ? mxw_switches_use(maps, MXW_USED_EXACT(MXW_CLASS_NEVER), err) : MXW_OK;

	for (size_t i = 0; i < count && !error; i++)
		error = put_one(maps, &hosts[i], err);
	return error;
}

int mxw_hosts_delete(const struct mxw_maps *maps, const struct mxw_host *hosts, size_t count,
		     struct mxw_err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct mxw_host_key key = key_of(hosts[i].addr);

		if (bpf_map_delete_elem(maps->fd[MXW_MAP_NEVER_HOST], &key) && errno != ENOENT)
			return mxw_fail(err, MXW_E_FAIL,
					"the kernel refused to remove a never-block host: %s",
					strerror(errno));
	}
	return MXW_OK;
}

int mxw_hosts_read(const struct mxw_maps *maps, struct mxw_host **out, size_t *count,
		   struct mxw_err *err)
{
	struct mxw_host_key key, *previous = NULL;
	int fd = maps->fd[MXW_MAP_NEVER_HOST];
	struct mxw_host *hosts = NULL, *place;
	struct mxw_entry value;
	size_t capacity = 0;

	*out = NULL;
	for (*count = 0; bpf_map_get_next_key(fd, previous, &key) == 0; previous = &key) {
		if (bpf_map_lookup_elem(fd, &key, &value))
			continue;
		place = mxw_grow((void **)&hosts, *count, &capacity, sizeof(*place));
		if (!place) {
			free(hosts);
			return mxw_fail(err, MXW_E_FAIL, "out of memory");
		}
		*place = host_of(&key, &value);
		(*count)++;
	}
	*out = hosts;
	return MXW_OK;
}

bool mxw_hosts_get(const struct mxw_maps *maps, const uint8_t addr[16], struct mxw_host *out)
{
	const struct mxw_host_key key = key_of(addr);
	struct mxw_entry value;

	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_NEVER_HOST], &key, &value))
		return false;
	*out = host_of(&key, &value);
	return true;
}
