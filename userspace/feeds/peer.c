// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The special addresses of the IANA registries (RFC 6890 and its updates).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "feeds/peer.h"

#define A(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static bool public4(uint32_t address)
{
	static const struct {
		uint32_t net;
		unsigned int length;
	} special[] = {
		{ A(0, 0, 0, 0), 8 },	   { A(10, 0, 0, 0), 8 },     { A(100, 64, 0, 0), 10 },
		{ A(127, 0, 0, 0), 8 },	   { A(169, 254, 0, 0), 16 }, { A(172, 16, 0, 0), 12 },
		{ A(192, 0, 0, 0), 24 },   { A(192, 0, 2, 0), 24 },   { A(192, 88, 99, 0), 24 },
		{ A(192, 168, 0, 0), 16 }, { A(198, 18, 0, 0), 15 },  { A(198, 51, 100, 0), 24 },
		{ A(203, 0, 113, 0), 24 }, { A(224, 0, 0, 0), 3 },
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if ((address ^ special[i].net) >> (32 - special[i].length) == 0)
			return false;
	return true;
}

static uint32_t be32(const uint8_t *at)
{
	return A(at[0], at[1], at[2], at[3]);
}

static bool public6(const uint8_t *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(a, mapped, sizeof(mapped)) == 0 || memcmp(a, nat64, sizeof(nat64)) == 0)
		return public4(be32(a + 12));
	if (be32(a) >> 16 == 0x2002) /* 6to4 */
		return public4(be32(a + 2));
	if (be32(a) >> 9 == 0x20010000U >> 9) /* 2001::/23: Teredo, ORCHID, tests */
		return false;
	if (be32(a) == 0x20010db8 || be32(a) >> 12 == 0x3fff0000U >> 12) /* documentation */
		return false;
	return a[0] >> 5 == 1; /* 2000::/3, all that is given out */
}

bool mxw_peer_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		return public4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		return public6(in6.sin6_addr.s6_addr);
	}
	return false;
}

enum mxw_peer mxw_peer_of_host(const char *host)
{
	char text[INET6_ADDRSTRLEN + 2];
	uint8_t address[sizeof(struct in6_addr)];
	size_t length = strnlen(host, sizeof(text));

	if (strcasecmp(host, "localhost") == 0 || strcasecmp(host, "localhost.") == 0)
		return MXW_PEER_LOCAL;
	if (length == sizeof(text))
		return MXW_PEER_NAME;
	memcpy(text, host + (host[0] == '['), length + 1 - (host[0] == '['));
	text[strcspn(text, "]%")] = '\0'; /* also a zone: of a link-local address */
	if (inet_pton(AF_INET, text, address) == 1)
		return public4(be32(address)) ? MXW_PEER_PUBLIC : MXW_PEER_LOCAL;
	if (inet_pton(AF_INET6, text, address) == 1)
		return public6(address) ? MXW_PEER_PUBLIC : MXW_PEER_LOCAL;
	return MXW_PEER_NAME;
}
