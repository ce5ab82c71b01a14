// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Collects the never-block set. Called by the attach path and by whoever must
 * say why an address cannot be blocked; changes nothing on the machine.
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host/never.h"
#include "host/nic.h"
#include "host/resolvconf.h"
#include "host/route.h"
#include "host/ssh.h"

#define FIRST_ITEMS 16U /* the array doubles from here */

void mxw_never_init(struct mxw_never_list *list)
{
	memset(list, 0, sizeof(*list));
}

void mxw_never_free(struct mxw_never_list *list)
{
	free(list->items);
	mxw_never_init(list);
}

/* Whether one item holds all of the other. A host holds only itself. */
static bool holds(const struct mxw_never_item *outer, const struct mxw_never_item *inner)
{
	if (outer->host)
		return inner->host && memcmp(outer->addr, inner->addr, sizeof(inner->addr)) == 0;
	return mxw_prefix_contains(&outer->prefix, &inner->prefix);
}

static bool covered(const struct mxw_never_list *list, const struct mxw_never_item *item)
{
	for (size_t i = 0; i < list->count; i++)
		if ((list->items[i].own || !item->own) && holds(&list->items[i], item))
			return true;
	return false;
}

/* Makes room for one more: the array is full at each power of two. */
static bool grow(struct mxw_never_list *list)
{
	size_t room = list->count ? list->count * 2 : FIRST_ITEMS;
	struct mxw_never_item *grown;

	if (list->count && (list->count < FIRST_ITEMS || list->count & (list->count - 1)))
		return true;
	grown = realloc(list->items, room * sizeof(*grown));
	if (!grown)
		return false;
	list->items = grown;
	return true;
}

int mxw_never_add(struct mxw_never_list *list, const struct mxw_never_item *item,
		  struct mxw_err *err)
{
	if (covered(list, item))
		return MXW_OK;
	if (!grow(list))
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the never-block set");
	list->items[list->count++] = *item;
	return MXW_OK;
}

void mxw_never_of_addr(struct mxw_never_item *item, const uint8_t addr[16])
{
	uint64_t half = 0;

	for (int i = 0; i < 8; i++)
		half = half << 8 | addr[i];
	item->prefix = (struct mxw_prefix){ .key = mxw_addr_key(addr), .len = 64 };
	/* An IPv4 address inside IPv6 has a key of its own. */
	item->host = item->prefix.key == half;
	memcpy(item->addr, addr, sizeof(item->addr));
}

int mxw_never_parse(const char *text, struct mxw_never_item *item, struct mxw_err *err)
{
	size_t length = strlen(text), whole = sizeof("/128") - 1;
	char host[MXW_ADDR_TEXT];
	uint8_t addr[16];

	item->host = false;
	if (length > whole && strcmp(text + length - whole, "/128") == 0)
		length -= whole;
	/* A text that is cut is not an address. */
	(void)snprintf(host, sizeof(host), "%.*s", (int)length, text);
	if (inet_pton(AF_INET6, host, addr) == 1) {
		mxw_never_of_addr(item, addr);
		return MXW_OK;
	}
	return mxw_prefix_parse(text, &item->prefix, NULL, err);
}

const char *mxw_never_format(const struct mxw_never_item *item, char out[MXW_ADDR_TEXT])
{
	return item->host ? mxw_addr_format(item->addr, out)
			  : mxw_prefix_format(&item->prefix, out);
}

/* Where the addresses of one source go. */
struct sink {
	struct mxw_never_list *list;
	struct mxw_err *err;
};

/* Adds an address; name, which may be "", ends the reason. */
static int add_addr(const struct sink *sink, const uint8_t addr[16], bool own, const char *why,
		    const char *name)
{
	struct mxw_never_item item = { .own = own };

	mxw_never_of_addr(&item, addr);
	(void)snprintf(item.why, sizeof(item.why), "%s%s", why, name); /* cut is fine */
	return mxw_never_add(sink->list, &item, sink->err);
}

