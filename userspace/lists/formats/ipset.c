// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `ipset save` and `ipset list` print. An entry with nomatch is an exception in its own set,
 * and as in the kernel the longest prefix decides there; an address is listed if any set has it.
 * Registered in format.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "lists/formats/contest.h"
#include "lists/formats/time.h"

#define NAME 32 /* the kernel's IPSET_MAXNAMELEN */
#define SETS_MOST 4096

struct set {
	char name[NAME];
	bool has_sets; /* its members are sets, not addresses */
	bool bitmask; /* with holes, maybe */
	uint8_t netmask; /* prefix length that each member stands for, 0 = its own */
	uint64_t timeout; /* s of members that name none, 0 = they do not end */
	struct mxw_contest contest;
};

struct ipsets {
	struct set *items;
	size_t count, room;
	size_t at; /* the set that lines are about; count: none */
	bool members; /* of ipset list: lines are members of it */
};

static int ipset_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct ipsets));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for a set");
}

static void ipset_close(struct mxw_reader *reader)
{
	struct ipsets *sets = reader->state;

	for (size_t i = 0; sets && i < sets->count; i++)
		mxw_contest_free(&sets->items[i].contest);
	if (sets)
		free(sets->items);
	free(sets);
}

/* The set of that name, which is made if there is none. */
static int use_set(struct ipsets *sets, struct mxw_text name, struct mxw_err *err)
{
	struct set *made;

	name.size = name.size < NAME - 1 ? name.size : NAME - 1;
	if (sets->at < sets->count && mxw_text_is(name, sets->items[sets->at].name))
		return MXW_OK;
	for (sets->at = 0; sets->at < sets->count; sets->at++)
		if (mxw_text_is(name, sets->items[sets->at].name))
			return MXW_OK;
	if (sets->count == SETS_MOST)
		return mxw_fail(err, MXW_E_USAGE, "there are more than %d sets in the text",
				SETS_MOST);
	made = mxw_grow((void **)&sets->items, sets->count, &sets->room, sizeof(*made));
	if (!made)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for a set");
	*made = (struct set){ .name = "" };
	memcpy(made->name, name.at, name.size);
	sets->count++;
	return MXW_OK;
}

/* Lines that empty or drop sets. */
static bool is_other_command(struct mxw_text word)
{
	static const char *const commands[] = { "flush", "-F",	 "destroy", "-X",     "rename",
						"-E",	 "swap", "-W",	    "COMMIT", "quit" };

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (mxw_text_is(word, commands[i]))
			return true;
	return false;
}

/* A word, or all of "a comment". */
static struct mxw_text option(struct mxw_text *rest)
{
	struct mxw_text word;

	*rest = mxw_text_trim(*rest);
	if (!rest->size || rest->at[0] != '"')
		return mxw_text_word(rest);
	*rest = mxw_text_from(*rest, 1);
	word = mxw_text_until(rest, '"');
	return (struct mxw_text){ word.at - 1, word.size + 1 };
}

static uint64_t number(struct mxw_text word)
{
	uint64_t value;

	return mxw_scan_number(&word, 10, &value) ? value : 0;
}

/* "hash:ip family inet netmask 24 timeout 300", or a part of that. */
static void describe(struct set *set, struct mxw_text rest)
{
	struct mxw_text word;

	while ((word = option(&rest)).size) {
		if (mxw_text_is(word, "list:set"))
			set->has_sets = true;
		else if (mxw_text_is(word, "bitmask"))
			set->bitmask = true;
		else if (mxw_text_is(word, "netmask"))
			set->netmask = (uint8_t)number(option(&rest));
		else if (mxw_text_is(word, "timeout"))
			set->timeout = number(option(&rest));
	}
}

/* The network that an address stands for in a set with a netmask. */
static struct mxw_keys widen(const struct set *set, struct mxw_keys keys)
{
	uint64_t most = mxw_keys_are_ipv4(keys) ? 32 : 64, open;

	if (!set->netmask || set->netmask >= most)
		return keys;
	open = (1ULL << (most - set->netmask)) - 1;
	return (struct mxw_keys){ keys.first & ~open, keys.last | open };
}

/* One line of a set: an entry, with its own timeout or else that of the set. `nomatch` takes
 * addresses out of wider entries. */
