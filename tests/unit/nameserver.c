// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A name server that answers as it is asked to. Called by the tests of the resolver and of
 * the engine.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "nameserver.h"

#define LATE_MOST 4096
#define HEADER 12

struct late {
	struct sockaddr_in to;
	uint8_t query[300];
	size_t size;
};

struct nameserver {
	uv_udp_t udp;
	uv_tcp_t tcp;
	uint16_t port;
	unsigned int asked, late_count, handles;
	struct late late[LATE_MOST];
	char buffer[65536];
};

struct client {
	uv_tcp_t tcp;
	size_t have;
	uint8_t query[600];
};

static void must(int status)
{
	if (status < 0)
		abort();
}

/* Turns the query into an answer: rcode, flags, and one A record if not 0. */
static size_t answer(uint8_t *out, const uint8_t *query, size_t size, unsigned int flags,
		     uint8_t last)
{
	static const uint8_t record[] = {
		0xc0, HEADER, 0, 1, 0, 1, 0, 0, 1, 0x2c, 0, 4, 127, 0, 0
	};

	memcpy(out, query, size);
	out[2] = (uint8_t)(0x81 | flags >> 8);
	out[3] = (uint8_t)(0x80 | flags);
	out[7] = last ? 1 : 0;
	if (!last)
		return size;
	memcpy(out + size, record, sizeof(record));
	out[size + sizeof(record)] = last;
	return size + sizeof(record) + 1;
}

static void send_udp(struct nameserver *server, const struct sockaddr_in *to, const uint8_t *bytes,
		     size_t size)
{
	uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned int)size);

	(void)uv_udp_try_send(&server->udp, &buffer, 1, (const struct sockaddr *)to);
}

static bool first_label(const uint8_t *query, const char *label)
{
	return query[HEADER] == strlen(label) &&
	       memcmp(query + HEADER + 1, label, strlen(label)) == 0;
}

static void reply(struct nameserver *server, const struct sockaddr_in *to, const uint8_t *query,
		  size_t size, unsigned int flags, uint8_t last)
{
	uint8_t out[600];

	send_udp(server, to, out, answer(out, query, size, flags, last));
}

static void strange(struct nameserver *server, const struct sockaddr_in *to, const uint8_t *query,
		    size_t size)
{
	uint8_t other[300];

	memcpy(other, query, size);
	other[1] ^= 0x55;
	reply(server, to, other, size, 0, 9);
	memcpy(other, query, size);
	other[HEADER + 1] ^= 1;
	reply(server, to, other, size, 0, 9);
}

static void keep(struct nameserver *server, const struct sockaddr_in *to, const uint8_t *query,
		 size_t size)
{
	struct late *late = &server->late[server->late_count];

	if (server->late_count == LATE_MOST)
		return;
	server->late_count++;
	late->to = *to;
	late->size = size;
	memcpy(late->query, query, size);
}

static void looped(struct nameserver *server, const struct sockaddr_in *to, const uint8_t *query,
		   size_t size)
{
	uint8_t out[600];
	size_t length = answer(out, query, size, 0, 2);

	out[size + 1] = (uint8_t)size;
	send_udp(server, to, out, length);
}

/* The first label of a name says how its answer goes wrong. */
static void respond(struct nameserver *server, const struct sockaddr_in *to, const uint8_t *query,
		    size_t size)
{
	server->asked++;
	if (first_label(query, "mute"))
		return;
	if (first_label(query, "empty"))
		send_udp(server, to, query, 0);
	if (first_label(query, "stranger"))
		strange(server, to, query, size);
	if (first_label(query, "twice"))
		reply(server, to, query, size, 0, 2);
	if (first_label(query, "late"))
		keep(server, to, query, size);
	else if (first_label(query, "loop"))
		looped(server, to, query, size);
	else if (first_label(query, "tc") || first_label(query, "cut") || first_label(query, "mad"))
		reply(server, to, query, size, 0x200, 0);
	else if (first_label(query, "no"))
		reply(server, to, query, size, 3, 0);
	else if (first_label(query, "fail"))
		reply(server, to, query, size, 2, 0);
	else
		reply(server, to, query, size, 0, 2);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
	struct nameserver *server = handle->data;

	(void)size;
	*buffer = uv_buf_init(server->buffer, sizeof(server->buffer));
}

