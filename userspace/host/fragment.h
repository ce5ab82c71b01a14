/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fragments of kernel-configs/, which are built into the program: what
 * mxwall needs from a kernel, and why. Pure.
 */
#ifndef MXW_FRAGMENT_H
#define MXW_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>

/* A kernel version as one number that compares; patch levels do not count. */
#define MXW_KERNEL(major, minor) ((unsigned int)(major) << 8 | (unsigned int)(minor))

struct mxw_fragment {
	const char *name; /* "mxwall-6.1" */
	const char *text; /* the whole file */
};

/* One option of a fragment, with the comment above it. */
struct mxw_kernel_need {
	char option[64]; /* "CONFIG_NET" */
	char value[16]; /* "y" */
	bool required; /* else recommended */
	char reason[320]; /* the comment in one line, without its first word; may be cut */
};

/* "6.1.0-18-amd64" -> MXW_KERNEL(6, 1); 0 when it does not start like that. */
unsigned int mxw_kernel_parse(const char *release);

/* The fragment of the newest line that is not newer than kernel, else the oldest one. */
const struct mxw_fragment *mxw_fragment_nearest(unsigned int kernel);

/* The kernel line of a fragment, by its name. */
unsigned int mxw_fragment_kernel(const struct mxw_fragment *fragment);

/* The fragment number index, in order of file name; NULL behind the last. */
const struct mxw_fragment *mxw_fragment_at(size_t index);

/* Fills *need with the next option of text and returns where to go on, NULL when there is
 * none left. An option whose comment has no "required:" counts as recommended. */
const char *mxw_need_next(const char *text, struct mxw_kernel_need *need);

/* Whether the kernel configuration in config has it. A module will do for "m". */
bool mxw_need_met(const struct mxw_kernel_need *need, const char *config);

#endif