/* The 16 bytes of an interface's address. False for another family. */
static bool take_sockaddr(const struct sockaddr *from, uint8_t addr[16])
{
	const struct sockaddr_in6 *v6 = (const void *)from;
	const struct sockaddr_in *v4 = (const void *)from;

	if (!from || (from->sa_family != AF_INET && from->sa_family != AF_INET6))
		return false;
	if (from->sa_family == AF_INET6) {
		memcpy(addr, &v6->sin6_addr, 16);
		return true;
	}
	memset(addr, 0, 10);
	memset(addr + 10, 0xff, 2);
	memcpy(addr + 12, &v4->sin_addr, 4);
	return true;
}

/* 127.0.0.0/8 and ::1. */
static int add_loopback(const struct sink *sink)
{
	static const struct mxw_never_item v4 = { .prefix = { .key = 0x7f000000, .len = 40 },
						  .why = "loopback",
						  .own = true };
	static const uint8_t v6[16] = { [15] = 1 };
	int error = mxw_never_add(sink->list, &v4, sink->err);

	return error ? error : add_addr(sink, v6, true, "loopback", "");
}

static int add_own(const struct sink *sink)
{
	struct ifaddrs *all, *one;
	uint8_t addr[16];
	int error;

	if (getifaddrs(&all))
		return mxw_fail(sink->err, MXW_E_FAIL,
				"cannot read the addresses of this machine: %s", strerror(errno));
	error = add_loopback(sink);
	for (one = all; !error && one; one = one->ifa_next)
		if (take_sockaddr(one->ifa_addr, addr))
			error = add_addr(sink, addr, true, "own address of ", one->ifa_name);
	freeifaddrs(all);
	return error;
}

static int gateway_seen(const struct mxw_gateway *gateway, void *context)
{
	const char *why = gateway->is_default ? "default gateway of " : "gateway of ";
	char name[IFNAMSIZ];

	return add_addr(context, gateway->addr, false, why, mxw_nic_name(gateway->ifindex, name));
}

static int peer_seen(const uint8_t peer[16], void *context)
{
	return add_addr(context, peer, false, "peer of an SSH session", "");
}

int mxw_never_add_resolvers(struct mxw_never_list *list, FILE *resolv_conf, struct mxw_err *err)
{
	const struct sink sink = { .list = list, .err = err };
	struct mxw_nameserver servers[MXW_NAMESERVERS];
	size_t count = mxw_nameservers_read(resolv_conf, servers);
	int error = MXW_OK;

	for (size_t i = 0; i < count && !error; i++)
		error = add_addr(&sink, servers[i].addr, false, "resolver", "");
	return error;
}

/* Behind the stub 127.0.0.53, systemd-resolved keeps the real ones in a file of its own. */
static int add_resolvers(const struct sink *sink)
{
	static const char *const files[] = { MXW_RESOLV_CONF, MXW_RESOLVED_CONF };
	int error = MXW_OK;

	for (size_t i = 0; !error && i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *file = fopen(files[i], "re");

		if (!file)
			continue;
		error = mxw_never_add_resolvers(sink->list, file, sink->err);
		(void)fclose(file); /* was only read */
	}
	return error;
}

int mxw_never_collect_quickly(struct mxw_never_list *list, struct mxw_err *err)
{
	struct sink sink = { .list = list, .err = err };
	int error = add_own(&sink);

	if (!error)
		error = mxw_route_gateways(gateway_seen, &sink, err);
	return error ? error : add_resolvers(&sink);
}

int mxw_never_collect(struct mxw_never_list *list, struct mxw_err *err)
{
	struct sink sink = { .list = list, .err = err };
	int error = mxw_never_collect_quickly(list, err);

	return error ? error : mxw_ssh_peers("/proc", peer_seen, &sink, err);
}
