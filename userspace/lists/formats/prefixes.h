/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges as the fewest prefixes, and text out by buffers. For userspace/lists/formats/write.c,
 * its tests, and tools/xdpctl/cli/lines.c.
 */
#ifndef MXW_FORMAT_PREFIXES_H
#define MXW_FORMAT_PREFIXES_H

#include "base/addr.h"
#include "lists/format.h"
#include "lists/formats/text.h"

/* Takes the longest prefix that begins where keys begin, and is within them, off keys. false when
 * nothing is left, which is told by first > last or done. */
struct mxw_cut {
	struct mxw_keys keys;
	bool done;
};

bool mxw_cut_prefix(struct mxw_cut *cut, struct mxw_prefix *prefix);

/* How many prefixes the ranges are. */
uint64_t mxw_count_prefixes4(const struct mxw_ranges *ranges);
uint64_t mxw_count_prefixes6(const struct mxw_ranges *ranges);

/* Text that goes on in pieces of up to its size. */
struct mxw_page {
	const struct mxw_format_out *out;
	size_t size;
	bool failed; /* the writer below has: all further text is lost */
	char text[32768];
};

void mxw_page_flush(struct mxw_page *page);
void mxw_page_text(struct mxw_page *page, const char *text);
void mxw_page_format(struct mxw_page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "192.0.2.7", without its length where that is 32; IPv6 always has one. */
void mxw_page_prefix(struct mxw_page *page, const struct mxw_prefix *prefix);

#endif
