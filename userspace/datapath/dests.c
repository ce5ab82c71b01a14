// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protected destinations, text to map. Called by attach and explain.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "base/num.h"
#include "datapath/dests.h"

#define MAPPED_BITS 96

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static int bad_dest(const char *text, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_USAGE,
			"\"%.80s\" is not an address to protect: give one like 192.0.2.25 or "
			"2001:db8::25, or a range like 192.0.2.0/24",
			text);
}

/* The map keeps bits behind the length, and a range must have one spelling. */
static void clear_behind(struct mxw_dest_key *dest)
{
	for (uint32_t bit = dest->prefix_len; bit < 128; bit++)
		dest->addr[bit / 8] &= (uint8_t) ~(0x80U >> (bit % 8));
}

/* Whether IPv4 lies in the IPv6 range. */
static bool holds_ipv4(const uint8_t addr[16], unsigned int len)
{
	unsigned int bytes = len / 8, rest = len % 8;

	return memcmp(addr, mapped, bytes) == 0 &&
	       (!rest || (addr[bytes] ^ mapped[bytes]) >> (8 - rest) == 0);
}

int mxw_dest_parse(const char *text, struct mxw_dest_key *dest, struct mxw_err *err)
{
	const char *slash = strchr(text, '/');
	int size = slash ? (int)(slash - text) : (int)strlen(text);
	char address[MXW_ADDR_TEXT];
	uint64_t len = 128, most = 128;

	if (snprintf(address, sizeof(address), "%.*s", size, text) >= (int)sizeof(address))
		return bad_dest(text, err);
	if (inet_pton(AF_INET, address, dest->addr + 12) == 1) {
		memcpy(dest->addr, mapped, sizeof(mapped));
		most = 32;
	} else if (inet_pton(AF_INET6, address, dest->addr) != 1) {
		return bad_dest(text, err);
	}
	if (slash && !mxw_number_parse(slash + 1, 0, most, &len))
		return bad_dest(text, err);
	if (most == 128 && len < MAPPED_BITS && holds_ipv4(dest->addr, (unsigned int)len))
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.80s\" covers IPv4 too, which lies at ::ffff:0:0/96: give 2000::/3 "
			"for all of IPv6, and 0.0.0.0/0 for all of IPv4",
			text);
	dest->prefix_len = (uint32_t)(slash ? 128 - most + len : 128);
	clear_behind(dest);
	return MXW_OK;
}

const char *mxw_dest_format(const struct mxw_dest_key *dest, char out[MXW_ADDR_TEXT])
{
	bool ipv4 = memcmp(dest->addr, mapped, sizeof(mapped)) == 0 && dest->prefix_len >= 96;
	uint32_t len = ipv4 ? dest->prefix_len - 96 : dest->prefix_len;
	char address[MXW_ADDR_TEXT];

	(void)mxw_addr_format(dest->addr, address);
	if (dest->prefix_len == 128)
		(void)snprintf(out, MXW_ADDR_TEXT, "%s", address);
	else
		(void)snprintf(out, MXW_ADDR_TEXT, "%.48s/%u", address, len);
	return out;
}

static bool listed(const struct mxw_dest_key *key, const struct mxw_dest_key *dests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp(key, &dests[i], sizeof(*key)) == 0)
			return true;
	return false;
}

/* Restarts after each removal, for the trie gives no stable order across one. */
static void remove_others(int fd, const struct mxw_dest_key *dests, size_t count)
{
	struct mxw_dest_key key, previous;
	bool first = true;

	while (bpf_map_get_next_key(fd, first ? NULL : &previous, &key) == 0) {
		first = !listed(&key, dests, count);
		if (first && bpf_map_delete_elem(fd, &key))
			return;
		previous = key;
	}
}

int mxw_dests_set(const struct mxw_maps *maps, const struct mxw_dest_key *dests, size_t count,
		  struct mxw_err *err)
{
	int fd = maps->fd[MXW_MAP_DEST];
	__u32 value = 1;

	for (size_t i = 0; i < count; i++)
		if (bpf_map_update_elem(fd, &dests[i], &value, BPF_ANY))
			return mxw_fail(err, MXW_E_FAIL, "cannot store a protected destination: %s",
					errno == ENOSPC ? "there is room for 256"
							: strerror(errno));
	remove_others(fd, dests, count);
	return MXW_OK;
}

size_t mxw_dests_read(const struct mxw_maps *maps, struct mxw_dest_key out[MXW_DESTS_MOST])
{
	int fd = maps->fd[MXW_MAP_DEST];
	size_t count = 0;

	while (count < MXW_DESTS_MOST &&
	       bpf_map_get_next_key(fd, count ? &out[count - 1] : NULL, &out[count]) == 0)
		count++;
	return count;
}

bool mxw_dests_any(const struct mxw_maps *maps, bool ipv4, uint8_t addr[16])
{
	struct mxw_dest_key key, previous;
	bool first = true;

	while (bpf_map_get_next_key(maps->fd[MXW_MAP_DEST], first ? NULL : &previous, &key) == 0) {
		if (ipv4 == (memcmp(key.addr, mapped, sizeof(mapped)) == 0)) {
			memcpy(addr, key.addr, 16);
			return true;
		}
		first = false;
		previous = key;
	}
	return false;
}
