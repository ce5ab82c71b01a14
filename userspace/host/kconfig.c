// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the kernel's configuration and looks options up in it. Called by check.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "host/kconfig.h"

#define CONFIG_BYTES_MAX (8U << 20) /* real ones have 0.3 MB */
#define CHUNK (64U << 10)

/* Everything up to the end of file as a string, NULL when that fails. */
static char *read_all(gzFile file)
{
	char *text = NULL, *grown;
	size_t used = 0;
	int got;

	do {
		grown = realloc(text, used + CHUNK + 1);
		if (!grown)
			goto fail;
		text = grown;
		got = gzread(file, text + used, CHUNK);
		if (got < 0 || used + (size_t)got > CONFIG_BYTES_MAX)
			goto fail;
		used += (size_t)got;
	} while (got > 0);
	text[used] = '\0';
	return text;
fail:
	free(text);
	return NULL;
}

int mxw_kconfig_load(const char *path, struct mxw_kconfig *config, struct mxw_err *err)
{
	gzFile file = gzopen(path, "re");

	memset(config, 0, sizeof(*config));
	if (!file)
		return mxw_fail(err, MXW_E_FAIL, "cannot open \"%s\": %s", path, strerror(errno));
	config->text = read_all(file);
	(void)gzclose(file); /* was only read */
	if (!config->text)
		return mxw_fail(err, MXW_E_FAIL,
				"\"%s\" cannot be read as a kernel configuration: it is damaged or "
				"too large",
				path);
	(void)snprintf(config->source, sizeof(config->source), "%s", path); /* for display */
	return MXW_OK;
}

int mxw_kconfig_read(const char *release, struct mxw_kconfig *config, struct mxw_err *err)
{
	static const struct {
		const char *before, *behind;
	} places[] = { { "/boot/config-", "" }, { "/lib/modules/", "/config" } };
	char path[192];

	if (mxw_kconfig_load("/proc/config.gz", config, NULL) == MXW_OK)
		return MXW_OK;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s%s", places[i].before, release,
			       places[i].behind); /* a cut path does not open */
		if (mxw_kconfig_load(path, config, NULL) == MXW_OK)
			return MXW_OK;
	}
	return mxw_fail(err, MXW_E_FAIL,
			"the configuration of the running kernel is not here: neither "
			"/proc/config.gz nor /boot/config-%.64s can be read",
			release);
}

void mxw_kconfig_free(struct mxw_kconfig *config)
{
	free(config->text);
	config->text = NULL;
}

/* Whether line is "# OPTION is not set". */
static bool says_unset(const char *line, const char *option, size_t length)
{
	static const char tail[] = " is not set";

	return strncmp(line, "# ", 2) == 0 && strncmp(line + 2, option, length) == 0 &&
	       strncmp(line + 2 + length, tail, sizeof(tail) - 1) == 0;
}

bool mxw_kconfig_value(const char *text, const char *option, char value[MXW_KCONFIG_VALUE])
{
	size_t length = strlen(option);

	(void)snprintf(value, MXW_KCONFIG_VALUE, "n");
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (says_unset(line, option, length))
			return true;
		if (strncmp(line, option, length) == 0 && line[length] == '=') {
			line += length + 1;
			(void)snprintf(value, MXW_KCONFIG_VALUE, "%.*s", (int)strcspn(line, "\r\n"),
				       line); /* cut is fine */
			return true;
		}
	}
	return false;
}
