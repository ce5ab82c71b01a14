/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list from an https server. For the worker only: it talks to strangers.
 */
#ifndef MXW_FEED_FETCH_H
#define MXW_FEED_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feeds/read.h"

struct mxw_fetch {
	const char *url;
	const char *etag, *last_modified; /* of the last answer; NULL or "" for none */
	const char *ca; /* certificates in PEM instead of the system's; NULL for those */
	size_t ca_size;
	uint64_t max_bytes, max_seconds; /* of all of it, redirects too */
	/* Takes the list in pieces; a negative code ends the fetching. */
	int (*take)(void *context, const void *data, size_t size, struct mxw_err *err);
	void *context;
};

struct mxw_fetched {
	bool not_modified; /* and nothing was taken */
	char etag[MXW_FEED_TAG], last_modified[MXW_FEED_TAG]; /* "" if there is none */
};

/*
 * https only, the certificate verified, at most three redirects. Addresses that are not of the
 * public internet are connected to if the URL itself names them, as numbers or as localhost;
 * never by a redirect or by the DNS. On failure err is one sentence without the URL.
 */
int mxw_fetch(const struct mxw_fetch *fetch, struct mxw_fetched *fetched, struct mxw_err *err);

#endif
