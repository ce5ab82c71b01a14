/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * URLs as they may be shown. Publishers give each customer a URL with a key in it, and logs, tickets
 * and screens are read by others. Pure.
 */
#ifndef MXW_FEED_MASK_H
#define MXW_FEED_MASK_H

#define MXW_URL_TEXT 1280

/*
 * The URL with "***" for what may be a secret: name and password, the values of the query, a query
 * without names, the fragment, and parts of the path that look like keys. For errors, notes, tables
 * and JSON, everywhere. Cut where it is too long. Returns out.
 */
const char *mxw_url_mask(const char *url, char out[MXW_URL_TEXT]);

#endif
