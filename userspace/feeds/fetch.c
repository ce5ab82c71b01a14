// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching by https, with libcurl. Redirects are followed here, one at a time, because the first
 * URL is the operator's and every later one a stranger's. Called in the worker.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "feeds/fetch.h"
#include "feeds/fetch_curl.h"
#include "feeds/mask.h"
#include "feeds/peer.h"

#define REDIRECTS 3
#define CONNECT_SECONDS 15
/* Bytes a second, on the mean of so many seconds, below which a server is given up. */
#define SLOW_BYTES 512
#define SLOW_SECONDS 20
/* Of a page that is not the list: an explanation, which nobody reads. */
#define OTHER_BYTES (64 << 10)

struct session {
	const struct mxw_fetch *fetch;
	struct mxw_curl api;
	CURL *curl;
	struct curl_slist *headers;
	bool any_peer; /* the operator named this very host, whatever its address */
	bool peer_refused;
	int take_code; /* what take() returned */
	uint64_t other_bytes;
	char refused[64]; /* the address, as text */
	char reason[CURL_ERROR_SIZE];
	struct mxw_err *err;
};

static long status_of(const struct session *session)
{
	long status = 0;

	(void)session->api.easy_getinfo(session->curl, CURLINFO_RESPONSE_CODE,
					&status); /* stays 0 */
	return status;
}

static bool html(const struct session *session)
{
	char *type = NULL;

	(void)session->api.easy_getinfo(session->curl, CURLINFO_CONTENT_TYPE,
					&type); /* stays NULL */
	return type && (strncasecmp(type, "text/html", 9) == 0 ||
			strncasecmp(type, "application/xhtml", 17) == 0);
}

/* libcurl's writer: another number than it gave ends the transfer. */
static size_t on_body(char *data, size_t one, size_t count, void *context)
{
	struct session *session = context;
	size_t size = one * count;

	if (status_of(session) != 200) {
		session->other_bytes += size;
		return session->other_bytes <= OTHER_BYTES ? size : 0;
	}
	if (html(session))
		session->take_code = mxw_fail(session->err, MXW_E_FAIL,
					      "The server sent a web page, not a list.");
	else
		session->take_code =
			session->fetch->take(session->fetch->context, data, size, session->err);
	return session->take_code ? 0 : size;
}

/* Every connection that libcurl makes begins here, whatever the name resolved to. */
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct session *session = context;

	(void)purpose;
	if (session->any_peer || mxw_peer_public(&address->addr))
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	session->peer_refused = true;
	return CURL_SOCKET_BAD;
}

static int out_of_memory(struct session *session)
{
	return mxw_fail(session->err, MXW_E_FAIL, "Out of memory.");
}

static int add_header(struct session *session, const char *name, const char *value)
{
	char line[MXW_FEED_TAG + 32];
	struct curl_slist *grown;

	if (!value || !*value)
		return 0;
	(void)snprintf(line, sizeof(line), "%s: %s", name, value);
	grown = session->api.slist_append(session->headers, line);
	if (!grown)
		return out_of_memory(session);
	session->headers = grown;
	return 0;
}

static bool set_text(const struct session *session, CURLoption option, const char *text)
{
	return session->api.easy_setopt(session->curl, option, text) == CURLE_OK;
}

static bool set_number(const struct session *session, CURLoption option, long number)
{
	return session->api.easy_setopt(session->curl, option, number) == CURLE_OK;
}

/* What is the same at every hop. False: libcurl lacks something that this relies on. */
static bool set_rules(const struct session *session)
{
	return set_text(session, CURLOPT_PROTOCOLS_STR, "https") &&
	       set_text(session, CURLOPT_REDIR_PROTOCOLS_STR, "https") &&
	       set_number(session, CURLOPT_FOLLOWLOCATION, 0) &&
	       set_number(session, CURLOPT_SSL_VERIFYPEER, 1) &&
	       set_number(session, CURLOPT_SSL_VERIFYHOST, 2) &&
	       set_number(session, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) &&
	       set_number(session, CURLOPT_NETRC, CURL_NETRC_IGNORED) &&
	       set_number(session, CURLOPT_NOSIGNAL, 1) &&
	       set_number(session, CURLOPT_FRESH_CONNECT, 1) &&
	       set_number(session, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) &&
	       set_number(session, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES) &&
	       set_number(session, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS) &&
	       /* intake.c unpacks: libcurl takes half of a gzip stream for all of it. */
	       set_text(session, CURLOPT_ACCEPT_ENCODING, "gzip") &&
	       set_number(session, CURLOPT_HTTP_CONTENT_DECODING, 0) &&
	       set_text(session, CURLOPT_USERAGENT, "mxwall/" MXW_VERSION);
}

