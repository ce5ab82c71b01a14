// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Well-known public resolvers. Called when the configuration is read and at the controller's
 * start. The addresses are those that their operators publish, the filtering variants too.
 */
#include <stddef.h>
#include <string.h>

#include "base/addr.h"
#include "base/text.h"
#include "policy/known_resolvers.h"

#define IPV4(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static const struct {
	uint32_t first; /* host order */
	uint32_t count; /* of addresses from there on */
	const char *whose;
} known_ipv4[] = {
	{ IPV4(8, 8, 8, 8), 1, "Google" },
	{ IPV4(8, 8, 4, 4), 1, "Google" },
	{ IPV4(1, 1, 1, 1), 3, "Cloudflare" },
	{ IPV4(1, 0, 0, 1), 3, "Cloudflare" },
	{ IPV4(9, 9, 9, 9), 4, "Quad9" },
	{ IPV4(149, 112, 112, 9), 4, "Quad9" },
	{ IPV4(149, 112, 112, 112), 1, "Quad9" },
	{ IPV4(208, 67, 222, 222), 1, "OpenDNS" },
	{ IPV4(208, 67, 220, 220), 1, "OpenDNS" },
	{ IPV4(208, 67, 222, 220), 1, "OpenDNS" },
	{ IPV4(208, 67, 220, 222), 1, "OpenDNS" },
	{ IPV4(208, 67, 222, 123), 1, "OpenDNS" },
	{ IPV4(208, 67, 220, 123), 1, "OpenDNS" },
	{ IPV4(4, 2, 2, 1), 6, "Level 3" },
	{ IPV4(209, 244, 0, 3), 2, "Level 3" },
	{ IPV4(64, 6, 64, 6), 1, "UltraDNS" },
	{ IPV4(64, 6, 65, 6), 1, "UltraDNS" },
	{ IPV4(156, 154, 70, 1), 5, "UltraDNS" },
	{ IPV4(156, 154, 71, 1), 5, "UltraDNS" },
	{ IPV4(8, 26, 56, 26), 1, "Comodo" },
	{ IPV4(8, 20, 247, 20), 1, "Comodo" },
	{ IPV4(94, 140, 14, 14), 2, "AdGuard" },
	{ IPV4(94, 140, 15, 15), 2, "AdGuard" },
	{ IPV4(94, 140, 14, 140), 2, "AdGuard" },
	{ IPV4(185, 228, 168, 9), 2, "CleanBrowsing" },
	{ IPV4(185, 228, 169, 9), 1, "CleanBrowsing" },
	{ IPV4(185, 228, 169, 11), 1, "CleanBrowsing" },
	{ IPV4(185, 228, 168, 168), 1, "CleanBrowsing" },
	{ IPV4(185, 228, 169, 168), 1, "CleanBrowsing" },
	{ IPV4(77, 88, 8, 1), 3, "Yandex" },
	{ IPV4(77, 88, 8, 7), 2, "Yandex" },
	{ IPV4(77, 88, 8, 88), 1, "Yandex" },
	{ IPV4(223, 5, 5, 5), 1, "AliDNS" },
	{ IPV4(223, 6, 6, 6), 1, "AliDNS" },
	{ IPV4(119, 29, 29, 29), 1, "DNSPod" },
	{ IPV4(114, 114, 114, 114), 1, "114DNS" },
	{ IPV4(114, 114, 115, 115), 1, "114DNS" },
};

static const struct {
	uint64_t high, low; /* host order */
	const char *whose;
} known_ipv6[] = {
	{ 0x2001486048600000, 0x8888, "Google" },     { 0x2001486048600000, 0x8844, "Google" },
	{ 0x2001486048600000, 0x6464, "Google" },     { 0x2001486048600000, 0x64, "Google" },
	{ 0x2606470047000000, 0x1111, "Cloudflare" }, { 0x2606470047000000, 0x1001, "Cloudflare" },
	{ 0x2606470047000000, 0x1112, "Cloudflare" }, { 0x2606470047000000, 0x1002, "Cloudflare" },
	{ 0x2606470047000000, 0x1113, "Cloudflare" }, { 0x2606470047000000, 0x1003, "Cloudflare" },
	{ 0x2606470047000000, 0x64, "Cloudflare" },   { 0x2606470047000000, 0x6400, "Cloudflare" },
	{ 0x262000fe00000000, 0xfe, "Quad9" },	      { 0x262000fe00000000, 0x9, "Quad9" },
	{ 0x262000fe00000000, 0x10, "Quad9" },	      { 0x262000fe00000000, 0xfe0010, "Quad9" },
	{ 0x262000fe00000000, 0x11, "Quad9" },	      { 0x262000fe00000000, 0xfe0011, "Quad9" },
	{ 0x2620011900350000, 0x35, "OpenDNS" },      { 0x2620011900530000, 0x53, "OpenDNS" },
	{ 0x2620011900350000, 0x123, "OpenDNS" },     { 0x2620011900530000, 0x123, "OpenDNS" },
	{ 0x26200074001b0000, 0x10001, "UltraDNS" },  { 0x26200074001c0000, 0x20002, "UltraDNS" },
	{ 0x2a1050c000000000, 0xad100ff, "AdGuard" }, { 0x2a1050c000000000, 0xad200ff, "AdGuard" },
	{ 0x2a0206b800000000, 0xfeed00ff, "Yandex" },
};

static uint64_t load(const uint8_t *bytes, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

const char *mxw_known_resolver(const uint8_t addr[16])
{
	uint64_t high = load(addr, 8), low = load(addr + 8, 8);

	if (!high && low >> 32 == 0xffff) {
		for (size_t i = 0; i < sizeof(known_ipv4) / sizeof(known_ipv4[0]); i++)
			if ((uint32_t)low - known_ipv4[i].first < known_ipv4[i].count)
				return known_ipv4[i].whose;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(known_ipv6) / sizeof(known_ipv6[0]); i++)
		if (known_ipv6[i].high == high && known_ipv6[i].low == low)
			return known_ipv6[i].whose;
	return NULL;
}

bool mxw_known_resolver_warning(const char *where, const uint8_t addr[16], char out[256])
{
	const char *whose = mxw_known_resolver(addr);
	char text[MXW_ADDR_TEXT];

	if (whose)
		(void)mxw_text(out, 256,
			       "%s names %s, a public resolver (%s): lists refuse or falsify "
			       "answers through those. Run unbound on this host and set resolvers "
			       "= 127.0.0.1.",
			       where, mxw_addr_format(addr, text), whose);
	return whose != NULL;
}
