// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the fragments of kernel-configs/ as people wrote them: an option, and
 * above it a comment that starts with "required:" or "recommended:" and gives
 * the reason. A blank line ends a comment that belongs to no option. Called by check.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "host/fragment.h"
#include "host/kconfig.h"

static const struct mxw_fragment fragments[] = {
#include "kernel_configs.inc"
};

#define FRAGMENT_COUNT (sizeof(fragments) / sizeof(fragments[0]))

/* Reads up to three digits; the text behind them, NULL where there is no digit. */
static const char *take_part(const char *text, unsigned int *part)
{
	int digits = 0;

	*part = 0;
	for (; digits < 3 && isdigit((unsigned char)*text); digits++)
		*part = *part * 10 + (unsigned int)(*text++ - '0');
	return digits ? text : NULL;
}

unsigned int mxw_kernel_parse(const char *release)
{
	unsigned int major, minor;

	release = take_part(release, &major);
	if (!release || *release != '.' || !take_part(release + 1, &minor) || minor > 255)
		return 0;
	return MXW_KERNEL(major, minor);
}

unsigned int mxw_fragment_kernel(const struct mxw_fragment *fragment)
{
	const char *dash = strrchr(fragment->name, '-');

	return dash ? mxw_kernel_parse(dash + 1) : 0;
}

const struct mxw_fragment *mxw_fragment_at(size_t index)
{
	return index < FRAGMENT_COUNT ? &fragments[index] : NULL;
}

const struct mxw_fragment *mxw_fragment_nearest(unsigned int kernel)
{
	const struct mxw_fragment *best = NULL, *oldest = NULL;

	for (size_t i = 0; i < FRAGMENT_COUNT; i++) {
		const struct mxw_fragment *f = &fragments[i];
		unsigned int line = mxw_fragment_kernel(f);

		if (!oldest || line < mxw_fragment_kernel(oldest))
			oldest = f;
		if (line <= kernel && (!best || line > mxw_fragment_kernel(best)))
			best = f;
	}
	return best ? best : oldest;
}

/* Adds one comment line (size bytes behind its "#") to the reason. */
static void add_comment(struct mxw_kernel_need *need, const char *line, size_t size)
{
	size_t used = strlen(need->reason);

	while (size && *line == ' ') {
		line++;
		size--;
	}
	if (size)
		(void)snprintf(need->reason + used, sizeof(need->reason) - used, "%s%.*s",
			       used ? " " : "", (int)size, line); /* cut is fine */
}

/* Moves the first word of the comment into need->required. */
static void settle_level(struct mxw_kernel_need *need)
{
	static const char required[] = "required:", recommended[] = "recommended:";
	size_t skip = 0;

	need->required = strncmp(need->reason, required, sizeof(required) - 1) == 0;
	if (need->required)
		skip = sizeof(required) - 1;
	else if (strncmp(need->reason, recommended, sizeof(recommended) - 1) == 0)
		skip = sizeof(recommended) - 1;
	skip += need->reason[skip] == ' ';
	memmove(need->reason, need->reason + skip, strlen(need->reason + skip) + 1);
}

/* "CONFIG_X=y" of size bytes. False: not of that form, or too long. */
static bool take_option(struct mxw_kernel_need *need, const char *line, size_t size)
{
	const char *equals = memchr(line, '=', size);
	size_t name = equals ? (size_t)(equals - line) : 0;
	size_t value = equals ? size - name - 1 : 0;

	if (strncmp(line, "CONFIG_", 7) != 0 || name >= sizeof(need->option) || !value ||
	    value >= sizeof(need->value))
		return false;
	memcpy(need->option, line, name);
	need->option[name] = '\0';
	memcpy(need->value, equals + 1, value);
	need->value[value] = '\0';
	return true;
}

const char *mxw_need_next(const char *text, struct mxw_kernel_need *need)
{
	memset(need, 0, sizeof(*need));
	while (*text) {
		size_t size = strcspn(text, "\n");
		const char *line = text;

		text += size + (text[size] == '\n');
		if (*line == '#') {
			add_comment(need, line + 1, size - 1);
			continue;
		}
		if (take_option(need, line, size)) {
			settle_level(need);
			return text;
		}
		need->reason[0] = '\0';
	}
	return NULL;
}

bool mxw_need_met(const struct mxw_kernel_need *need, const char *config)
{
	char value[MXW_KCONFIG_VALUE];

	(void)mxw_kconfig_value(config, need->option, value); /* unmentioned is "n" */
	if (strcmp(need->value, "m") == 0 && strcmp(value, "y") == 0)
		return true;
	return strcmp(need->value, value) == 0;
}
