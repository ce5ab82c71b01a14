// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rbldnsd's zones of addresses: ip4set, ip4tset, ip4trie, ip6trie, ip6tset, and combined zones of
 * those. Follows rbldnsd_zones.c and the datasets' own sources. Registered in format.c.
 *
 * In a dataset, the narrower entry wins, listed or excluded; a zone lists what any dataset lists.
 * An ip4trie measures how narrow an entry is by its length; an ip4set by whether it is one of whole
 * /8s, /16s or /24s. A file does not say for which of the two it is, unless by $DATASET. Without
 * that it is read as an ip4set, which never lists more than an ip4trie would.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "lists/formats/contest.h"
#include "lists/formats/rbldnsd_range.h"
#include "lists/formats/time.h"

#define DATASETS_MOST 4096
/* 127.0.0.2 and its neighbours show that a zone answers (RFC 5782), and list nobody. */
#define TEST_FIRST 0x7f000000U
#define TEST_LAST 0x7f0000ffU

enum dataset {
	DATASET_ANY = 0, /* not named */
	DATASET_IP4SET,
	DATASET_IP4TSET,
	DATASET_IP4TRIE,
	DATASET_IP6TSET,
	DATASET_IP6TRIE,
	DATASET_OTHER, /* nothing that has addresses */
};

struct zone {
	struct mxw_contest *contests; /* one for each dataset; the last is that of the lines now */
	size_t count, room;
	enum dataset dataset;
	uint64_t max_range; /* IPv4 addresses in an entry, from $MAXRANGE4; 0 = any */
};

static int begin_dataset(struct zone *zone, struct mxw_err *err)
{
	struct mxw_contest *made;

	if (zone->count == DATASETS_MOST)
		return mxw_fail(err, MXW_E_USAGE, "there are more than %d datasets in the zone",
				DATASETS_MOST);
	made = mxw_grow((void **)&zone->contests, zone->count, &zone->room, sizeof(*made));
	if (!made)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for a zone");
	*made = (struct mxw_contest){ .others = 0 };
	zone->count++;
	return MXW_OK;
}

static int zone_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct zone));
	return reader->state ? begin_dataset(reader->state, err)
			     : mxw_fail(err, MXW_E_FAIL, "out of memory for a zone");
}

static void zone_close(struct mxw_reader *reader)
{
	struct zone *zone = reader->state;

	for (size_t i = 0; zone && i < zone->count; i++)
		mxw_contest_free(&zone->contests[i]);
	if (zone)
		free(zone->contests);
	free(zone);
}

static struct mxw_contest *contest_of(const struct zone *zone)
{
	return &zone->contests[zone->count - 1];
}

static bool begins_comment(struct mxw_text text)
{
	return text.size && (text.at[0] == '#' || text.at[0] == ';');
}

static enum dataset dataset_by_name(struct mxw_text type)
{
	static const struct {
		const char *name;
		enum dataset dataset;
	} rows[] = {
		{ "ip4set", DATASET_IP4SET },	{ "ip4tset", DATASET_IP4TSET },
		{ "ip4trie", DATASET_IP4TRIE }, { "ip6tset", DATASET_IP6TSET },
		{ "ip6trie", DATASET_IP6TRIE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mxw_text_is(type, rows[i].name))
			return rows[i].dataset;
	return DATASET_OTHER;
}

/* "65536" or "/16". It only ever becomes less. */
static bool set_max_range(struct zone *zone, struct mxw_text word)
{
	bool length = word.size && word.at[0] == '/';
	uint64_t value = 0;

	if (length)
		word = mxw_text_from(word, 1);
	if (!word.size || word.size > 10)
		return false;
	for (; word.size; word = mxw_text_from(word, 1)) {
		if (!mxw_is_digit(word.at[0]))
			return false;
		value = value * 10 + (uint64_t)(word.at[0] - '0');
	}
	if (value == 0 || value > (length ? 32 : UINT32_MAX))
		return false;
	value = length ? 1ULL << (32 - value) : value;
	if (!zone->max_range || value < zone->max_range)
		zone->max_range = value;
	return true;
}

/* "2026:11:29:20:05:00", in which hour, minute, second and the signs between may be missing. 0 for
 * what is not a moment, and for "0" and "-", which say that there is none. */
static uint64_t timestamp(struct mxw_text word)
{
	uint64_t fields[6] = { 0 }, seconds;

	for (size_t i = 0; i < 6 && word.size; i++) {
		if (!mxw_scan_number(&word, i ? 2 : 4, &fields[i]))
			return 0;
		if (word.size && strchr(":-", word.at[0]))
			word = mxw_text_from(word, 1);
	}
	return !word.size && mxw_time_of(fields, &seconds) ? seconds : 0;
}

/* $TIMESTAMP STAMP [EXPIRES]: the end of the zone, absolute or as "+2d" or "+172800" from the
 * stamp. */
static void note_end(struct mxw_reader *reader, struct mxw_text rest)
{
	uint64_t stamp = timestamp(mxw_text_word(&rest)), after;
	struct mxw_text word = mxw_text_word(&rest), number;

	if (!word.size || word.at[0] != '+') {
		mxw_reader_ends(reader, timestamp(word));
		return;
	}
	word = mxw_text_from(word, 1);
	number = word;
	if (!mxw_scan_duration(&word, &after) && !mxw_scan_number(&number, 10, &after))
		return;
	if (stamp)
		mxw_reader_ends(reader, stamp + after);
}

static int change_dataset(struct mxw_reader *reader, struct mxw_text line, struct mxw_text rest,
			  struct mxw_err *err)
{
	struct zone *zone = reader->state;
	struct mxw_text word = mxw_text_word(&rest);
	int error = begin_dataset(zone, err);

