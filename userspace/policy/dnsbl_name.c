// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of queries and of lists. Called by whoever asks or shows a list.
 */
#include <string.h>

#include "base/addr.h"
#include "base/text.h"
#include "policy/dnsbl_name.h"
#include "policy/known_lists.h"

#define NIBBLES 64 /* "f." for each of 32 */
#define KEY_LEAST 20 /* no public list has so many letters and digits in a row */

static int join(const char *front, const char *zone, char out[MXW_DNS_NAME])
{
	(void)mxw_text(out, MXW_DNS_NAME, "%s.%s", front, zone);
	return strlen(front) + 1 + strlen(zone) < MXW_DNS_NAME ? MXW_OK : MXW_E_USAGE;
}

static int name_ipv4(uint32_t address, const char *zone, char out[MXW_DNS_NAME])
{
	char front[16];

	(void)mxw_text(front, sizeof(front), "%u.%u.%u.%u", address & 0xff, address >> 8 & 0xff,
		       address >> 16 & 0xff, address >> 24);
	return join(front, zone, out);
}

static int name_ipv6(const uint8_t addr[16], const char *zone, char out[MXW_DNS_NAME])
{
	static const char hex[] = "0123456789abcdef";
	char front[NIBBLES];

	for (int i = 0; i < 16; i++) {
		char *at = front + 4 * i;

		at[0] = hex[addr[15 - i] & 0xf];
		at[1] = '.';
		at[2] = hex[addr[15 - i] >> 4];
		at[3] = '.';
	}
	front[NIBBLES - 1] = '\0';
	return join(front, zone, out);
}

int mxw_dnsbl_name(const uint8_t addr[16], const char *zone, char out[MXW_DNS_NAME])
{
	uint64_t key = mxw_addr_key(addr);

	if (key >> 32 == 0)
		return name_ipv4((uint32_t)key, zone, out);
	return name_ipv6(addr, zone, out);
}

int mxw_dnsbl_probe_name(enum mxw_dnsbl_probe probe, const char *zone, char out[MXW_DNS_NAME])
{
	uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff, [12] = 127 };

	switch (probe) {
	case MXW_PROBE_IPV4_LISTED:
		return name_ipv4(0x7f000002, zone, out);
	case MXW_PROBE_IPV4_UNLISTED:
		return name_ipv4(0x7f000001, zone, out);
	case MXW_PROBE_IPV6_LISTED:
		mapped[15] = 2;
		return name_ipv6(mapped, zone, out);
	case MXW_PROBE_IPV6_UNLISTED:
		mapped[15] = 1;
		return name_ipv6(mapped, zone, out);
	case MXW_PROBE_NAME_LISTED:
		return join("test", zone, out);
	default:
		return join("invalid", zone, out);
	}
}

int mxw_dnsbl_domain_name(const char *name, const char *zone, char out[MXW_DNS_NAME])
{
	char front[MXW_DNSBL_ZONE_TEXT];
	size_t length = strlen(name);

	if (length && name[length - 1] == '.')
		length--;
	if (mxw_dnsbl_domain_check(name, length))
		return MXW_E_USAGE;
	(void)mxw_text(front, sizeof(front), "%.*s", (int)length, name);
	return join(front, zone, out);
}

/* IANA's registry of special addresses, but for what the header says. */
static bool askable_ipv4(uint32_t address)
{
	static const struct {
		uint32_t net;
		uint8_t len;
	} never[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },	{ 0x64400000, 10 },
		{ 0x7f000000, 8 },  { 0xa9fe0000, 16 }, { 0xac100000, 12 },
		{ 0xc0000000, 24 }, { 0xc0a80000, 16 }, { 0xe0000000, 3 },
	};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if ((address ^ never[i].net) >> (32 - never[i].len) == 0)
			return false;
	return true;
}

bool mxw_dnsbl_askable(const uint8_t addr[16])
{
	uint64_t key = mxw_addr_key(addr);

	return key >> 32 == 0 ? askable_ipv4((uint32_t)key) : key >> 61 == 1; /* 2000::/3 */
}

static bool is_alnum(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

size_t mxw_dnsbl_run(const char *text, bool *key)
{
	size_t length = 0;

	while (is_alnum(text[length]))
		length++;
	*key = length >= KEY_LEAST;
	return length;
}

static bool has_key(const char *label, size_t length)
{
	bool key = false;

	for (size_t at = 0; at < length && !key;) {
		size_t run = mxw_dnsbl_run(label + at, &key);

		at += run ? run : 1;
	}
	return key;
}

const char *mxw_dnsbl_mask(const char *zone, char out[MXW_DNSBL_ZONE_TEXT])
{
	const char *public = mxw_known_public(zone), *label = zone;
	size_t at = 0;

	while (*label) {
		size_t length = strcspn(label, ".");
		bool secret = label < public || has_key(label, length);

		at += mxw_text(out + at, MXW_DNSBL_ZONE_TEXT - at, "%s%.*s", at ? "." : "",
			       secret ? 3 : (int)length, secret ? "***" : label);
		label += length + (label[length] == '.');
	}
	return out;
}
