/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the worker without rights writes into its pipe: a head, and count elements of the
 * head's kind. Both ends are one program, so the layout is C's; what is in it is
 * as trustworthy as the list that the worker read.
 */
#ifndef MXW_FEED_RECORDS_H
#define MXW_FEED_RECORDS_H

#include <stdint.h>

#include "base/err.h"
#include "feeds/read.h"

#define MXW_RECORD_MAGIC 0x6d78776cU
#define MXW_RECORD_BATCH 8192 /* most elements under one head */

enum mxw_record_kind {
	MXW_RECORD_RANGES4 = 0,
	MXW_RECORD_RANGES6,
	MXW_RECORD_REFUSAL,
	MXW_RECORD_PROGRESS,
	MXW_RECORD_DONE, /* the last one, of a list that was read to its end */
	MXW_RECORD_ERROR, /* the last one, of a list that cannot be read */
	MXW_RECORD_KINDS,
};

struct mxw_record_head {
	uint32_t magic;
	uint16_t kind; /* enum mxw_record_kind */
	uint16_t says; /* enum mxw_says; 0 with other kinds than ranges */
	uint32_t count; /* 1..MXW_RECORD_BATCH of ranges, 1 of everything else */
	uint32_t zero;
};

struct mxw_record4 {
	uint32_t first, last; /* host order */
	uint32_t line; /* UINT32_MAX: that or more */
	uint32_t end; /* wall clock s; 0 = none of its own */
};

struct mxw_record6 {
	uint64_t first, last; /* /64s, host order */
	uint32_t line, end;
};

struct mxw_record_refusal {
	uint64_t line;
	char text[sizeof(((struct mxw_feed_refusal *)0)->text)];
	char why[sizeof(((struct mxw_feed_refusal *)0)->why)];
};

struct mxw_record_progress {
	uint64_t bytes, lines;
};

struct mxw_record_done {
	uint64_t bytes, lines, refused;
	uint64_t list_end; /* of all of it, wall clock s; 0 = none */
	uint32_t format; /* enum mxw_format */
	uint32_t not_modified; /* 0 or 1 */
	char etag[MXW_FEED_TAG], last_modified[MXW_FEED_TAG];
};

struct mxw_record_error {
	char text[sizeof(((struct mxw_err *)0)->text)];
};

#endif
