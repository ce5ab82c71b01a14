// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands in a mail log is an address inside the NAT64 prefix. Called by verbs that take addresses.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "datapath/switches.h"
#include "nat64.h"

void nat64_of_filter(struct mxw_nat64 *nat64)
{
	struct mxw_config config = { 0 };
	struct mxw_maps maps;

	if (mxw_maps_open(&maps, NULL) == MXW_OK)
		(void)mxw_switches_read(&maps, &config, NULL); /* not attached: no prefix */
	mxw_maps_close(&maps);
	*nat64 = config.nat64;
}

const char *nat64_word(const struct mxw_nat64 *nat64, const char *word, char out[MXW_ADDR_TEXT])
{
	char address[INET6_ADDRSTRLEN];
	size_t length = strcspn(word, "/");
	uint64_t bits = 128;
	uint8_t addr[16];

	if (!nat64->high || length >= sizeof(address))
		return word;
	memcpy(address, word, length);
	address[length] = '\0';
	if (inet_pton(AF_INET6, address, addr) != 1 || !mxw_nat64_take(nat64, addr) ||
	    (word[length] && !mxw_number_parse(word + length + 1, 96, 128, &bits)))
		return word;
	(void)inet_ntop(AF_INET, addr + 12, address, sizeof(address)); /* the buffer fits it */
	if (bits == 128)
		(void)snprintf(out, MXW_ADDR_TEXT, "%s", address);
	else
		(void)snprintf(out, MXW_ADDR_TEXT, "%s/%u", address, (unsigned int)bits - 96);
	return out;
}
