/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worker's side of the pipe: what the reader of a format finds, as records.
 */
#ifndef MXW_FEED_SEND_H
#define MXW_FEED_SEND_H

#include "feeds/records.h"

struct mxw_send;

/* fd: the pipe. sink: filled, for mxw_reader_open(). NULL when memory is
 * out. It lasts as long as the worker. */
struct mxw_send *mxw_send_new(int fd, struct mxw_format_sink *sink);

/* How far the work is; sent at most once in a while. False: the pipe is gone. */
bool mxw_send_progress(struct mxw_send *send, uint64_t bytes, uint64_t lines);

/* The last word: all that is still held, then done, whose count of refusals is filled in. */
bool mxw_send_done(struct mxw_send *send, struct mxw_record_done *done);
bool mxw_send_error(struct mxw_send *send, const struct mxw_err *why);

#endif
