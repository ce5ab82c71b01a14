// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks the kernel about a device by ioctl, and about a thread by /proc.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bench/live/device.h"

#define MOST_STATS 8192U /* of a driver; more is a fault */

static int ask(int fd, unsigned long request, const char *name, struct ifreq *answer)
{
	(void)snprintf(answer->ifr_name, sizeof(answer->ifr_name), "%s", name);
	return ioctl(fd, request, answer);
}

static int ethtool(int fd, const char *name, void *command)
{
	struct ifreq request = { .ifr_data = command };

	return ask(fd, SIOCETHTOOL, name, &request);
}

/* A driver's own statistics, names and values. */
struct stats {
	struct ethtool_gstrings *names;
	struct ethtool_stats *values;
	uint32_t count;
};

static void stats_free(struct stats *stats)
{
	free(stats->names);
	free(stats->values);
}

/* False where the driver has none. stats_free() is due in both cases. */
static bool stats_read(int fd, const char *name, struct stats *stats)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	*stats = (struct stats){};
	if (ethtool(fd, name, &info) || !info.n_stats || info.n_stats > MOST_STATS)
		return false;
	stats->count = info.n_stats;
	stats->names = calloc(1, sizeof(*stats->names) + (size_t)stats->count * ETH_GSTRING_LEN);
	stats->values = calloc(1, sizeof(*stats->values) + stats->count * sizeof(__u64));
	if (!stats->names || !stats->values)
		return false;
	stats->names->cmd = ETHTOOL_GSTRINGS;
	stats->names->string_set = ETH_SS_STATS;
	stats->names->len = stats->count;
	stats->values->cmd = ETHTOOL_GSTATS;
	stats->values->n_stats = stats->count;
	return !ethtool(fd, name, stats->names) && !ethtool(fd, name, stats->values);
}

static const char *stat_name(const struct stats *stats, uint32_t i)
{
	return (const char *)stats->names->data + (size_t)i * ETH_GSTRING_LEN;
}

/* The sum over all queues of what is called prefix, a number, suffix. */
static uint64_t stats_sum(const struct stats *stats, const char *prefix, const char *suffix)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < stats->count; i++) {
		const char *name = stat_name(stats, i);
		size_t skip = strlen(prefix);

		if (strncmp(name, prefix, skip) != 0)
			continue;
		skip += strspn(name + skip, "0123456789");
		if (!strcmp(name + skip, suffix))
			sum += stats->values->data[i];
	}
	return sum;
}

/* The other end of a veth, where it is in this namespace: a peer's index means
 * a device elsewhere too, so it has to point back. */
static unsigned int peer_of(int fd, const char *name)
{
	struct stats stats;
	unsigned int peer = 0;

	if (stats_read(fd, name, &stats))
		for (uint32_t i = 0; i < stats.count; i++)
			if (!strcmp(stat_name(&stats, i), "peer_ifindex"))
				peer = (unsigned int)stats.values->data[i];
	stats_free(&stats);
	return peer;
}

static void find_receiver(struct live_device *device)
{
	unsigned int peer = peer_of(device->socket, device->name);
	struct ifreq mac = {};

	if (!peer || peer == device->ifindex || !if_indextoname(peer, device->receiver) ||
	    peer_of(device->socket, device->receiver) != device->ifindex ||
	    ask(device->socket, SIOCGIFHWADDR, device->receiver, &mac))
		device->receiver[0] = '\0';
	memcpy(device->receiver_mac, mac.ifr_hwaddr.sa_data, sizeof(device->receiver_mac));
}

/* Whether the process directory path is the thread whose name begins with want. */
static bool is_thread(const char *path, const char *want)
{
	char comm[32] = "", name[320];
	FILE *file;

	(void)snprintf(name, sizeof(name), "%s/comm", path);
	file = fopen(name, "re");
	if (file && !fgets(comm, sizeof(comm), file))
		comm[0] = '\0';
	if (file)
		(void)fclose(file); /* opened for reading */
	return !strncmp(comm, want, strlen(want));
}

/* The NAPI thread of a device is called napi/NAME-NUMBER. Where devices of other
 * namespaces have the same name nobody can tell, and there is none for us. */
static void find_thread(struct live_device *device, const char *proc)
{
	DIR *dir = opendir(proc);
	char path[300], want[32];
	struct dirent *item;
	int found = 0;

	(void)snprintf(want, sizeof(want), "napi/%s-", device->receiver);
	while (dir && (item = readdir(dir))) {
		(void)snprintf(path, sizeof(path), "%.270s/%.20s", proc, item->d_name);
		if (!strchr("123456789", item->d_name[0]) || !is_thread(path, want))
			continue;
		(void)snprintf(device->thread, sizeof(device->thread), "%s/schedstat", path);
		found++;
	}
	if (found != 1)
		device->thread[0] = '\0';
	if (dir)
		(void)closedir(dir);
}

