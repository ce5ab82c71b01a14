// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Domain names.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "spf/name.h"

#define LABEL 63

static struct mxw_spf_slice without_dot(struct mxw_spf_slice text)
{
	if (text.length && text.text[text.length - 1] == '.')
		text.length--;
	return text;
}

static bool well_formed(struct mxw_spf_slice text)
{
	size_t label = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.text[i];

		if (byte < ' ' || byte > '~' || (byte == '.' && !label))
			return false;
		label = byte == '.' ? 0 : label + 1;
		if (label > LABEL)
			return false;
	}
	return label != 0;
}

bool mxw_spf_name_take(struct mxw_spf_slice text, char out[MXW_SPF_NAME])
{
	text = without_dot(text);
	out[0] = '\0';
	if (text.length >= MXW_SPF_NAME || !well_formed(text))
		return false;
	memcpy(out, text.text, text.length);
	out[text.length] = '\0';
	return true;
}

bool mxw_spf_name_is_domain(const char *name)
{
	return strchr(name, '.') != NULL;
}

bool mxw_spf_name_is_host(const char *name)
{
	static const char set[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return mxw_spf_name_is_domain(name) && name[strspn(name, set)] == '\0';
}

bool mxw_spf_name_within(const char *inner, const char *outer)
{
	size_t a = strlen(inner), b = strlen(outer);

	if (a < b || strcasecmp(inner + a - b, outer) != 0)
		return false;
	return a == b || inner[a - b - 1] == '.';
}

struct mxw_spf_slice mxw_spf_name_shorten(struct mxw_spf_slice text)
{
	text = without_dot(text);
	while (text.length >= MXW_SPF_NAME) {
		const char *dot = memchr(text.text, '.', text.length);
		size_t cut = dot ? (size_t)(dot - text.text) + 1 : text.length;

		text.text += cut;
		text.length -= cut;
	}
	return text;
}

bool mxw_spf_is_ipv4(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(addr, mapped, sizeof(mapped)) == 0;
}

void mxw_spf_name_reverse(const uint8_t addr[16], char out[MXW_SPF_NAME])
{
	size_t at = 0;

	if (mxw_spf_is_ipv4(addr)) {
		(void)mxw_text(out, MXW_SPF_NAME, "%u.%u.%u.%u.in-addr.arpa", addr[15], addr[14],
			       addr[13], addr[12]);
		return;
	}
	for (int i = 15; i >= 0; i--)
		at += mxw_text(out + at, MXW_SPF_NAME - at, "%x.%x.", addr[i] & 0xfU,
			       (unsigned int)addr[i] >> 4);
	(void)mxw_text(out + at, MXW_SPF_NAME - at, "ip6.arpa");
}
