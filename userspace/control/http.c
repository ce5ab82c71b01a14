// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Metrics over HTTP, by libmicrohttpd. Called by the daemon.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

#include "control/http.h"

#define CLIENTS 8
#define SECONDS 5 /* without a byte, then a client is closed */
#define MEMORY 16384 /* for each client's request */
#define ROUNDS 16 /* in one go; then others have their turn */
#define TYPE "text/plain; version=0.0.4; charset=utf-8"

struct mxw_http {
	struct MHD_Daemon *daemon;
	mxw_http_page *page;
	void *context;
};

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned int status, char *text,
				 size_t length, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(length, text, mode);
	enum MHD_Result result = MHD_NO;

	if (!response) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(text);
		return MHD_NO;
	}
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, TYPE) == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status,
			      const char *text)
{
	return send_text(connection, status, (char *)(uintptr_t)text, strlen(text),
			 MHD_RESPMEM_PERSISTENT);
}

/* Its parameters are libmicrohttpd's.
 * NOLINTBEGIN(readability-function-size,readability-non-const-parameter) */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **state)
{
	struct mxw_http *http = context;
	size_t length = 0;
	char *text;

	(void)version;
	(void)data;
	(void)state;
	if (*size) /* a body; nobody wants it */
		return MHD_NO;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET is answered\n");
	if (strcmp(url, "/metrics") != 0)
		return refuse(connection, MHD_HTTP_NOT_FOUND, "only /metrics is served\n");
	text = http->page(http->context, &length);
	if (!text)
		return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory\n");
	return send_text(connection, MHD_HTTP_OK, text, length, MHD_RESPMEM_MUST_FREE);
}
/* NOLINTEND(readability-function-size,readability-non-const-parameter) */

int mxw_http_open(struct mxw_http **out, int listener, mxw_http_page *page, void *context,
		  struct mxw_err *err)
{
	struct mxw_http *http = calloc(1, sizeof(*http));

	if (http) {
		http->page = page;
		http->context = context;
		http->daemon = MHD_start_daemon(
			MHD_USE_EPOLL, 0, NULL, NULL, on_request, http, MHD_OPTION_LISTEN_SOCKET,
			listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CLIENTS,
			MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SECONDS,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
			MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	}
	if (http && http->daemon) {
		*out = http;
		return MXW_OK;
	}
	free(http);
	(void)close(listener);
	return mxw_fail(err, MXW_E_FAIL, "cannot serve metrics over HTTP");
}

void mxw_http_close(struct mxw_http *http)
{
	if (!http)
		return;
	MHD_stop_daemon(http->daemon); /* closes the listener too */
	free(http);
}

int mxw_http_fd(const struct mxw_http *http)
{
	return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void mxw_http_run(struct mxw_http *http)
{
	MHD_UNSIGNED_LONG_LONG wait = 0;

	for (int i = 0; i < ROUNDS && wait == 0; i++) {
		(void)MHD_run(http->daemon); /* it says no more than that it was started right */
		if (MHD_get_timeout(http->daemon, &wait) != MHD_YES)
			return;
	}
}
