// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets up the Ethernet device and watches its link.
 */
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "bench/synflood/dpdk/device.h"

enum {
	TX_DESCRIPTORS = 1024,
	RX_DESCRIPTORS = 1024,
	CACHE = 256, /* buffers that an lcore keeps at hand */
	RX_BUFFERS = 4096, /* for each queue */
	LINK_WAIT_MS = 9000, /* as long as network cards take to agree on a speed */
	INTERFACE_WAIT_MS = 2000, /* the kernel tells of a link up to a second later */
};

static int no_port(const char *said, struct mxw_err *err)
{
	if (*said)
		return mxw_fail(err, MXW_E_FAIL,
				"DPDK has no device to use: %s; --log-level=debug among the EAL "
				"options shows more",
				said);
	return mxw_fail(err, MXW_E_USAGE,
			"DPDK found no device: bind a network card to a DPDK driver with "
			"dpdk-devbind.py, or name a virtual one with --vdev");
}

/* The device to use. If there are several and none is named, nothing is sent: packets must not
 * leave by the wrong one. */
static int find_port(struct sf_device *device, const char *wanted, const char *said,
		     struct mxw_err *err)
{
	uint16_t count = rte_eth_dev_count_avail();

	if (!count)
		return no_port(said, err);
	if (wanted) {
		if (!rte_eth_dev_get_port_by_name(wanted, &device->port))
			return MXW_OK;
		return mxw_fail(err, MXW_E_USAGE, "DPDK has no device \"%s\"", wanted);
	}
	if (count > 1)
		return mxw_fail(
			err, MXW_E_USAGE,
			"DPDK found %u devices: say with --device NAME which to use, or give "
			"EAL only that one with -a",
			count);
	device->port = 0;
	while (!rte_eth_dev_is_valid_port(device->port))
		device->port++;
	return MXW_OK;
}

static int check_queues(const struct sf_device *device, const struct rte_eth_dev_info *info,
			struct mxw_err *err)
{
	uint16_t most = info->max_rx_queues < info->max_tx_queues ? info->max_rx_queues
								  : info->max_tx_queues;

	if (rte_lcore_count() - 1 < device->queues)
		return mxw_fail(
			err, MXW_E_USAGE,
			"--cores %u needs %u lcores, one of them to control; EAL has %u: give it "
			"more with -l",
			device->queues, device->queues + 1, rte_lcore_count());
	if (most < device->queues)
		return mxw_fail(err, MXW_E_USAGE, "%s has %u queue pairs, too few for --cores %u%s",
				device->name, most, device->queues,
				strstr(info->driver_name, "af_packet")
					? ": add ,qpairs=N to its --vdev"
					: "");
	return MXW_OK;
}

/* Writes both templates into a new buffer. */
static void prepare_buffer(struct rte_mempool *pool, void *context, void *object,
			   unsigned int index)
{
	const struct sf_template *templates = context;
	struct rte_mbuf *mbuf = object;
	char *buffer = mbuf->buf_addr;

	(void)pool;
	(void)index;
	memcpy(buffer + SF_AT_IPV4, templates[SF_IPV4].bytes, SF_FRAME_MOST);
	memcpy(buffer + SF_AT_IPV6, templates[SF_IPV6].bytes, SF_FRAME_MOST);
}

/* A pool for each queue, so that lcores do not share one. Every buffer has the frame already,
 * and sending changes a few bytes. */
static int make_pools(struct sf_device *device, uint16_t tx_descriptors, struct mxw_err *err)
{
	int socket = rte_eth_dev_socket_id(device->port);
	char name[32];

	for (uint16_t queue = 0; queue < device->queues; queue++) {
		(void)snprintf(name, sizeof(name), "tx%u", queue);
		device->tx_pool[queue] = rte_pktmbuf_pool_create(
			name, 2U * tx_descriptors + 2 * CACHE + 2048, CACHE, 0, SF_BUFFER, socket);
		if (!device->tx_pool[queue])
			goto failed;
		(void)rte_mempool_obj_iter(device->tx_pool[queue], prepare_buffer,
					   device->templates);
	}
	device->rx_pool = rte_pktmbuf_pool_create("rx", device->queues * RX_BUFFERS, CACHE, 0,
						  RTE_MBUF_DEFAULT_BUF_SIZE, socket);
	if (device->rx_pool)
		return MXW_OK;
failed:
	return mxw_fail(
		err, MXW_E_FAIL,
		"no memory for packets (%s): give EAL more with -m 512, or reserve more huge "
		"pages",
		rte_strerror(rte_errno));
}

static int driver_failed(const struct sf_device *device, const char *what, int error,
			 struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL, "the driver of %s cannot %s: %s", device->name, what,
			rte_strerror(-error));
}

static int configure(struct sf_device *device, const struct rte_eth_dev_info *info,
		     uint16_t *rx_descriptors, uint16_t *tx_descriptors, struct mxw_err *err)
{
	struct rte_eth_conf conf = { 0 };
	int error;

	if (device->queues > 1) {
		conf.rx_adv_conf.rss_conf.rss_hf = (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP) &
						   info->flow_type_rss_offloads;
		if (conf.rx_adv_conf.rss_conf.rss_hf)
			conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	}
	conf.txmode.offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE & info->tx_offload_capa;
	error = rte_eth_dev_configure(device->port, device->queues, device->queues, &conf);
	if (error)
		return driver_failed(device, "be configured", error, err);
	error = rte_eth_dev_adjust_nb_rx_tx_desc(device->port, rx_descriptors, tx_descriptors);
	return error ? driver_failed(device, "use rings of 1024 descriptors", error, err) : MXW_OK;
}

