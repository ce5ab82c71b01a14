/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libcurl, loaded when something is fetched. Linked, it and the thirty libraries it needs
 * would cost every command 9 ms before its first line; only the worker wants them.
 */
#ifndef MXW_FETCH_CURL_H
#define MXW_FETCH_CURL_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/err.h"

/* The functions that fetch.c uses, by their names without "curl_". */
#define MXW_CURL_FUNCTIONS(X) \
	X(global_init)        \
	X(easy_init)          \
	X(easy_setopt)        \
	X(easy_perform)       \
	X(easy_getinfo)       \
	X(easy_header)        \
	X(easy_strerror)      \
	X(easy_cleanup)       \
	X(slist_append)       \
	X(slist_free_all)     \
	X(url)                \
	X(url_set)            \
	X(url_get)            \
	X(url_cleanup)        \
	X(free)

struct mxw_curl {
#define MXW_CURL_MEMBER(name) \
	__typeof__(curl_##name) *name; /* NOLINT(bugprone-macro-parentheses): a name */
	MXW_CURL_FUNCTIONS(MXW_CURL_MEMBER)
#undef MXW_CURL_MEMBER
};

/* MXW_E_FAIL where the library is not installed or too old (curl_easy_header: 7.84). */
int mxw_curl_load(struct mxw_curl *api, struct mxw_err *err);

/* Whether the answer says itself where it ends. If only the connection's end does, half of a list
 * looks like all of it: libcurl does not say whether TLS was closed in order. */
bool mxw_curl_end_is_told(const struct mxw_curl *api, CURL *curl);

#endif
