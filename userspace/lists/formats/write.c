// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists as text: plain, for `nft -f`, for `ipset restore`, and as a zone for rbldnsd. Called by
 * whoever exports a list.
 *
 * None of these can say "allowed", so what the list itself allows is left out of what it blocks.
 * The reader of the same format reads the same addresses again, but for nft, which
 * answers in JSON what it was told in its script.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lists/formats/prefixes.h"

#define NAME_MAX_BYTES 28 /* ipset's 31, less the suffix */

struct writing {
	struct mxw_page page;
	const char *name;
	const struct mxw_ranges *ranges;
};

static struct mxw_keys range_of(const struct mxw_ranges *ranges, bool ipv6, size_t i)
{
	return ipv6 ? (struct mxw_keys){ ranges->v6[i].first, ranges->v6[i].last }
		    : (struct mxw_keys){ ranges->v4[i].first, ranges->v4[i].last };
}

static size_t count_of(const struct mxw_ranges *ranges, bool ipv6)
{
	return ipv6 ? ranges->v6_count : ranges->v4_count;
}

/* A line each: before, the prefix, a line end. */
static void prefixes(struct writing *writing, bool ipv6, const char *before)
{
	for (size_t i = 0; i < count_of(writing->ranges, ipv6) && !writing->page.failed; i++) {
		struct mxw_cut cut = { .keys = range_of(writing->ranges, ipv6, i) };
		struct mxw_prefix prefix;

		while (mxw_cut_prefix(&cut, &prefix)) {
			mxw_page_text(&writing->page, before);
			mxw_page_prefix(&writing->page, &prefix);
			mxw_page_text(&writing->page, "\n");
		}
	}
}

static void write_plain(struct writing *writing)
{
	mxw_page_format(&writing->page, "# %s\n", writing->name);
	prefixes(writing, false, "");
	prefixes(writing, true, "");
}

/* The last address in a range of /64s has its lower half full. */
static void nft_end(struct mxw_page *page, uint64_t last)
{
	uint8_t address[16];
	char text[MXW_ADDR_TEXT];

	memset(address, 0xff, sizeof(address));
	for (int i = 0; i < 8; i++)
		address[i] = (uint8_t)(last >> (56 - 8 * i));
	mxw_page_text(page, mxw_addr_format(address, text));
}

/* An interval set takes ranges as they are, which are fewer than prefixes. */
static void nft_element(struct mxw_page *page, struct mxw_keys keys)
{
	struct mxw_cut cut = { .keys = keys };
	struct mxw_prefix prefix = { 0 };
	char text[MXW_ADDR_TEXT];

	(void)mxw_cut_prefix(&cut, &prefix);
	if (cut.done || cut.keys.first > keys.last) {
		mxw_page_prefix(page, &prefix);
	} else if (mxw_keys_are_ipv4(keys)) {
		struct mxw_prefix first = { keys.first, 64 }, last = { keys.last, 64 };

		mxw_page_prefix(page, &first);
		mxw_page_text(page, "-");
		mxw_page_prefix(page, &last);
	} else {
		prefix.len = 64;
		(void)mxw_prefix_format(&prefix, text);
		*strchr(text, '/') = '\0';
		mxw_page_format(page, "%s-", text);
		nft_end(page, keys.last);
	}
}

static void nft_set(struct writing *writing, bool ipv6)
{
	struct mxw_page *page = &writing->page;
	int version = ipv6 ? 6 : 4;

	mxw_page_format(page, "add set inet mxwall %s_v%d { type ipv%d_addr; flags interval; }\n",
			writing->name, version, version);
	mxw_page_format(page, "flush set inet mxwall %s_v%d\n", writing->name, version);
	if (!count_of(writing->ranges, ipv6))
		return;
	mxw_page_format(page, "add element inet mxwall %s_v%d {\n", writing->name, version);
	for (size_t i = 0; i < count_of(writing->ranges, ipv6) && !page->failed; i++) {
		mxw_page_text(page, i ? ",\n\t" : "\t");
		nft_element(page, range_of(writing->ranges, ipv6, i));
	}
	mxw_page_text(page, "\n}\n");
}

/* One transaction, which also replaces what an earlier one has put there. */
static void write_nft(struct writing *writing)
{
	mxw_page_format(&writing->page, "# %s: nft -f FILE\nadd table inet mxwall\n",
			writing->name);
	nft_set(writing, false);
	nft_set(writing, true);
}

