// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * c-ares as it was in 1.18 and as it is in 1.34.
 *
 * Since 1.31 it keeps answers by itself, which would blind the tests of the lists. Since 1.32
 * it finds the time of a try from earlier answers and knows only an upper limit for it; a
 * list may well need longer than the others, so then there are more tries.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "sources/dnsbl_resolver_cares.h"

#define CARES_1_28 0x011c00 /* the calls that take and give records */
#define SERVERS_TEXT \
	(MXW_RESOLVER_SERVERS * (INET6_ADDRSTRLEN + IF_NAMESIZE + sizeof("[%]:65535,")))

#ifdef ARES_OPT_MAXTIMEOUTMS
#define TRIES MXW_CARES_TIMEOUTS /* each as long as the first one at most */
#else
#define TRIES 3 /* 1 + 2 + 4 */
#endif

int mxw_cares_open(ares_channel *channel, const struct mxw_cares_setup *setup)
{
	/* Errors of the servers are answers to us, not a reason to ask another. */
	struct ares_options options = { .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
						 ARES_FLAG_NOALIASES,
					.timeout = setup->timeout,
					.tries = TRIES,
					.sock_state_cb = setup->socket_state,
					.sock_state_cb_data = setup->context };
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
		   ARES_OPT_NOROTATE;

#ifdef ARES_OPT_QUERY_CACHE
	options.qcache_max_ttl = 0;
	mask |= ARES_OPT_QUERY_CACHE;
#endif
#ifdef ARES_OPT_MAXTIMEOUTMS
	options.maxtimeout = setup->timeout;
	mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
	return ares_init_options(channel, &options, mask);
}

#if ARES_VERSION >= CARES_1_28
#define SCOPE(server) ((server)->scope)
#else
#define SCOPE(server) "" /* it does not know interfaces: bind_to_scope() does what is needed */
#endif

/* As c-ares reads it: [ADDR%SCOPE]:PORT for each, with commas. */
static void servers_text(const struct mxw_resolver_server *server, size_t count,
			 char text[SERVERS_TEXT])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		bool v4 = memcmp(server[i].addr, mapped, sizeof(mapped)) == 0;
		const char *scope = SCOPE(&server[i]);
		char addr[INET6_ADDRSTRLEN];

		(void)inet_ntop(v4 ? AF_INET : AF_INET6, server[i].addr + (v4 ? 12 : 0), addr,
				sizeof(addr));
		length += mxw_text(text + length, SERVERS_TEXT - length,
				   v4 ? "%s%s%s%s:%u" : "%s[%s%s%s]:%u", i ? "," : "", addr,
				   *scope ? "%" : "", scope, server[i].port ? server[i].port : 53U);
	}
}

#if ARES_VERSION < CARES_1_28

/* Before 1.20 c-ares drops the interface of a link-local server, and the kernel then refuses to
 * connect; a socket bound to the interface may. With such a server, other IPv6 servers are
 * asked through its interface too. IPv4 is not concerned. */
static int bind_to_scope(ares_socket_t fd, int type, void *context)
{
	const char *scope = context;
	socklen_t size = sizeof(int);
	int family = AF_UNSPEC;

	(void)type;
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family == AF_INET6)
		(void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, scope,
				 (socklen_t)strlen(scope)); /* else it is not reached */
	return ARES_SUCCESS;
}

static void heed_scopes(ares_channel channel, const struct mxw_resolver_server *server,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (server[i].scope[0]) {
			ares_set_socket_configure_callback(channel, bind_to_scope,
							   (void *)(uintptr_t)server[i].scope);
			return;
		}
}

#else

static void heed_scopes(ares_channel channel, const struct mxw_resolver_server *server,
			size_t count)
{
	(void)channel; /* it does so by itself */
	(void)server;
	(void)count;
}

#endif

