// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the letters of macros stand for, and the domains that come of them: RFC 7208 section 7.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "spf/walk.h"

#define VALUE (MXW_SPF_SENDER + MXW_SPF_NAME + 1) /* the whole sender is the longest */

/* The address as %{i} has it: dots between all hexadecimal digits of IPv6. */
static void dotted(const uint8_t addr[16], char out[VALUE])
{
	size_t at = 0;

	if (mxw_spf_is_ipv4(addr)) {
		(void)mxw_text(out, VALUE, "%u.%u.%u.%u", addr[12], addr[13], addr[14], addr[15]);
		return;
	}
	for (int i = 0; i < 16; i++)
		at += mxw_text(out + at, VALUE - at, "%s%x.%x", i ? "." : "",
			       (unsigned int)addr[i] >> 4, addr[i] & 0xfU);
}

/* And as people write it, %{c}. */
static void readable(const uint8_t addr[16], char out[VALUE])
{
	bool v4 = mxw_spf_is_ipv4(addr);

	(void)inet_ntop(v4 ? AF_INET : AF_INET6, addr + (v4 ? 12 : 0), out, VALUE);
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "unknown";
}

/* %{p}. Without a name that leads back it is "unknown". */
static enum mxw_spf_step validated_name(struct mxw_spf_walk *walk, const char *domain,
					char out[VALUE])
{
	char name[MXW_SPF_NAME];
	enum mxw_spf_step step = mxw_spf_validated(walk, domain, true, name);

	(void)mxw_text(out, VALUE, "%s", step == MXW_SPF_YES ? name : "unknown");
	return step == MXW_SPF_NO ? MXW_SPF_YES : step;
}

/* The value of a letter, one case each. YES, ASK or PERM. */
static enum mxw_spf_step value_of(struct mxw_spf_walk *walk, char letter, const char *domain,
				  char out[VALUE])
{
	const struct mxw_spf_query *query = walk->query;
	const char *text = "";

	switch (letter) {
	case 's':
		(void)mxw_text(out, VALUE, "%s@%s", walk->local, walk->origin);
		return MXW_SPF_YES;
	case 'l':
		text = walk->local;
		break;
	case 'o':
		text = walk->origin;
		break;
	case 'd':
		text = domain;
		break;
	case 'i':
		dotted(query->addr, out);
		return MXW_SPF_YES;
	case 'p':
		return validated_name(walk, domain, out);
	case 'h':
		text = or_unknown(query->helo);
		break;
	case 'c':
		readable(query->addr, out);
		return MXW_SPF_YES;
	case 'r':
		text = or_unknown(query->receiver);
		break;
	case 't':
		(void)mxw_text(out, VALUE, "%" PRIu64, query->now);
		return MXW_SPF_YES;
	default: /* v */
		text = walk->ipv4 ? "in-addr" : "ip6";
	}
	(void)mxw_text(out, VALUE, "%s", text);
	return MXW_SPF_YES;
}

enum mxw_spf_step mxw_spf_expand(struct mxw_spf_walk *walk, const char *domain,
				 struct mxw_spf_slice text, struct mxw_spf_text *out)
{
	struct mxw_spf_macro macro;
	char value[VALUE];

	while (text.length) {
		enum mxw_spf_step step;

		if (!mxw_spf_macro_next(&text, &macro))
			return MXW_SPF_NO;
		if (macro.literal) {
			mxw_spf_text_add(out, macro.literal, macro.literal_length);
			continue;
		}
		step = value_of(walk, macro.letter, domain, value);
		if (step != MXW_SPF_YES)
			return step;
		walk->expanded += strlen(value);
		if (walk->expanded > MXW_SPF_EXPANDED)
			return mxw_spf_wrong(walk, MXW_SPF_PERM,
					     "its macros make more than 64 KiB");
		mxw_spf_macro_add(&macro,
				  (struct mxw_spf_slice){ .text = value, .length = strlen(value) },
				  out);
	}
	return MXW_SPF_YES;
}

enum mxw_spf_step mxw_spf_target(struct mxw_spf_walk *walk, const char *domain,
				 struct mxw_spf_slice spec, char out[MXW_SPF_NAME])
{
	char data[4 * MXW_SPF_NAME];
	struct mxw_spf_text text = { .data = data, .size = sizeof(data), .keep_end = true };
	struct mxw_spf_slice name;
	enum mxw_spf_step step;

	if (!spec.length) {
		(void)mxw_text(out, MXW_SPF_NAME, "%s", domain);
		return MXW_SPF_YES;
	}
	out[0] = '\0';
	step = mxw_spf_expand(walk, domain, spec, &text);
	if (step != MXW_SPF_YES)
		return step;
	name = mxw_spf_name_shorten((struct mxw_spf_slice){ .text = data, .length = text.length });
	return mxw_spf_name_take(name, out) ? MXW_SPF_YES : MXW_SPF_NO;
}
