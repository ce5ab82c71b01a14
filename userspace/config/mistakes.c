// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The collection of mistakes. Called by the rest of config/, and where mistakes are shown.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/mistakes.h"
#include "policy/dnsbl_name.h"

void mxw_mistakes_init(struct mxw_mistakes *mistakes, const char *file)
{
	memset(mistakes, 0, sizeof(*mistakes));
	(void)snprintf(mistakes->file, sizeof(mistakes->file), "%s", file);
}

/* The sentence quotes the file, which may hold keys and anything else. */
static void make_presentable(char *text)
{
	char *out = text;

	while (*text) {
		bool key;
		size_t length = mxw_dnsbl_run(text, &key);

		if (key) {
			memcpy(out, "***", 3);
			out += 3;
			text += length;
		} else if (length) {
			memmove(out, text, length);
			out += length;
			text += length;
		} else {
			*out++ = (char)(*text < ' ' || *text > '~' ? '?' : *text);
			text++;
		}
	}
	*out = '\0';
}

void mxw_mistakes_add(struct mxw_mistakes *mistakes, unsigned int line, const char *format, ...)
{
	struct mxw_mistake *all = mistakes->mistake;
	size_t at = mistakes->count;
	va_list args;

	mistakes->total++;
	while (at && all[at - 1].line > line)
		at--;
	if (at == MXW_MISTAKES)
		return;
	if (mistakes->count < MXW_MISTAKES)
		mistakes->count++;
	memmove(&all[at + 1], &all[at], (mistakes->count - at - 1) * sizeof(*all));
	all[at].line = line;
	va_start(args, format);
	(void)vsnprintf(all[at].text, sizeof(all[at].text), format, args); /* cut is fine */
	va_end(args);
	make_presentable(all[at].text);
}

const char *mxw_mistakes_format(const struct mxw_mistakes *mistakes, size_t index, char *out,
				size_t size)
{
	const struct mxw_mistake *mistake = &mistakes->mistake[index];

	if (mistake->line)
		(void)snprintf(out, size, "%s:%u: %s", mistakes->file, mistake->line,
			       mistake->text);
	else
		(void)snprintf(out, size, "%s: %s", mistakes->file, mistake->text);
	return out;
}
