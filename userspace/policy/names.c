// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host names of strangers. Called by whoever got one from the network.
 */
#include <string.h>

#include "policy/names.h"

/* The label at the end, behind the last dot; NULL if there is no dot. */
static const char *last_label(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : NULL;
}

/* Ends that no name in the internet has, or that say an address again. */
static bool special(const char *last)
{
	static const char *const ends[] = { "arpa", "invalid", "local", "localdomain",
					    "localhost" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(last, ends[i]) == 0)
			return true;
	return last[strspn(last, "0123456789")] == '\0';
}

static void lower(char *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
	out[length] = '\0';
}

bool mxw_name_take(const char *text, char out[MXW_NAME_TEXT])
{
	size_t length = strnlen(text, MXW_NAME_TEXT + 1);
	const char *last;

	if (length && length <= MXW_NAME_TEXT && text[length - 1] == '.')
		length--;
	out[0] = '\0';
	if (mxw_dnsbl_domain_check(text, length))
		return false;
	lower(out, text, length);
	last = last_label(out);
	if (last && !special(last))
		return true;
	out[0] = '\0';
	return false;
}

/* The last so many labels, or NULL if there are no more than that. */
static const char *tail(const char *name, unsigned int labels)
{
	const char *at = name + strlen(name);

	while (at > name)
		if (*--at == '.' && !--labels)
			return at + 1;
	return NULL;
}

unsigned int mxw_name_ask(const char *name, const char *asked[MXW_NAMES_ASKED])
{
	unsigned int count = 0;

	asked[count++] = name;
	for (unsigned int labels = 3; labels >= 2; labels--) {
		const char *part = tail(name, labels);

		if (part)
			asked[count++] = part;
	}
	return count;
}
