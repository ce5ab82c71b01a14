/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the state room only: what listfile.c and delta.c share.
 */
#ifndef MXW_LISTPATH_H
#define MXW_LISTPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MXW_LISTFILE_PATH 512

/* "…/feeds/NAME.list". Returns out. */
const char *mxw_listfile_path(const char *name, const char *suffix, char out[MXW_LISTFILE_PATH]);

/* "cannot DOING PATH", with errno's words. Returns MXW_E_FAIL. */
int mxw_listfile_fail(const char *doing, const char *path, struct mxw_err *err);

/* Makes the directory; makes its names durable. */
int mxw_listfile_make_dir(struct mxw_err *err);
int mxw_listfile_sync_dir(struct mxw_err *err);

/* false with errno. */
bool mxw_listfile_write_all(int fd, const void *data, size_t size);

/* Goes on from sum; size is a multiple of 8. Finds accidents, not attackers. */
uint64_t mxw_listfile_sum(uint64_t sum, const void *data, size_t size);

#endif