static uint64_t power_of_two(uint64_t least)
{
	uint64_t value = 1024;

	while (value < least)
		value *= 2;
	return value;
}

/* hash:net has no /0: it is two halves then. */
static void ipset_set(struct writing *writing, bool ipv6)
{
	const struct mxw_ranges *ranges = writing->ranges;
	uint64_t count = ipv6 ? mxw_count_prefixes6(ranges) : mxw_count_prefixes4(ranges);
	bool all = !ipv6 && ranges->v4_count == 1 && ranges->v4[0].first == 0 &&
		   ranges->v4[0].last == UINT32_MAX;
	char before[64];

	mxw_page_format(&writing->page,
			"create %s_v%d hash:net family inet%s hashsize %llu maxelem %llu\n",
			writing->name, ipv6 ? 6 : 4, ipv6 ? "6" : "",
			(unsigned long long)power_of_two(count / 4),
			(unsigned long long)(count > 65536 ? count : 65536));
	(void)snprintf(before, sizeof(before), "add %s_v%d ", writing->name, ipv6 ? 6 : 4);
	if (all)
		mxw_page_format(&writing->page, "%s0.0.0.0/1\n%s128.0.0.0/1\n", before, before);
	else
		prefixes(writing, ipv6, before);
}

static void write_ipset(struct writing *writing)
{
	ipset_set(writing, false);
	ipset_set(writing, true);
}

static void zone_dataset(struct writing *writing, bool ipv6)
{
	if (!count_of(writing->ranges, ipv6))
		return;
	mxw_page_format(&writing->page, "$DATASET ip%dtrie:%s_v%d @\n:127.0.0.2:\n", ipv6 ? 6 : 4,
			writing->name, ipv6 ? 6 : 4);
	prefixes(writing, ipv6, "");
}

/* A combined zone, because no other dataset has both families. */
static void write_rbldnsd(struct writing *writing)
{
	mxw_page_format(&writing->page, "# %s: rbldnsd ... ZONE:combined:FILE\n", writing->name);
	zone_dataset(writing, false);
	zone_dataset(writing, true);
}

int mxw_format_check_name(const char *name, struct mxw_err *err)
{
	size_t size = strlen(name);
	bool good = size > 0 && size <= NAME_MAX_BYTES && isalpha((unsigned char)name[0]);

	for (size_t i = 0; i < size && good; i++)
		good = isalnum((unsigned char)name[i]) || strchr("_-.", name[i]);
	if (good)
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE,
			"\"%.60s\" cannot be the name of a feed: use up to %d letters, digits, - _ "
			"and ., and begin with a letter",
			name, NAME_MAX_BYTES);
}

typedef void (*write_function)(struct writing *writing);

static write_function writer_of(enum mxw_format format)
{
	switch (format) {
	case MXW_FORMAT_PLAIN:
		return write_plain;
	case MXW_FORMAT_NFT:
		return write_nft;
	case MXW_FORMAT_IPSET:
		return write_ipset;
	case MXW_FORMAT_RBLDNSD:
		return write_rbldnsd;
	default:
		return NULL;
	}
}

static int write_ranges(write_function function, struct writing *writing, struct mxw_err *err)
{
	function(writing);
	mxw_page_flush(&writing->page);
	return writing->page.failed ? mxw_fail(err, MXW_E_FAIL, "the list could not be written")
				    : MXW_OK;
}

int mxw_format_write(enum mxw_format format, const char *name, const struct mxw_list *list,
		     const struct mxw_format_out *out, struct mxw_err *err)
{
	struct writing writing = { .page = { .out = out }, .name = name, .ranges = &list->block };
	write_function function = writer_of(format);
	struct mxw_ranges rest = { 0 };
	int error;

	if (!function)
		return mxw_fail(err, MXW_E_USAGE,
				"lists are written as plain, nft, ipset or rbldnsd only");
	error = function == write_plain ? MXW_OK : mxw_format_check_name(name, err);
	if (error)
		return error;
	if (list->allow.v4_count || list->allow.v6_count) {
		error = mxw_ranges_subtract(&list->block, &list->allow, &rest, err);
		writing.ranges = &rest;
	}
	if (!error)
		error = write_ranges(function, &writing, err);
	mxw_ranges_free(&rest);
	return error;
}