static int member(struct mxw_reader *reader, struct mxw_text rest, struct mxw_err *err)
{
	struct ipsets *sets = reader->state;
	struct set *set = &sets->items[sets->at];
	struct mxw_text entry = mxw_text_word(&rest), word;
	enum mxw_says says = MXW_SAYS_BLOCK;
	uint64_t timeout = set->timeout;
	struct mxw_keys keys;
	const char *why;

	if (set->has_sets)
		return MXW_OK;
	why = set->bitmask ? "the bitmask of its set is not understood"
			   : mxw_range_scan(entry, &keys);
	if (why)
		return mxw_reader_refuse(reader, entry, why);
	while ((word = option(&rest)).size)
		if (mxw_text_is(word, "nomatch"))
			says = MXW_SAYS_EXCLUDE;
		else if (mxw_text_is(word, "timeout"))
			timeout = number(option(&rest));
	reader->until = timeout ? mxw_end_in(reader, timeout) : 0;
	return mxw_contest_put_prefix(&set->contest, reader, says, widen(set, keys), err);
}

/* add NAME ENTRY [OPTION]..., with -exist or -! before them */
static int add(struct mxw_reader *reader, struct mxw_text rest, struct mxw_err *err)
{
	struct mxw_text name = mxw_text_word(&rest);
	int error;

	while (name.size && name.at[0] == '-')
		name = mxw_text_word(&rest);
	error = use_set(reader->state, name, err);
	return error ? error : member(reader, rest, err);
}

static int create(struct ipsets *sets, struct mxw_text rest, struct mxw_err *err)
{
	struct mxw_text name = mxw_text_word(&rest);
	int error;

	while (name.size && name.at[0] == '-')
		name = mxw_text_word(&rest);
	error = use_set(sets, name, err);
	if (!error)
		describe(&sets->items[sets->at], rest);
	return error;
}

/* The lines that `ipset list` prints of a set, before its members. */
static bool is_heading(struct mxw_text word)
{
	static const char *const headings[] = { "Revision:", "Size", "References:", "Number" };

	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (mxw_text_is(word, headings[i]))
			return true;
	return false;
}

/* word: the first of the line, and rest what follows it. */
static int list_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_text word,
		     struct mxw_text rest, struct mxw_err *err)
{
	struct ipsets *sets = reader->state;

	if (mxw_text_is(word, "Name:")) {
		sets->members = false;
		return use_set(sets, mxw_text_word(&rest), err);
	}
	if (sets->at < sets->count && sets->members)
		return member(reader, line, err);
	if (sets->at < sets->count && mxw_text_is(word, "Members:"))
		sets->members = true;
	else if (sets->at < sets->count &&
		 (mxw_text_is(word, "Type:") || mxw_text_is(word, "Header:")))
		describe(&sets->items[sets->at], rest);
	else if (sets->at == sets->count || !is_heading(word))
		return mxw_reader_refuse(reader, line, "is not a line of ipset save or ipset list");
	return MXW_OK;
}

static int ipset_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_text rest, word;

	line = mxw_text_trim(line);
	rest = line;
	word = mxw_text_word(&rest);
	if (!word.size || word.at[0] == '#' || is_other_command(word))
		return MXW_OK;
	if (mxw_text_is(word, "add") || mxw_text_is(word, "-A"))
		return add(reader, rest, err);
	if (mxw_text_is(word, "create") || mxw_text_is(word, "-N"))
		return create(reader->state, rest, err);
	return list_line(reader, line, word, rest, err);
}

static int ipset_end(struct mxw_reader *reader, struct mxw_err *err)
{
	const struct ipsets *sets = reader->state;
	const struct mxw_contest **contests =
		calloc(sets->count + 1, sizeof(const struct mxw_contest *));
	int error;

	if (!contests)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the sets");
	for (size_t i = 0; i < sets->count; i++)
		contests[i] = &sets->items[i].contest;
	error = mxw_contests_settle(contests, sets->count, reader, err);
	free(contests);
	return error;
}

const struct mxw_syntax mxw_syntax_ipset = {
	.open = ipset_open,
	.take = mxw_take_lines,
	.line = ipset_line,
	.end = ipset_end,
	.close = ipset_close,
};
