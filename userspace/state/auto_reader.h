/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the controller's database as root. The controller's user writes that file and its
 * folder, so it may be anything: a FIFO, a link, a view without end, bytes made for SQLite's
 * faults. A process of its own reads it, with the rights of the file's owner and no file of
 * ours, and is killed when it takes too long.
 */
#ifndef MXW_AUTO_READER_H
#define MXW_AUTO_READER_H

#include "state/auto_store.h"

#define MXW_AUTO_READER_LISTS 2048 /* bytes of mxw_auto_row.lists, with the 0 */
#define MXW_AUTO_READER_WHY 1024 /* ... why */

struct mxw_auto_reader;

/* Opens the database at path, beside the controller that may be writing it; nothing is made,
 * mended or moved. MXW_E_FAIL with a sentence where there is none, or it is not a regular file.
 * *out is the caller's: close it. The caller must not have it open by SQLite. */
int mxw_auto_reader_open(const char *path, struct mxw_auto_reader **out, struct mxw_err *err);
void mxw_auto_reader_close(struct mxw_auto_reader *reader);

/* As mxw_auto_store_each() and mxw_auto_store_find(). Texts are cut to their room, and what is
 * not printable ASCII in them is "?". After an error the reader only fails. */
int mxw_auto_reader_each(struct mxw_auto_reader *reader, uint64_t now, mxw_auto_visit *visit,
			 void *context, struct mxw_err *err);
int mxw_auto_reader_find(struct mxw_auto_reader *reader, uint64_t source, mxw_auto_visit *visit,
			 void *context, struct mxw_err *err);

#endif
