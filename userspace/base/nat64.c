// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The site's NAT64 prefix: text, and addresses inside it. Called where addresses come from people or
 * from the host; packets are bpf/policy.h's.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "bpf/key.h"
#include "base/addr.h"

static uint64_t word(const uint8_t *bytes, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static int refuse(const char *text, const char *why, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_USAGE, "\"%.60s\" is not a NAT64 prefix for mxwall: %s", text,
			why);
}

int mxw_nat64_parse(const char *text, struct mxw_nat64 *nat64, struct mxw_err *err)
{
	size_t length = strcspn(text, "/");
	char address[INET6_ADDRSTRLEN];
	struct mxw_nat64 found;
	uint8_t addr[16];

	if (length >= sizeof(address) || !text[length])
		return refuse(text, "give an IPv6 prefix, such as 2001:db8:64::/96", err);
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET6, address, addr) != 1)
		return refuse(text, "give an IPv6 prefix, such as 2001:db8:64::/96", err);
	if (strcmp(text + length, "/96") != 0)
		return refuse(text,
			      "only those of length 96 are read, in which the IPv4 address is the "
			      "last 32 bits",
			      err);
	if (word(addr + 12, 4))
		return refuse(text, "it has bits behind its length", err);
	found.high = word(addr, 8);
	found.low = word(addr + 8, 4);
	if (!found.high || (found.high == MXW_KEY_NAT64 && !found.low) ||
	    found.high >> 48 == MXW_KEY_6TO4)
		return refuse(text, "IPv4 addresses inside it are read without this option", err);
	*nat64 = found;
	return MXW_OK;
}

static void put_prefix(const struct mxw_nat64 *nat64, uint8_t addr[16])
{
	for (int i = 0; i < 12; i++)
		addr[i] =
			(uint8_t)(i < 8 ? nat64->high >> (56 - 8 * i) : nat64->low >> (88 - 8 * i));
}

const char *mxw_nat64_format(const struct mxw_nat64 *nat64, char out[MXW_ADDR_TEXT])
{
	char address[INET6_ADDRSTRLEN] = "?";
	uint8_t addr[16] = { 0 };

	put_prefix(nat64, addr);
	(void)inet_ntop(AF_INET6, addr, address, sizeof(address)); /* the buffer fits it */
	(void)snprintf(out, MXW_ADDR_TEXT, nat64->high ? "%s/96" : "none", address);
	return out;
}

bool mxw_nat64_take(const struct mxw_nat64 *nat64, uint8_t addr[16])
{
	if (!nat64->high || word(addr, 8) != nat64->high || word(addr + 8, 4) != nat64->low)
		return false;
	memset(addr, 0, 10);
	addr[10] = addr[11] = 0xff;
	return true;
}

void mxw_nat64_give(const struct mxw_nat64 *nat64, uint8_t addr[16])
{
	static const struct mxw_nat64 well_known = { .high = MXW_KEY_NAT64 };

	put_prefix(nat64->high ? nat64 : &well_known, addr);
}
