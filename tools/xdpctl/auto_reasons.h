/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why there is an automatic entry: read from the controller's database, for list and explain.
 */
#ifndef MXW_AUTO_REASONS_H
#define MXW_AUTO_REASONS_H

#include <stddef.h>
#include <stdint.h>

#include "state/auto_reader.h"

/* Opens the database that mxwall.conf names, to read. NULL where there is none that can be
 * read: then no entry has a reason. The caller closes it with mxw_auto_reader_close(). */
struct mxw_auto_reader *auto_reasons_open(void);

/* The reason for the entry of a source (bpf/key.h); "" if none is known. Cut to size; returns
 * out. store may be NULL. */
const char *auto_reason(struct mxw_auto_reader *store, uint64_t source, char *out, size_t size);

#endif
