/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the source of a list and the reader of its format: unpacks gzip, and refuses a text
 * that is larger than a list can be. For the worker only.
 */
#ifndef MXW_FEED_INTAKE_H
#define MXW_FEED_INTAKE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lists/format.h"

struct mxw_intake;

/* max_bytes: of text, unpacked. It lasts as long as the worker, and so does the reader, which stays
 * the caller's. */
int mxw_intake_open(struct mxw_reader *reader, uint64_t max_bytes, struct mxw_intake **out,
		    struct mxw_err *err);

/* Pieces of any size. A negative code is final. */
int mxw_intake_take(struct mxw_intake *intake, const void *data, size_t size, struct mxw_err *err);

/* The end of the source: refuses a gzip file that is cut short. */
int mxw_intake_end(struct mxw_intake *intake, struct mxw_err *err);

/* Bytes of text so far, unpacked. */
uint64_t mxw_intake_bytes(const struct mxw_intake *intake);

#endif
