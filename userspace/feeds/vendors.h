/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about publishers of lists: ready-made feeds, terms, and how often one may ask. Pure.
 */
#ifndef MXW_VENDORS_H
#define MXW_VENDORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lists/format.h"

struct mxw_vendor_feed {
	const char *name; /* "spamhaus-drop" */
	const char *url; /* NULL: not published by https, see by_hand */
	const char *
		by_hand; /* a sentence: what to do instead of fetching it; NULL if there is a url */
	enum mxw_format format;
	const char *mode; /* "enforce", "limit" or "shadow": the most it may be by default */
	bool limit_only; /* never more than limit, whatever is asked */
	bool strip_reserved; /* drop bogons and private networks from it silently, counted */
	const char *credit; /* who makes it, as they want it said */
	const char *terms; /* one line */
};

/* The ready-made feed that a feed is: by its name, whatever its source; else by its source's URL
 * (NULL or "": none). NULL if it is not one. */
const struct mxw_vendor_feed *mxw_vendor_of(const char *name, const char *url);

/* NULL for no such name; mxw_vendor_feed_at() goes through all, NULL at the end. */
const struct mxw_vendor_feed *mxw_vendor_feed(const char *name);
const struct mxw_vendor_feed *mxw_vendor_feed_at(size_t index);

/* Seconds that must be between two fetches of this URL, by its host, whatever is configured; a
 * default for hosts that are not known. */
uint32_t mxw_vendor_interval(const char *url);

#endif
