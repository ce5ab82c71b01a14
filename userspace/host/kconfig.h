/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration that the running kernel was built with.
 */
#ifndef MXW_KCONFIG_H
#define MXW_KCONFIG_H

#include <stdbool.h>

#include "base/err.h"

#define MXW_KCONFIG_VALUE 64 /* room for a value; longer strings are cut */

struct mxw_kconfig {
	char *text; /* the whole file, owned; NULL while nothing was read */
	char source[192]; /* the file it came from */
};

/* Reads /proc/config.gz, else the file that a distribution installs beside the kernel called
 * release (as uname -r). Returns 0, or MXW_E_FAIL when there is none. The caller frees. */
int mxw_kconfig_read(const char *release, struct mxw_kconfig *config, struct mxw_err *err);

/* The same for one file, compressed by gzip or plain. */
int mxw_kconfig_load(const char *path, struct mxw_kconfig *config, struct mxw_err *err);

void mxw_kconfig_free(struct mxw_kconfig *config);

/* Looks up "CONFIG_NET" in the text of a configuration. False, and value "n", where it is not
 * mentioned; "# CONFIG_NET is not set" is true with value "n". Quotes stay on strings. Pure. */
bool mxw_kconfig_value(const char *text, const char *option, char value[MXW_KCONFIG_VALUE]);

#endif
