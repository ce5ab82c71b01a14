// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading and writing the config map. Called by apply, status and explain.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "datapath/switches.h"

int mxw_switches_read(const struct mxw_maps *maps, struct mxw_config *config, struct mxw_err *err)
{
	__u32 key = 0;

	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_CONFIG], &key, config))
		return mxw_fail(err, MXW_E_FAIL, "cannot read the filter's config map: %s",
				strerror(errno));
	return MXW_OK;
}

int mxw_switches_write(const struct mxw_maps *maps, const struct mxw_config *config,
		       struct mxw_err *err)
{
	__u32 key = 0;

	if (bpf_map_update_elem(maps->fd[MXW_MAP_CONFIG], &key, config, BPF_EXIST))
		return mxw_fail(err, MXW_E_FAIL, "cannot write the filter's config map: %s",
				strerror(errno));
	return MXW_OK;
}

void mxw_switches_force_bypass(void)
{
	struct bpf_map_info info = { 0 };
	__u32 info_len = sizeof(info), key = 0;
	__u32 value[1024];
	char path[MXW_PIN_PATH];
	int fd = bpf_obj_get(mxw_pin_path(mxw_map_name(MXW_MAP_CONFIG), path));

	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd(fd, &info, &info_len) == 0 && info.value_size <= sizeof(value) &&
	    bpf_map_lookup_elem(fd, &key, value) == 0) {
		value[1] = MXW_MODE_BYPASS; /* behind the version, in every version */
		(void)bpf_map_update_elem(fd, &key, value, BPF_EXIST);
	}
	(void)close(fd);
}

int mxw_switches_use(const struct mxw_maps *maps, uint32_t bits, struct mxw_err *err)
{
	struct mxw_config config;
	int error = mxw_switches_read(maps, &config, err);

	if (error || (config.used & bits) == bits)
		return error;
	config.used |= bits;
	return mxw_switches_write(maps, &config, err);
}

uint64_t mxw_switches_heartbeat(const struct mxw_maps *maps)
{
	__u32 key = 0;
	__u64 beat = 0;

	if (bpf_map_lookup_elem(maps->fd[MXW_MAP_HEARTBEAT], &key, &beat))
		return 0;
	return beat;
}

int mxw_switches_slot(const struct mxw_config *config, uint32_t ifindex)
{
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		if (config->slots[i].ifindex == ifindex)
			return i;
	return -1;
}

const char *mxw_mode_name(uint32_t mode)
{
	switch (mode) {
	case MXW_MODE_MONITOR:
		return "monitor";
	case MXW_MODE_ENFORCE:
		return "enforce";
	case MXW_MODE_BYPASS:
		return "bypass";
	default:
		return "unknown";
	}
}