/* A proxy is only that of the variable made for https; its address is the operator's choice. */
static bool set_proxy(struct session *session)
{
	const char *proxy = getenv("https_proxy"); /* NOLINT(concurrency-mt-unsafe): one thread */

	if (proxy && *proxy)
		session->any_peer = true;
	return set_text(session, CURLOPT_PROXY, proxy ? proxy : "");
}

static bool set_callbacks(struct session *session)
{
	CURL *curl = session->curl;

	return session->api.easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	       session->api.easy_setopt(curl, CURLOPT_WRITEDATA, session) == CURLE_OK &&
	       session->api.easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket) == CURLE_OK &&
	       session->api.easy_setopt(curl, CURLOPT_OPENSOCKETDATA, session) == CURLE_OK &&
	       session->api.easy_setopt(curl, CURLOPT_ERRORBUFFER, session->reason) == CURLE_OK &&
	       session->api.easy_setopt(curl, CURLOPT_HTTPHEADER, session->headers) == CURLE_OK &&
	       session->api.easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
					(curl_off_t)session->fetch->max_bytes) == CURLE_OK;
}

/* Without the system's certificates when there are others. */
static bool set_certificates(const struct session *session)
{
	struct curl_blob blob = { .data = (void *)session->fetch->ca,
				  .len = session->fetch->ca_size,
				  .flags = CURL_BLOB_NOCOPY };

	if (!session->fetch->ca)
		return true;
	return session->api.easy_setopt(session->curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	       session->api.easy_setopt(session->curl, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK;
}

static int set_up(struct session *session)
{
	int code;

	if (session->api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return out_of_memory(session);
	session->curl = session->api.easy_init();
	if (!session->curl)
		return out_of_memory(session);
	code = add_header(session, "If-None-Match", session->fetch->etag);
	if (!code)
		code = add_header(session, "If-Modified-Since", session->fetch->last_modified);
	if (code)
		return code;
	if (!set_rules(session) || !set_callbacks(session) || !set_certificates(session))
		return mxw_fail(session->err, MXW_E_FAIL,
				"libcurl %s lacks something that fetching lists needs.",
				LIBCURL_VERSION);
	return 0;
}

/* The host of a URL that is https; NULL for every other. The caller frees it by curl_free(). */
static char *https_host(const struct session *session, const char *url)
{
	const struct mxw_curl *api = &session->api;
	CURLU *parts = api->url();
	char *scheme = NULL, *host = NULL;

	if (parts &&
	    api->url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    api->url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    strcasecmp(scheme, "https") == 0)
		(void)api->url_get(parts, CURLUPART_HOST, &host, 0); /* stays NULL */
	api->free(scheme);
	api->url_cleanup(parts);
	return host;
}

static int refuse_peer(struct session *session, int hop)
{
	return mxw_fail(
		session->err, MXW_E_FAIL,
		hop ? "The server redirects to a local or private address, which is not followed."
		    : "Its name leads to a local or private address; if that is meant, "
		      "give the address itself in the URL.");
}

/* Looks at a URL before it is asked. hop 0 is the operator's. With a proxy no connection shows
 * where a redirect leads, so what its text says is looked at here. */
static int judge_url(struct session *session, const char *url, int hop)
{
	char *host = https_host(session, url);
	enum mxw_peer peer = host ? mxw_peer_of_host(host) : MXW_PEER_NAME;
	char shown[MXW_URL_TEXT];
	int code = 0;

	session->any_peer = hop == 0 && peer != MXW_PEER_NAME;
	if (!host)
		code = mxw_fail(session->err, MXW_E_FAIL,
				hop ? "The server redirects to \"%.200s\"; only https is followed."
				    : "\"%.200s\" is not an https URL; no other kind is fetched.",
				mxw_url_mask(url, shown));
	else if (hop > 0 && peer == MXW_PEER_LOCAL)
		code = refuse_peer(session, hop);
	session->api.free(host);
	return code;
}

static int too_late(const struct session *session)
{
	return mxw_fail(
		session->err, MXW_E_FAIL,
		"The server did not send the list within %llu s; try again, or raise the limit.",
		(unsigned long long)session->fetch->max_seconds);
}

/* A sentence for what libcurl says. */
static int explain(struct session *session, CURLcode result, int hop)
{
	char most[MXW_DURATION_TEXT];

	if (session->take_code)
		return session->take_code;
	if (session->peer_refused && result == CURLE_COULDNT_CONNECT)
		return refuse_peer(session, hop);
	if (result == CURLE_OPERATION_TIMEDOUT)
		return mxw_fail(session->err, MXW_E_FAIL,
				"The server is too slow, or did not send all within %llu s: %s.",
				(unsigned long long)session->fetch->max_seconds, session->reason);
	if (result == CURLE_FILESIZE_EXCEEDED)
		return mxw_fail(session->err, MXW_E_FAIL,
				"It is larger than %s bytes, the most that is read.",
				mxw_number_format(session->fetch->max_bytes, most));
	return mxw_fail(session->err, MXW_E_FAIL, "It cannot be fetched: %s.",
			session->reason[0] ? session->reason : session->api.easy_strerror(result));
}

/* Asks one URL. *next: where the server sends on, NULL if it does not; libcurl's. */
static int ask(struct session *session, const char *url, int number, uint64_t deadline_ns,
	       const char **next)
{
	uint64_t now = mxw_clock_mono();
	CURLcode result;
	char *redirect = NULL;
	int code = judge_url(session, url, number);

	*next = NULL;
	if (code)
		return code;
	if (now + MXW_SECOND / 1000 >= deadline_ns)
		return too_late(session);
	if (!set_proxy(session) || !set_text(session, CURLOPT_URL, url) ||
	    !set_number(session, CURLOPT_TIMEOUT_MS,
			(long)((deadline_ns - now) / (MXW_SECOND / 1000))))
		return out_of_memory(session);
	result = session->api.easy_perform(session->curl);
	if (result != CURLE_OK && (session->take_code || session->other_bytes <= OTHER_BYTES))
		return explain(session, result, number);
	(void)session->api.easy_getinfo(session->curl, CURLINFO_REDIRECT_URL,
					&redirect); /* stays NULL */
	*next = redirect;
	return 0;
}

static void keep_tag(struct session *session, const char *name, char out[MXW_FEED_TAG])
{
	struct curl_header *header = NULL;

	out[0] = '\0';
	if (session->api.easy_header(session->curl, name, 0, CURLH_HEADER, -1, &header) ==
		    CURLHE_OK &&
	    strlen(header->value) < MXW_FEED_TAG)
		(void)snprintf(out, MXW_FEED_TAG, "%s", header->value);
}

/* An answer that nothing is new need not repeat the tags. */
static void keep_old(const char *old, char tag[MXW_FEED_TAG])
{
	if (!tag[0] && old)
		(void)snprintf(tag, MXW_FEED_TAG, "%s", old);
}

/* The last answer, which is not a redirect. */
static int judge_answer(struct session *session, struct mxw_fetched *fetched)
{
	long status = status_of(session);

	keep_tag(session, "ETag", fetched->etag);
	keep_tag(session, "Last-Modified", fetched->last_modified);
	if (status == 200 && !mxw_curl_end_is_told(&session->api, session->curl))
		return mxw_fail(session->err, MXW_E_FAIL,
				"The server does not say how long the list is, so that one that is "
				"cut off would look whole: it is not taken. Its maintainer has to "
				"send Content-Length, or chunks.");
	if (status == 200)
		return 0;
	fetched->not_modified = status == 304 && session->headers;
	if (fetched->not_modified) {
		keep_old(session->fetch->etag, fetched->etag);
		keep_old(session->fetch->last_modified, fetched->last_modified);
		return 0;
	}
	return mxw_fail(session->err, MXW_E_FAIL,
			"The server answers with status %ld instead of the list%s.", status,
			status == 404	? "; is the URL right"
			: status == 429 ? "; it was asked too often"
					: "");
}

/* Redirects are followed here and not by libcurl, so that each address is judged before it is
 * asked. All of them share one deadline. */
static int follow(struct session *session, struct mxw_fetched *fetched)
{
	uint64_t deadline_ns = mxw_clock_mono() + session->fetch->max_seconds * MXW_SECOND;
	char *url = strdup(session->fetch->url);
	int code = url ? 0 : out_of_memory(session);

	for (int number = 0; !code; number++) {
		const char *next = NULL;

		code = ask(session, url, number, deadline_ns, &next);
		if (code || !next)
			break;
		if (number == REDIRECTS) {
			code = mxw_fail(session->err, MXW_E_FAIL,
					"The server redirects more than %d times.", REDIRECTS);
			break;
		}
		free(url);
		url = strdup(next);
		code = url ? 0 : out_of_memory(session);
	}
	free(url);
	return code ? code : judge_answer(session, fetched);
}

int mxw_fetch(const struct mxw_fetch *fetch, struct mxw_fetched *fetched, struct mxw_err *err)
{
	struct session session = { .fetch = fetch, .err = err };
	int code;

	*fetched = (struct mxw_fetched){ .not_modified = false };
	code = mxw_curl_load(&session.api, err);
	if (code)
		return code;
	code = set_up(&session);
	if (!code)
		code = follow(&session, fetched);
	session.api.easy_cleanup(session.curl);
	session.api.slist_free_all(session.headers);
	return code;
}
