// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text to key and back. Called by every room that reads or prints an address.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "bpf/key.h"
#include "base/addr.h"
#include "base/num.h"

static uint64_t load_be64(const uint8_t bytes[8])
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | bytes[i];
	return value;
}

static uint64_t mask_of(unsigned int len)
{
	return len ? ~0ULL << (64 - len) : 0;
}

uint64_t mxw_addr_key(const uint8_t addr[16])
{
	return mxw_key_v6(load_be64(addr), load_be64(addr + 8));
}

void mxw_addr_of_key(uint64_t key, uint8_t addr[16])
{
	bool ipv4 = key >> 32 == 0;

	memset(addr, 0, 16);
	if (ipv4)
		addr[10] = addr[11] = 0xff;
	for (int i = ipv4 ? 15 : 7; key; i--, key >>= 8)
		addr[i] = (uint8_t)key;
}

bool mxw_addr_is_loopback(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }, one[16] = { [15] = 1 };

	return (memcmp(addr, mapped, sizeof(mapped)) == 0 && addr[12] == 127) ||
	       memcmp(addr, one, sizeof(one)) == 0;
}

bool mxw_prefix_is_ipv4(const struct mxw_prefix *prefix)
{
	return prefix->len >= 32 && prefix->key >> 32 == 0;
}

bool mxw_prefix_contains(const struct mxw_prefix *outer, const struct mxw_prefix *inner)
{
	return outer->len <= inner->len && ((outer->key ^ inner->key) & mask_of(outer->len)) == 0;
}

uint64_t mxw_prefix_last(const struct mxw_prefix *prefix)
{
	return prefix->key | ~mask_of(prefix->len);
}

int mxw_prefix_compare(const void *a, const void *b)
{
	const struct mxw_prefix *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (int)x->len - (int)y->len;
}

/* Cuts the key to its length; says so if that changed it. */
static void settle(struct mxw_prefix *prefix, enum mxw_addr_note *note)
{
	uint64_t masked = prefix->key & mask_of(prefix->len);

	if (masked != prefix->key && *note == MXW_ADDR_EXACT)
		*note = MXW_ADDR_MASKED;
	prefix->key = masked;
}

/* The bits of an IPv6 prefix at which its embedded IPv4 address starts, 0 if none. */
static unsigned int embedded_at(const uint8_t addr[16], unsigned int len)
{
	uint64_t hi = load_be64(addr), lo = load_be64(addr + 8);

	if (len >= 96 && hi == 0 && lo >> 32 == 0xffff)
		return 96;
	if (len >= 96 && hi == MXW_KEY_NAT64 && lo >> 32 == 0)
		return 96;
	if (len >= 16 && hi >> 48 == MXW_KEY_6TO4)
		return 16;
	return 0;
}

/* Forms that carry an IPv4 address become that address; the rest becomes a /64 or wider. A note
 * says what the operator's words were changed into. */
static int from_ipv6(const char *text, const uint8_t addr[16], unsigned int len,
		     struct mxw_prefix *prefix, enum mxw_addr_note *note, struct mxw_err *err)
{
	unsigned int at = embedded_at(addr, len);

	if (at) {
		prefix->key = mxw_addr_key(addr);
		prefix->len = (uint8_t)(len - at > 32 ? 64 : 32 + len - at);
		*note = MXW_ADDR_EMBEDDED;
		settle(prefix, note);
		return MXW_OK;
	}
	prefix->key = load_be64(addr);
	if (len > 64) {
		len = 64;
		*note = MXW_ADDR_WIDENED;
	}
	prefix->len = (uint8_t)len;
	settle(prefix, note);
	if (prefix->key >> 32 == 0)
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%s\" covers or lies in ::/32, which is never routed and stands for "
			"IPv4 here: give an IPv4 range, or 2000::/3 for all of IPv6",
			text);
	return MXW_OK;
}

/* Splits "addr/len"; *len stays as it was where there is no slash. */
static int split(const char *text, char address[MXW_ADDR_TEXT], unsigned int *len,
		 unsigned int *given, struct mxw_err *err)
{
	const char *slash = strchr(text, '/');
	size_t size = slash ? (size_t)(slash - text) : strlen(text);
	uint64_t value;

	if (size == 0 || size >= MXW_ADDR_TEXT)
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.80s\" is not an address: give one like 192.0.2.7, 192.0.2.0/24 "
			"or 2001:db8::/48",
			text);
	memcpy(address, text, size);
	address[size] = '\0';
	*given = slash != NULL;
	if (!slash)
		return MXW_OK;
	if (!mxw_number_parse(slash + 1, 0, 128, &value))
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.80s\" has no valid prefix length after the slash: give 0 to 32 for "
			"IPv4, 0 to 128 for IPv6",
			text);
	*len = (unsigned int)value;
	return MXW_OK;
}

int mxw_prefix_parse(const char *text, struct mxw_prefix *prefix, enum mxw_addr_note *note,
		     struct mxw_err *err)
{
	char address[MXW_ADDR_TEXT];
	enum mxw_addr_note unused = MXW_ADDR_EXACT;
	unsigned int len = 0, given = 0;
	uint8_t bytes[16];
	int error = split(text, address, &len, &given, err);

	note = note ? note : &unused;
	*note = MXW_ADDR_EXACT;
	if (error)
		return error;
	if (inet_pton(AF_INET, address, bytes) == 1) {
		if (given && len > 32)
			return mxw_fail(err, MXW_E_USAGE,
					"\"%s\" has a prefix length above 32, the most IPv4 has",
					text);
		prefix->key = load_be64(bytes) >> 32;
		prefix->len = (uint8_t)(given ? 32 + len : 64);
		settle(prefix, note);
		return MXW_OK;
	}
	if (inet_pton(AF_INET6, address, bytes) == 1)
		return from_ipv6(text, bytes, given ? len : 128, prefix, note, err);
	return mxw_fail(err, MXW_E_USAGE,
			"\"%.80s\" is not an address: give one like 192.0.2.7, 192.0.2.0/24 or "
			"2001:db8::/48",
			text);
}

const char *mxw_addr_format(const uint8_t addr[16], char out[MXW_ADDR_TEXT])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (memcmp(addr, mapped, sizeof(mapped)) == 0)
		return inet_ntop(AF_INET, addr + 12, out, MXW_ADDR_TEXT);
	return inet_ntop(AF_INET6, addr, out, MXW_ADDR_TEXT);
}

const char *mxw_prefix_format(const struct mxw_prefix *prefix, char out[MXW_ADDR_TEXT])
{
	bool ipv4 = mxw_prefix_is_ipv4(prefix);
	uint8_t bytes[16] = { 0 };
	char address[INET6_ADDRSTRLEN] = "?";

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(prefix->key >> (56 - 8 * i));
	(void)inet_ntop(ipv4 ? AF_INET : AF_INET6, ipv4 ? bytes + 4 : bytes, address,
			sizeof(address)); /* the buffer fits both */
	if (ipv4 && prefix->len == 64)
		(void)snprintf(out, MXW_ADDR_TEXT, "%s", address);
	else
		(void)snprintf(out, MXW_ADDR_TEXT, "%s/%d", address,
			       ipv4 ? prefix->len - 32 : prefix->len);
	return out;
}
