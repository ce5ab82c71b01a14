// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses and ranges, from text and from bytes. Called by the option checks
 * and by everything that reads or writes a frame.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/num.h"
#include "bench/synflood/address.h"

static uint64_t load_be(const uint8_t *bytes, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void store_be(uint64_t value, uint8_t *bytes, int count)
{
	for (int i = 0; i < count; i++)
		bytes[i] = (uint8_t)(value >> 8 * (count - 1 - i));
}

void sf_address_store(const struct sf_address *address, uint8_t *bytes)
{
	if (address->family == SF_IPV4) {
		store_be(address->low, bytes, 4);
		return;
	}
	store_be(address->high, bytes, 8);
	store_be(address->low, bytes + 8, 8);
}

struct sf_address sf_address_load(enum sf_family family, const uint8_t *bytes)
{
	struct sf_address address = { .family = family };

	if (family == SF_IPV4) {
		address.low = load_be(bytes, 4);
		return address;
	}
	address.high = load_be(bytes, 8);
	address.low = load_be(bytes + 8, 8);
	return address;
}

bool sf_address_equal(const struct sf_address *a, const struct sf_address *b)
{
	return a->family == b->family && a->high == b->high && a->low == b->low;
}

static bool parse_plain(const char *text, struct sf_address *address)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		*address = sf_address_load(SF_IPV4, bytes);
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		*address = sf_address_load(SF_IPV6, bytes);
	else
		return false;
	return true;
}

int sf_address_parse(const char *text, struct sf_address *address, struct mxw_err *err)
{
	if (parse_plain(text, address))
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE,
			"\"%.80s\" is not an address: give one like 192.0.2.7 or 2001:db8::1",
			text);
}

const char *sf_address_format(const struct sf_address *address, char out[SF_ADDRESS_TEXT])
{
	uint8_t bytes[16];

	sf_address_store(address, bytes);
	(void)inet_ntop(address->family == SF_IPV4 ? AF_INET : AF_INET6, bytes, out,
			SF_ADDRESS_TEXT); /* out fits both */
	return out;
}

/* The highest bits of 64; length 0..64. */
static uint64_t mask_of(unsigned int length)
{
	return length ? ~(uint64_t)0 << (64 - length) : 0;
}

/* The two halves of a range's mask; for IPv4 the low half is the mask of 32 bits. */
static void masks(const struct sf_range *range, uint64_t *high, uint64_t *low)
{
	if (range->first.family == SF_IPV4) {
		*high = 0;
		*low = mask_of(32 + range->length) & 0xffffffff;
		return;
	}
	*high = mask_of(range->length < 64 ? range->length : 64);
	*low = mask_of(range->length > 64 ? range->length - 64 : 0);
}

int sf_range_parse(const char *text, struct sf_range *range, struct mxw_err *err)
{
	const char *slash = strchr(text, '/');
	size_t size = slash ? (size_t)(slash - text) : strlen(text);
	char address[SF_ADDRESS_TEXT];
	uint64_t most, length, high, low;

	if (size >= sizeof(address))
		size = 0; /* no address is that long */
	memcpy(address, text, size);
	address[size] = '\0';
	if (!parse_plain(address, &range->first))
		return mxw_fail(err, MXW_E_USAGE,
				"\"%.80s\" is not an address or a prefix: give one like 192.0.2.7, "
				"192.0.2.0/24 or 2001:db8::/48",
				text);
	most = range->first.family == SF_IPV4 ? 32 : 128;
	length = most;
	if (slash && !mxw_number_parse(slash + 1, 0, most, &length))
		return mxw_fail(err, MXW_E_USAGE,
				"\"%.80s\" has no valid prefix length after the slash: give 0 to "
				"%d",
				text, (int)most);
	range->length = (unsigned int)length;
	masks(range, &high, &low);
	range->first.high &= high;
	range->first.low &= low;
	return MXW_OK;
}

bool sf_range_contains(const struct sf_range *range, const struct sf_address *address)
{
	uint64_t high, low;

	masks(range, &high, &low);
	return address->family == range->first.family &&
	       (address->high & high) == range->first.high &&
	       (address->low & low) == range->first.low;
}

struct sf_address sf_range_last(const struct sf_range *range)
{
	struct sf_address last = range->first;
	uint64_t high, low;

	masks(range, &high, &low);
	if (last.family == SF_IPV4) {
		last.low |= ~low & 0xffffffff;
		return last;
	}
	last.high |= ~high;
	last.low |= ~low;
	return last;
}

int sf_mac_parse(const char *text, uint8_t mac[SF_MAC], struct mxw_err *err)
{
	unsigned int b[SF_MAC];
	char rest;

	if (strlen(text) != 17 || strspn(text, "0123456789abcdefABCDEF:") != 17 ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		   &rest) != SF_MAC ||
	    b[0] & 1)
		return mxw_fail(err, MXW_E_USAGE,
				"\"%.80s\" is not the Ethernet address of one host: give one like "
				"02:00:5e:10:00:01",
				text);
	for (int i = 0; i < SF_MAC; i++)
		mac[i] = (uint8_t)b[i];
	return MXW_OK;
}

static int add(struct sf_ranges *ranges, const char *text, struct mxw_err *err)
{
	struct sf_range range, *place;
	int error = sf_range_parse(text, &range, err);

	if (error)
		return error;
	place = mxw_grow((void **)&ranges->items, ranges->count, &ranges->capacity, sizeof(*place));
	if (!place)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for %zu ranges", ranges->count);
	*place = range;
	ranges->count++;
	return MXW_OK;
}

int sf_ranges_add(struct sf_ranges *ranges, const char *list, struct mxw_err *err)
{
	char *copy = strdup(list), *rest = copy, *item;
	int error = copy ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory");

	while (!error && (item = strsep(&rest, ",")))
		error = add(ranges, item, err);
	free(copy);
	return error;
}

/* Cuts comment and white space off a line. Returns what is left. */
static char *trim(char *line)
{
	char *end;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t\r\n");
	end = line + strlen(line);
	while (end > line && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return line;
}

static int read_lines(struct sf_ranges *ranges, FILE *file, const char *path, struct mxw_err *err)
{
	char *line = NULL;
	size_t size = 0, number = 0;
	struct mxw_err why;
	int error = MXW_OK;

	while (!error && getline(&line, &size, file) >= 0) {
		char *text = trim(line);

		number++;
		if (*text)
			error = add(ranges, text, &why);
		if (error)
			(void)mxw_fail(err, error, "%s line %zu: %s", path, number, why.text);
	}
	free(line);
	return error;
}

int sf_ranges_read(struct sf_ranges *ranges, const char *path, struct mxw_err *err)
{
	FILE *file = fopen(path, "re");
	size_t before = ranges->count;
	int error;

	if (!file)
		return mxw_fail(err, MXW_E_USAGE, "cannot read %s: %m", path);
	error = read_lines(ranges, file, path, err);
	if (!error && ferror(file))
		error = mxw_fail(err, MXW_E_FAIL, "cannot read %s to its end", path);
	(void)fclose(file);
	if (!error && ranges->count == before)
		error = mxw_fail(err, MXW_E_USAGE, "%s holds no address: give one per line", path);
	return error;
}

void sf_ranges_free(struct sf_ranges *ranges)
{
	free(ranges->items);
	*ranges = (struct sf_ranges){ 0 };
}
