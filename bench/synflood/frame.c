// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The templates of the frames. Called once before a flood; neighbour.c uses the
 * checksum too.
 */
#include "bench/synflood/frame.h"

#define TTL 64
#define PROTOCOL_TCP 6

uint32_t sf_sum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return length % 2 ? sum + ((uint32_t)bytes[length - 1] << 8) : sum;
}

/* Linux' SYN: window and options; MSS and window are what it offers on Ethernet. */
static void fill_tcp(uint8_t *tcp, uint16_t mss, uint16_t window)
{
	static const uint8_t options[] = {
		2, 4,  0, 0, /* maximum segment size */
		4, 2, /* selective acknowledgements permitted */
		8, 10, 0, 0, 0, 0, 0, 0, 0, 0, /* timestamp */
		1, 3,  3, 7, /* padding, window scale */
	};

	tcp[12] = SF_TCP / 4 << 4;
	tcp[13] = 0x02; /* SYN */
	sf_put16(tcp + 14, window);
	memcpy(tcp + 20, options, sizeof(options));
	sf_put16(tcp + 22, mss);
}

void sf_template_make(struct sf_template *t, enum sf_family family,
		      const uint8_t source_mac[SF_MAC])
{
	uint8_t *ip = t->bytes + SF_ETHERNET;

	memset(t, 0, sizeof(*t));
	memcpy(t->bytes + SF_MAC, source_mac, SF_MAC);
	if (family == SF_IPV4) {
		sf_put16(t->bytes + 12, 0x0800);
		ip[0] = 0x45;
		sf_put16(ip + 2, SF_FRAME4 - SF_ETHERNET);
		sf_put64(ip + 4, SF_IPV4_MIDDLE);
		fill_tcp(t->bytes + SF_TCP4, 1460, 64240);
		t->length = SF_FRAME4;
		t->ip_sum = sf_sum(ip, 20);
		t->tcp_sum = sf_sum(t->bytes + SF_TCP4, SF_TCP) + PROTOCOL_TCP + SF_TCP;
		return;
	}
	sf_put16(t->bytes + 12, 0x86dd);
	ip[0] = 0x60;
	sf_put16(ip + 4, SF_TCP);
	ip[6] = PROTOCOL_TCP;
	ip[7] = TTL;
	fill_tcp(t->bytes + SF_TCP6, 1440, 64800);
	t->length = SF_FRAME6;
	t->tcp_sum = sf_sum(t->bytes + SF_TCP6, SF_TCP) + PROTOCOL_TCP + SF_TCP;
}