	zone->dataset = dataset_by_name(mxw_text_until(&word, ':'));
	if (!error && zone->dataset == DATASET_OTHER)
		error = mxw_reader_refuse(reader, line, "a dataset of this type has no addresses");
	return error;
}

/* What follows a '$'. Names of servers and texts do not matter here. */
static int special(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_text rest = line, word = mxw_text_word(&rest);

	if (mxw_text_is_any_case(word, "maxrange4") &&
	    !set_max_range(reader->state, mxw_text_word(&rest)))
		return mxw_reader_refuse(reader, line, "$MAXRANGE4 has no valid number");
	if (mxw_text_is_any_case(word, "timestamp"))
		note_end(reader, rest);
	if (mxw_text_is_any_case(word, "dataset"))
		return change_dataset(reader, line, rest, err);
	return MXW_OK;
}

/* Whether the A value and text after an entry, or of a line of their own, are such that
 * rbldnsd does not skip the line. */
static bool good_value(struct mxw_text value)
{
	if (!value.size || value.at[0] != ':')
		return true;
	value = mxw_text_from(value, 1);
	if (mxw_zone_value(&value) == 0)
		return false;
	value = mxw_text_trim(value);
	return !value.size || value.at[0] == ':';
}

/* As an ip4set stores ranges: at both ends single addresses up to whole /24s, then whole /24s up to
 * whole /16s, and so on. */
static int claim_levels(struct mxw_reader *reader, enum mxw_says says, struct mxw_keys keys,
			struct mxw_err *err)
{
	struct zone *zone = reader->state;
	uint64_t a = keys.first, b = keys.last;
	uint32_t shift = 0;
	int error = MXW_OK;

	while (!error && a <= b) {
		uint64_t from = a, to = b, ones = (1ULL << shift) - 1;
		struct mxw_claim claim = { .says = says, .rank = shift };

		if (shift < 24 && b - a == 255 && (a & 255) == 0) {
			claim.rank = shift + 8;
			a = b + 1;
		} else if (shift == 24 || (a | 255) >= b) {
			a = b + 1;
		} else if (a & 255) {
			to = a | 255;
			a = to + 1;
		} else if ((b & 255) != 255) {
			from = b & ~255ULL;
			b = from - 1;
		} else {
			a >>= 8;
			b >>= 8;
			shift += 8;
			continue;
		}
		claim.keys = (struct mxw_keys){ from << shift, to << shift | ones };
		error = mxw_contest_add(contest_of(zone), reader, &claim, err);
	}
	return error;
}

/* Why rbldnsd would not take the entry in this kind of dataset, or NULL. What it skips, we skip,
 * or other addresses would be blocked than it lists. */
static const char *misfit(const struct zone *zone, const struct mxw_zone_range *range, bool ipv6,
			  bool excluded)
{
	switch (zone->dataset) {
	case DATASET_IP4SET:
		return ipv6 ? "an ip4set has no IPv6" : NULL;
	case DATASET_IP4TSET:
		return ipv6 || excluded || range->is_range || range->bits != 32
			       ? "an ip4tset has single IPv4 addresses only"
			       : NULL;
	case DATASET_IP4TRIE:
		return ipv6 || range->is_range ? "an ip4trie has IPv4 prefixes only" : NULL;
	case DATASET_IP6TSET:
		return !ipv6 || range->bits != (excluded ? 128 : 64)
			       ? "an ip6tset has /64s, and excludes single addresses"
			       : NULL;
	case DATASET_IP6TRIE:
		return !ipv6 ? "an ip6trie has no IPv4" : NULL;
	default:
		return NULL;
	}
}

static int tell(struct mxw_reader *reader, enum mxw_says says, const struct mxw_zone_range *range,
		struct mxw_err *err)
{
	const struct zone *zone = reader->state;
	int error;