static void on_datagram(uv_udp_t *udp, ssize_t size, const uv_buf_t *buffer,
			const struct sockaddr *from, unsigned int flags)
{
	(void)flags;
	if (from && size > HEADER && size < 300)
		respond(udp->data, (const struct sockaddr_in *)(const void *)from,
			(const uint8_t *)buffer->base, (size_t)size);
}

static void client_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_client_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
	struct client *client = handle->data;

	(void)size;
	*buffer = uv_buf_init((char *)client->query + client->have,
			      (unsigned int)(sizeof(client->query) - client->have));
}

static void send_tcp(struct client *client, const uint8_t *bytes, size_t size)
{
	uint8_t prefix[2] = { (uint8_t)(size >> 8), (uint8_t)size };
	uv_buf_t buffers[2] = { uv_buf_init((char *)prefix, 2),
				uv_buf_init((char *)bytes, (unsigned int)size) };

	(void)uv_try_write((uv_stream_t *)&client->tcp, buffers, 2);
}

static void send_mad(struct client *client, size_t size)
{
	static uint8_t bytes[64000];
	uint32_t random = 1;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		random = random * 1664525U + 1013904223U;
		bytes[i] = (uint8_t)(random >> 24);
	}
	(void)answer(bytes, client->query + 2, size, 0, 2);
	bytes[6] = 0x7f;
	send_tcp(client, bytes, sizeof(bytes));
}

/* Answers over TCP, when the whole question is there. */
static void on_stream(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
	struct client *client = stream->data;
	uint8_t out[600];
	size_t length;

	(void)buffer;
	if (size > 0)
		client->have += (size_t)size;
	length = client->have < 2 ? 0 : (size_t)(client->query[0] << 8 | client->query[1]);
	if (size >= 0 && (!length || client->have < length + 2))
		return;
	if (size < 0 || length > 300 || first_label(client->query + 2, "cut")) {
		uv_close((uv_handle_t *)stream, client_closed);
		return;
	}
	if (first_label(client->query + 2, "mad"))
		send_mad(client, length);
	else
		send_tcp(client, out, answer(out, client->query + 2, length, 0, 3));
	client->have = 0;
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		abort();
	must(status);
	must(uv_tcp_init(listener->loop, &client->tcp));
	client->tcp.data = client;
	must(uv_accept(listener, (uv_stream_t *)&client->tcp));
	must(uv_read_start((uv_stream_t *)&client->tcp, on_client_alloc, on_stream));
}

struct nameserver *nameserver_open(uv_loop_t *loop)
{
	struct nameserver *server = calloc(1, sizeof(*server));
	struct sockaddr_in at = { .sin_family = AF_INET };
	int length = sizeof(at);

	if (!server)
		abort();
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(uv_tcp_init(loop, &server->tcp));
	must(uv_tcp_bind(&server->tcp, (const struct sockaddr *)&at, 0));
	must(uv_tcp_getsockname(&server->tcp, (struct sockaddr *)&at, &length));
	must(uv_udp_init(loop, &server->udp));
	must(uv_udp_bind(&server->udp, (const struct sockaddr *)&at, 0));
	server->port = ntohs(at.sin_port);
	server->tcp.data = server->udp.data = server;
	server->handles = 2;
	must(uv_udp_recv_start(&server->udp, on_alloc, on_datagram));
	must(uv_listen((uv_stream_t *)&server->tcp, 16, on_connection));
	return server;
}

uint16_t nameserver_port(const struct nameserver *server)
{
	return server->port;
}

unsigned int nameserver_asked(const struct nameserver *server)
{
	return server->asked;
}

void nameserver_release(struct nameserver *server)
{
	for (unsigned int i = 0; i < server->late_count; i++)
		reply(server, &server->late[i].to, server->late[i].query, server->late[i].size, 0,
		      2);
	server->late_count = 0;
}

static void server_closed(uv_handle_t *handle)
{
	struct nameserver *server = handle->data;

	if (--server->handles == 0)
		free(server);
}

void nameserver_close(struct nameserver *server)
{
	uv_close((uv_handle_t *)&server->udp, server_closed);
	uv_close((uv_handle_t *)&server->tcp, server_closed);
}
