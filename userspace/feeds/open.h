/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and directories of lists, opened with the rights of the operator and handed to the worker
 * as descriptors.
 */
#ifndef MXW_FEED_OPEN_H
#define MXW_FEED_OPEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/report.h"

#define MXW_FEED_FILES 4096 /* the most that a directory may have */

struct mxw_opened {
	int fd;
	uint64_t size; /* 0: not known, of a pipe */
};

/* A regular file that not everybody may write. Symbolic links are the operator's and followed.
 * dir: a descriptor or AT_FDCWD. label: the path in sentences. The caller closes the descriptor. */
int mxw_open_file(int dir, const char *name, const char *label, struct mxw_opened *out,
		  struct mxw_err *err);

/* Standard input: a file, a pipe, a terminal. Another descriptor of it. */
int mxw_open_stdin(struct mxw_opened *out, struct mxw_err *err);

struct mxw_opened_dir {
	int fd;
	char **names; /* in order; without those that begin with a dot, and copies */
	size_t count, room;
};

/* A directory that not everybody may write. Directories and backup copies in it are left out,
 * with a note. The caller
 * closes it, also after a failure. */
int mxw_open_dir(const char *path, struct mxw_opened_dir *out, const struct mxw_report *report,
		 struct mxw_err *err);
void mxw_close_dir(struct mxw_opened_dir *dir);

/* A whole file of at most max bytes, of certificates for example; *text is the caller's. */
int mxw_open_whole(const char *path, size_t max, char **text, size_t *size, struct mxw_err *err);

#endif
