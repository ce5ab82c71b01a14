// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Removing the files of feeds. Called by apply's feeds.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "state/listfile.h"
#include "state/listpath.h"

static int drop(const char *name, const char *suffix, struct mxw_err *err)
{
	char path[MXW_LISTFILE_PATH];

	if (unlink(mxw_listfile_path(name, suffix, path)) && errno != ENOENT)
		return mxw_listfile_fail("remove", path, err);
	return MXW_OK;
}

int mxw_listfile_drop_held(const char *name, struct mxw_err *err)
{
	return drop(name, ".held", err);
}

int mxw_listfile_remove(const char *name, struct mxw_err *err)
{
	static const char *const suffixes[] = { ".list", ".held", ".delta", ".new" };
	int error = MXW_OK;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !error; i++)
		error = drop(name, suffixes[i], err);
	return error;
}

void mxw_listfile_sweep(bool (*keep)(void *context, const char *name), void *context)
{
	DIR *dir = opendir(MXW_FEEDS_DIR);
	struct dirent *item;

	while (dir && (item = readdir(dir))) {
		char name[MXW_LISTFILE_PATH];
		char *dot;

		(void)snprintf(name, sizeof(name), "%s", item->d_name);
		dot = strrchr(name, '.');
		if (!dot || dot == name)
			continue;
		*dot = '\0';
		if (!keep(context, name))
			(void)mxw_listfile_remove(name, NULL); /* the next sweep tries again */
	}
	if (dir)
		(void)closedir(dir);
}