/* A veth without NAPI throws redirected frames away and counts nothing. */
static int check_receiver(const struct live_device *device, struct mxw_err *err)
{
	struct ethtool_value gro = { .cmd = ETHTOOL_GGRO };
	unsigned int index = if_nametoindex(device->receiver);
	__u32 program = 0;

	if (!device->receiver[0])
		return 0;
	if (bpf_xdp_query_id((int)index, 0, &program))
		program = 0;
	if (program || (!ethtool(device->socket, device->receiver, &gro) && gro.data))
		return 0;
	return mxw_fail(
		err, MXW_E_FAIL,
		"%s, the other end of %s, takes no redirected frames: it has neither an XDP "
		"program nor GRO; switch that on with ethtool -K %s gro on",
		device->receiver, device->name, device->receiver);
}

int live_device_open(struct live_device *device, const char *name, const char *proc,
		     struct mxw_err *err)
{
	int error;

	memset(device, 0, sizeof(*device));
	device->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (device->socket < 0)
		return mxw_fail(err, MXW_E_FAIL, "cannot open a socket: %s", strerror(errno));
	(void)snprintf(device->name, sizeof(device->name), "%s", name);
	device->ifindex = strlen(name) < IFNAMSIZ ? if_nametoindex(name) : 0;
	if (!device->ifindex)
		return mxw_fail(
			err, MXW_E_USAGE,
			"there is no device \"%.32s\" in this network namespace; see ip link",
			name);
	find_receiver(device);
	error = live_device_check(device, err);
	if (!error)
		error = check_receiver(device, err);
	if (!error && device->receiver[0])
		find_thread(device, proc);
	return error;
}

void live_device_close(struct live_device *device)
{
	if (device->socket >= 0)
		(void)close(device->socket); /* nothing was written */
	device->socket = -1;
}

static int check_up(int fd, const char *name, struct mxw_err *err)
{
	struct ifreq flags = {};

	if (ask(fd, SIOCGIFFLAGS, name, &flags))
		return mxw_fail(err, MXW_E_FAIL, "the device %s is gone: %s", name,
				strerror(errno));
	if (!(flags.ifr_flags & IFF_UP))
		return mxw_fail(err, MXW_E_FAIL,
				"the device %s is down; bring it up with ip link set %s up", name,
				name);
	if (!(flags.ifr_flags & IFF_RUNNING))
		return mxw_fail(err, MXW_E_FAIL, "the device %s has no link; is its other end up?",
				name);
	return 0;
}

int live_device_check(const struct live_device *device, struct mxw_err *err)
{
	int error = 0;

	/* The receiver first: its being down takes the sender's carrier away. */
	if (device->receiver[0])
		error = check_up(device->socket, device->receiver, err);
	return error ? error : check_up(device->socket, device->name, err);
}

static uint64_t thread_ns(const char *path)
{
	unsigned long long ns = 0;
	FILE *file = *path ? fopen(path, "re") : NULL;

	if (file && fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	if (file)
		(void)fclose(file); /* opened for reading */
	return ns;
}

/* Of a device whose driver tells nothing about XDP: all that it sent. False where
 * /proc/net/dev, which unlike /sys is always of our namespace, does not say it. */
static bool sent_packets(const char *name, uint64_t *packets)
{
	static const char form[] = "%*u %*u %*u %*u %*u %*u %*u %*u %*u %" SCNu64;
	char line[512], *colon;
	FILE *file = fopen("/proc/net/dev", "re");
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon = '\0';
		found = !strcmp(line + strspn(line, " "), name) &&
			sscanf(colon + 1, form, packets) == 1;
	}
	if (file)
		(void)fclose(file); /* opened for reading */
	return found;
}

/* Counts at both ends of a veth pair. Of other devices only one end is here, and what it takes
 * is all that can be counted. */
int live_device_count(const struct live_device *device, struct live_counts *counts,
		      struct mxw_err *err)
{
	struct stats out, in;
	bool ok;

	*counts = (struct live_counts){};
	if (!device->receiver[0]) {
		if (sent_packets(device->name, &counts->taken))
			return 0;
		return mxw_fail(err, MXW_E_FAIL, "the device %s is gone from /proc/net/dev",
				device->name);
	}
	ok = stats_read(device->socket, device->name, &out);
	ok = stats_read(device->socket, device->receiver, &in) && ok;
	if (ok) {
		counts->taken = stats_sum(&out, "tx_queue_", "_xdp_xmit");
		counts->refused = stats_sum(&out, "tx_queue_", "_xdp_xmit_errors");
		counts->received = stats_sum(&in, "rx_queue_", "_xdp_packets");
		counts->program_drops = stats_sum(&in, "rx_queue_", "_xdp_drops");
		counts->thread_ns = thread_ns(device->thread);
	}
	stats_free(&out);
	stats_free(&in);
	return ok ? 0
		  : mxw_fail(err, MXW_E_FAIL, "cannot read the statistics of %s and %s: %s",
			     device->name, device->receiver, strerror(errno));
}

/* Not "none": the device may have sent something of somebody else's meanwhile. */
int live_device_took(const struct live_device *device, const struct live_counts *counts,
		     uint64_t sent, struct mxw_err *err)
{
	if (counts->taken + counts->refused >= sent / LIVE_LEAST_TAKEN)
		return 0;
	return mxw_fail(
		err, MXW_E_FAIL,
		"%s took nothing: it accepted %" PRIu64 " of %" PRIu64 " packets, because its "
		"driver cannot send redirected frames, or because it is a veth whose other end "
		"has neither an XDP program nor GRO (ethtool -K DEVICE gro on, over there)",
		device->name, counts->taken, sent);
}
