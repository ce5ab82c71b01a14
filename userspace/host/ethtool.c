// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ethtool ioctls. Changes nothing on the device.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/ethtool.h"

/* One interface to be asked. */
struct asked {
	int fd;
	const char *name;
};

static bool ask(const struct asked *a, void *command)
{
	struct ifreq request = { 0 };

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", a->name);
	request.ifr_data = command;
	return ioctl(a->fd, SIOCETHTOOL, &request) == 0;
}

static void read_driver(const struct asked *a, char driver[32])
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (ask(a, &info))
		(void)snprintf(driver, 32, "%.31s", info.driver);
}

static void read_channels(const struct asked *a, struct mxw_channels *channels)
{
	struct ethtool_channels c = { .cmd = ETHTOOL_GCHANNELS };

	if (!ask(a, &c))
		return;
	*channels = (struct mxw_channels){
		.known = true,
		.rx = c.rx_count,
		.tx = c.tx_count,
		.combined = c.combined_count,
		.max_rx = c.max_rx,
		.max_tx = c.max_tx,
		.max_combined = c.max_combined,
	};
}

/* How many features this kernel has names for. */
static unsigned int count_features(const struct asked *a)
{
	_Alignas(struct ethtool_sset_info) char room[sizeof(struct ethtool_sset_info) + 4] = { 0 };
	struct ethtool_sset_info *set = (void *)room;

	set->cmd = ETHTOOL_GSSET_INFO;
	set->sset_mask = 1ULL << ETH_SS_FEATURES;
	return ask(a, set) && set->sset_mask ? set->data[0] : 0;
}

/* The state of feature number i, by its bits in the blocks of the answer. */
static enum mxw_offload feature_state(const struct ethtool_gfeatures *answer, unsigned int i)
{
	const struct ethtool_get_features_block *block = &answer->features[i / 32];
	__u32 bit = 1U << i % 32;

	if (!(block->active & bit))
		return MXW_OFFLOAD_OFF;
	if (block->available & bit && !(block->never_changed & bit))
		return MXW_OFFLOAD_ON;
	return MXW_OFFLOAD_FIXED;
}

static void sort_features(const struct ethtool_gstrings *names,
			  const struct ethtool_gfeatures *answer, struct mxw_ethtool *out)
{
	for (unsigned int i = 0; i < names->len && i < answer->size * 32; i++) {
		const char *name = (const char *)names->data + i * ETH_GSTRING_LEN;

		if (strncmp(name, "rx-lro", ETH_GSTRING_LEN) == 0)
			out->lro = feature_state(answer, i);
		else if (strncmp(name, "rx-gro-hw", ETH_GSTRING_LEN) == 0)
			out->gro_hw = feature_state(answer, i);
		else if (strncmp(name, "rx-vlan-hw-parse", ETH_GSTRING_LEN) == 0)
			out->rxvlan = feature_state(answer, i);
	}
}

/* Features are asked for by name: their numbers differ from kernel to kernel. If the kernel does
 * not say, none is set. */
static void read_features(const struct asked *a, struct mxw_ethtool *out)
{
	unsigned int count = count_features(a), blocks = (count + 31) / 32;
	struct ethtool_gfeatures *answer;
	struct ethtool_gstrings *names;

	if (!count)
		return;
	names = calloc(1, sizeof(*names) + (size_t)count * ETH_GSTRING_LEN);
	answer = calloc(1, sizeof(*answer) + blocks * sizeof(answer->features[0]));
	if (!names || !answer)
		goto out;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = count;
	answer->cmd = ETHTOOL_GFEATURES;
	answer->size = blocks;
	if (ask(a, names) && ask(a, answer))
		sort_features(names, answer, out);
out:
	free(answer);
	free(names);
}

void mxw_ethtool_read(const char *name, struct mxw_ethtool *out)
{
	struct asked a = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), .name = name };

	memset(out, 0, sizeof(*out));
	if (a.fd < 0)
		return;
	read_driver(&a, out->driver);
	read_channels(&a, &out->channels);
	read_features(&a, out);
	(void)close(a.fd);
}