	if (zone->dataset == DATASET_IP4TRIE || !mxw_keys_are_ipv4(range->keys))
		return mxw_contest_put_prefix(contest_of(zone), reader, says, range->keys, err);
	error = claim_levels(reader, says, range->keys, err);
	if (!error && says == MXW_SAYS_BLOCK)
		error = mxw_reader_put(reader, says, range->keys);
	return error;
}

static bool is_test(struct mxw_keys keys)
{
	return keys.first == keys.last && keys.first >= TEST_FIRST && keys.last <= TEST_LAST;
}

/* An IPv6 address has its first ':' after hexadecimal digits only. */
static bool looks_like_ipv6(struct mxw_text text)
{
	size_t i = 0;

	while (i < text.size && strchr("0123456789abcdefABCDEF", text.at[i]))
		i++;
	return i < text.size && text.at[i] == ':';
}

/* "7.2 IN PTR mail.example.org." stands in the reverse zone of a name server, which has a $TTL too:
 * its numbers are read from behind, so this is not an entry of 7.2.0.0/16. */
static bool is_record(struct mxw_text rest)
{
	static const char *const types[] = { "PTR", "CNAME", "DNAME", "NS", "TXT", "SOA" };
	struct mxw_text word = mxw_text_word(&rest);
	bool found = false;

	if (word.size && mxw_is_digit(word.at[0])) /* the TTL */
		word = mxw_text_word(&rest);
	if (mxw_text_is_any_case(word, "IN"))
		word = mxw_text_word(&rest);
	if (word.size && mxw_is_digit(word.at[0])) /* or here */
		word = mxw_text_word(&rest);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		found = found || mxw_text_is_any_case(word, types[i]);
	return found && mxw_text_trim(rest).size;
}

/* An entry or, after "!", an exclusion. An entry that rbldnsd would skip is refused here, and so
 * is what a guess may have mistaken for an entry. */
static int entry(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct zone *zone = reader->state;
	bool excluded = line.at[0] == '!', ipv6;
	struct mxw_text rest = excluded ? mxw_text_trim(mxw_text_from(line, 1)) : line;
	struct mxw_zone_range range;
	const char *why;

	ipv6 = looks_like_ipv6(rest);
	why = ipv6 ? mxw_zone_ipv6(&rest, &range) : mxw_zone_ipv4(&rest, &range);
	if (!why && rest.size && !mxw_is_blank(rest.at[0]) && rest.at[0] != ':' &&
	    !begins_comment(rest))
		why = "is not an address that rbldnsd reads";
	if (!why)
		why = misfit(zone, &range, ipv6, excluded);
	if (!why && !ipv6 && zone->max_range &&
	    range.keys.last - range.keys.first >= zone->max_range)
		why = "has more addresses than the zone's $MAXRANGE4";
	rest = mxw_text_trim(rest);
	if (!why && reader->guessed && is_record(rest))
		why = "is a record of a name server's zone";
	if (!why && !excluded && !begins_comment(rest) && !good_value(rest))
		why = "its value is one for which rbldnsd skips the line";
	if (why)
		return mxw_reader_refuse(reader, line, why);
	if (is_test(range.keys))
		return MXW_OK;
	return tell(reader, excluded ? MXW_SAYS_EXCLUDE : MXW_SAYS_BLOCK, &range, err);
}

static int zone_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	const struct zone *zone = reader->state;

	line = mxw_text_trim(line);
	if (!line.size)
		return MXW_OK;
	if (line.at[0] == '$')
		return special(reader, mxw_text_from(line, 1), err);
	if (line.size > 1 && strchr("#;:", line.at[0]) && line.at[1] == '$')
		return special(reader, mxw_text_from(line, 2), err);
	if (begins_comment(line) || zone->dataset == DATASET_OTHER)
		return MXW_OK;
	if (line.at[0] == ':' && !mxw_text_begins(line, "::"))
		return MXW_OK; /* the value of the entries that have none */
	return entry(reader, line, err);
}

static int zone_end(struct mxw_reader *reader, struct mxw_err *err)
{
	const struct zone *zone = reader->state;
	const struct mxw_contest **contests =
		calloc(zone->count, sizeof(const struct mxw_contest *));
	size_t count = 0;
	int error;

	if (!contests)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the datasets");
	for (size_t i = 0; i < zone->count; i++)
		if (zone->contests[i].v4_count || zone->contests[i].v6_count)
			contests[count++] = &zone->contests[i];
	error = mxw_contests_settle(contests, count, reader, err);
	free(contests);
	return error;
}

const struct mxw_syntax mxw_syntax_rbldnsd = {
	.open = zone_open,
	.take = mxw_take_lines,
	.line = zone_line,
	.end = zone_end,
	.close = zone_close,
};