static int set_up_queues(const struct sf_device *device, uint16_t rx_descriptors,
			 uint16_t tx_descriptors, struct mxw_err *err)
{
	unsigned int socket = (unsigned int)rte_eth_dev_socket_id(device->port);
	int error = 0;

	for (uint16_t queue = 0; queue < device->queues && !error; queue++) {
		error = rte_eth_rx_queue_setup(device->port, queue, rx_descriptors, socket, NULL,
					       device->rx_pool);
		if (!error)
			error = rte_eth_tx_queue_setup(device->port, queue, tx_descriptors, socket,
						       NULL);
	}
	return error ? driver_failed(device, "set up its queues", error, err) : MXW_OK;
}

/* The state of a kernel interface; its drivers in DPDK do not watch it. */
static bool is_interface_up(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };
	bool up = false;

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd >= 0)
		up = !ioctl(fd, SIOCGIFFLAGS, &request) && request.ifr_flags & IFF_UP &&
		     request.ifr_flags & IFF_RUNNING;
	(void)close(fd);
	return up;
}

int sf_device_check(const struct sf_device *device, struct mxw_err *err)
{
	struct rte_eth_link link = { 0 };
	char name[IF_NAMESIZE];
	bool up;

	if (device->ifindex && !if_indextoname(device->ifindex, name))
		return mxw_fail(err, MXW_E_FAIL, "the network interface behind %s is gone",
				device->name);
	up = !rte_eth_link_get_nowait(device->port, &link) && link.link_status == RTE_ETH_LINK_UP;
	if (up && device->ifindex)
		up = is_interface_up(name);
	if (!up)
		return mxw_fail(err, MXW_E_FAIL,
				"the link of %s is down: is the cable in, and are both ends up?",
				device->name);
	return MXW_OK;
}

static int start(struct sf_device *device, struct mxw_err *err)
{
	int wait_ms = device->ifindex ? INTERFACE_WAIT_MS : LINK_WAIT_MS;
	int error = rte_eth_dev_start(device->port);

	if (error)
		return driver_failed(device, "start", error, err);
	device->is_started = true;
	/* Answers come to the sources' addresses with our MAC, or with the one the user chose. */
	(void)rte_eth_promiscuous_enable(device->port); /* some virtual devices cannot */
	error = sf_device_check(device, err);
	for (int waited = 0; error && waited < wait_ms; waited += 100) {
		rte_delay_us_sleep(100000);
		error = sf_device_check(device, err);
	}
	(void)rte_eth_stats_reset(device->port); /* where it cannot, it starts at zero anyway */
	return error;
}

static int find_mac(const struct sf_device *device, struct sf_settings *settings,
		    struct mxw_err *err)
{
	struct rte_ether_addr mac;
	int error;

	if (settings->has_source_mac)
		return MXW_OK;
	error = rte_eth_macaddr_get(device->port, &mac);
	if (error)
		return driver_failed(device, "tell its Ethernet address", error, err);
	memcpy(settings->station.mac, mac.addr_bytes, SF_MAC);
	return MXW_OK;
}

int sf_device_open(struct sf_device *device, struct sf_settings *settings, const char *said,
		   struct mxw_err *err)
{
	uint16_t rx_descriptors = RX_DESCRIPTORS, tx_descriptors = TX_DESCRIPTORS;
	struct rte_eth_dev_info info;
	int error;

	*device = (struct sf_device){ .queues = (uint16_t)settings->options.cores,
				      .is_deaf = settings->options.deaf };
	error = find_port(device, settings->options.device, said, err);
	if (error)
		return error;
	(void)rte_eth_dev_get_name_by_port(device->port, device->name); /* the port exists */
	error = rte_eth_dev_info_get(device->port, &info);
	if (error)
		return driver_failed(device, "describe it", error, err);
	device->ifindex = info.if_index;
	error = check_queues(device, &info, err);
	if (!error)
		error = find_mac(device, settings, err);
	if (error)
		return error;
	for (enum sf_family family = 0; family < SF_FAMILIES; family++)
		sf_template_make(&device->templates[family], family, settings->station.mac);
	error = configure(device, &info, &rx_descriptors, &tx_descriptors, err);
	if (!error)
		error = make_pools(device, tx_descriptors, err);
	if (!error)
		error = set_up_queues(device, rx_descriptors, tx_descriptors, err);
	if (!error)
		error = start(device, err);
	return error;
}

void sf_device_facts(const struct sf_device *device, struct sf_device_facts *facts)
{
	struct rte_eth_dev_info info;
	struct rte_eth_stats stats;

	if (!*device->name)
		return; /* none was found */
	(void)snprintf(facts->name, sizeof(facts->name), "%s", device->name);
	if (!rte_eth_dev_info_get(device->port, &info))
		(void)snprintf(facts->driver, sizeof(facts->driver), "%s", info.driver_name);
	if (!device->is_started || rte_eth_stats_get(device->port, &stats))
		return;
	facts->counts = true;
	facts->taken = stats.opackets;
	facts->errors = stats.oerrors;
	facts->missed = device->is_deaf ? 0 : stats.imissed + stats.rx_nombuf;
}

void sf_device_close(struct sf_device *device)
{
	if (!device->is_started)
		return;
	device->is_started = false;
	(void)rte_eth_dev_stop(device->port); /* we end; nothing is left to do about errors */
	(void)rte_eth_dev_close(device->port);
}