int mxw_cares_set_servers(ares_channel channel, const struct mxw_resolver_server *server,
			  size_t count)
{
	char text[SERVERS_TEXT];

	if (!count)
		return ARES_SUCCESS;
	heed_scopes(channel, server, count);
	servers_text(server, count, text);
	return ares_set_servers_ports_csv(channel, text);
}

#if ARES_VERSION >= CARES_1_28

/* Reads "A.B.C.D:PORT" or "[ADDR]:PORT" with or without %INTERFACE, as c-ares writes it. */
static bool read_server(char *text, struct mxw_resolver_server *server)
{
	bool v6 = *text == '[';
	char *addr = text + v6;
	char *end = strchr(addr, v6 ? ']' : ':');
	char *port = end && v6 ? end + 1 : end;

	memset(server, 0, sizeof(*server));
	if (!port || *port != ':')
		return false;
	server->port = (uint16_t)strtoul(port + 1, NULL, 10);
	addr[strcspn(addr, v6 ? "]%" : ":")] = '\0';
	if (v6)
		return inet_pton(AF_INET6, addr, server->addr) == 1;
	server->addr[10] = server->addr[11] = 0xff;
	return inet_pton(AF_INET, addr, server->addr + 12) == 1;
}

size_t mxw_cares_servers(ares_channel channel, struct mxw_resolver_server out[MXW_RESOLVER_SERVERS])
{
	char *text = ares_get_servers_csv(channel);
	char *rest = NULL;
	size_t count = 0;

	if (!text)
		return 0;
	for (char *one = strtok_r(text, ",", &rest); one && count < MXW_RESOLVER_SERVERS;
	     one = strtok_r(NULL, ",", &rest))
		count += read_server(one, &out[count]);
	ares_free_string(text);
	return count;
}

static void on_answer(void *arg, ares_status_t status, size_t timeouts,
		      const ares_dns_record_t *record)
{
	const struct mxw_cares_reply *reply = arg;
	unsigned char *message = NULL;
	size_t size = 0;

	(void)timeouts;
	if (record)
		status = ares_dns_write(record, &message, &size);
	reply->answered(reply->context, (int)status, message, size);
	ares_free_string(message);
}

void mxw_cares_ask(ares_channel channel, const char *name, enum mxw_dns_type type,
		   const struct mxw_cares_reply *reply)
{
	/* Whatever it returns, the reply is called. */
	(void)ares_query_dnsrec(channel, name, ARES_CLASS_IN, (ares_dns_rec_type_t)type, on_answer,
				(void *)(uintptr_t)reply, NULL);
}

#else

static struct mxw_resolver_server server_of(const struct ares_addr_port_node *node)
{
	struct mxw_resolver_server server = {
		.addr = { [10] = 0xff, [11] = 0xff },
		.port = (uint16_t)(node->udp_port ? node->udp_port : 53),
	};

	if (node->family == AF_INET6)
		memcpy(server.addr, &node->addr.addr6, 16);
	else
		memcpy(server.addr + 12, &node->addr.addr4, 4);
	return server;
}

size_t mxw_cares_servers(ares_channel channel, struct mxw_resolver_server out[MXW_RESOLVER_SERVERS])
{
	struct ares_addr_port_node *servers = NULL;
	size_t count = 0;

	if (ares_get_servers_ports(channel, &servers) != ARES_SUCCESS)
		return 0;
	for (const struct ares_addr_port_node *node = servers; node && count < MXW_RESOLVER_SERVERS;
	     node = node->next)
		out[count++] = server_of(node);
	ares_free_data(servers);
	return count;
}

static void on_answer(void *arg, int status, int timeouts, unsigned char *message, int size)
{
	const struct mxw_cares_reply *reply = arg;

	(void)timeouts;
	reply->answered(reply->context, status, message, size > 0 ? (size_t)size : 0);
}

void mxw_cares_ask(ares_channel channel, const char *name, enum mxw_dns_type type,
		   const struct mxw_cares_reply *reply)
{
	ares_query(channel, name, 1, (int)type, on_answer, (void *)(uintptr_t)reply);
}

#endif
