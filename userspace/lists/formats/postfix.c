// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Postfix's tables of networks, cidr_table(5) with the actions of access(5). Follows
 * dict_cidr.c and smtpd_check.c. Registered in format.c.
 *
 * The first line that matches decides. So OK allows what no earlier line has rejected, and DUNNO, or
 * any action that leaves the decision to others, takes its network out of the
 * wider lines that come later. Lines that Postfix skips count for nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "lists/formats/contest.h"

#define DEPTH_MAX 32
#define PENDING_MAX 512 /* of a line with its continuations: the rest is the text of a reply */

/* Of one family, ascending. Each negation cuts at most one in two. */
struct pieces {
	struct mxw_keys items[DEPTH_MAX + 2];
	size_t count;
};

struct pattern {
	struct mxw_keys keys;
	bool negated;
	bool never; /* an IF that could not be read: nothing within it counts */
};

struct table {
	struct mxw_contest contest;
	struct pattern conditions[DEPTH_MAX]; /* of the IFs around */
	size_t depth; /* may be above DEPTH_MAX, where nothing counts */
	uint32_t rank; /* lines so far */
	char pending[PENDING_MAX];
	size_t pending_size;
	uint64_t pending_line; /* where it began */
};

static int table_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct table));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for a table");
}

static void table_close(struct mxw_reader *reader)
{
	struct table *table = reader->state;

	if (table)
		mxw_contest_free(&table->contest);
	free(table);
}

/* Code and text, as in "550 go away". Digits alone are OK, by access(5). */
static bool is_reply(struct mxw_text word, struct mxw_text text)
{
	return word.size == 3 && (word.at[0] == '4' || word.at[0] == '5') &&
	       mxw_is_digit(word.at[1]) && mxw_is_digit(word.at[2]) && text.size;
}

static bool is_number(struct mxw_text word)
{
	for (size_t i = 0; i < word.size; i++)
		if (!mxw_is_digit(word.at[i]))
			return false;
	return word.size > 0;
}

/* What the action says. false: it is not one, and then as good as DUNNO. */
static bool read_action(struct mxw_text action, enum mxw_says *says)
{
	static const struct {
		const char *word;
		enum mxw_says says;
	} rows[] = {
		{ "REJECT", MXW_SAYS_BLOCK },
		{ "DEFER", MXW_SAYS_BLOCK },
		{ "DROP", MXW_SAYS_BLOCK },
		{ "DISCARD", MXW_SAYS_BLOCK },
		{ "HANGUP", MXW_SAYS_BLOCK },
		{ "OK", MXW_SAYS_ALLOW },
		{ "PERMIT", MXW_SAYS_ALLOW },
		{ "RELAY", MXW_SAYS_ALLOW },
		{ "DUNNO", MXW_SAYS_EXCLUDE },
		{ "WARN", MXW_SAYS_EXCLUDE },
		{ "INFO", MXW_SAYS_EXCLUDE },
		{ "HOLD", MXW_SAYS_EXCLUDE },
		{ "FILTER", MXW_SAYS_EXCLUDE },
		{ "PREPEND", MXW_SAYS_EXCLUDE },
		{ "BCC", MXW_SAYS_EXCLUDE },
		{ "REDIRECT", MXW_SAYS_EXCLUDE },
		{ "DEFER_IF_PERMIT", MXW_SAYS_EXCLUDE },
		{ "DEFER_IF_REJECT", MXW_SAYS_EXCLUDE },
	};
	struct mxw_text word = mxw_text_word(&action);

	*says = MXW_SAYS_EXCLUDE;
	if (is_number(word) && !mxw_text_trim(action).size) {
		*says = MXW_SAYS_ALLOW;
		return true;
	}
	if (is_reply(word, mxw_text_trim(action))) {
		*says = MXW_SAYS_BLOCK;
		return true;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mxw_text_is_any_case(word, rows[i].word)) {
			*says = rows[i].says;
			return true;
		}
	return false;
}

/* Blanks and '!' in any number. */
static bool take_negations(struct mxw_text *text)
{
	bool negated = false;

	while (text->size && (text->at[0] == '!' || mxw_is_blank(text->at[0]))) {
		negated ^= text->at[0] == '!';
		*text = mxw_text_from(*text, 1);
	}
	return negated;
}

/* Without the brackets of "[2001:db8::1]" and "[2001:db8::]/32", which may be. */
static struct mxw_text without_brackets(struct mxw_text text, char *copy, size_t room)
{
	const char *end = text.size ? memchr(text.at, ']', text.size) : NULL;
	size_t inside, rest;

	if (!end || text.at[0] != '[' || text.size > room)
		return text;
	inside = (size_t)(end - text.at) - 1;
	rest = text.size - inside - 2;
	memcpy(copy, text.at + 1, inside);
	memcpy(copy + inside, end + 1, rest);
	return (struct mxw_text){ copy, inside + rest };
}

/* Postfix skips a network with host bits, so that it must not be widened here. Finer than a
 * /64 cannot be told from its /64. */
static const char *scan_network(struct mxw_text text, struct mxw_keys *keys)
{
	char copy[96];
	struct mxw_text network = without_brackets(text, copy, sizeof(copy)), address = network;
	struct mxw_keys start;
	const char *why = mxw_prefix_scan(network, keys);

	if (why)
		return why;
	address = mxw_text_until(&address, '/');
	if (!mxw_prefix_scan(address, &start) && start.first != keys->first)
		return "has bits set beyond its prefix length, so that Postfix skips it";
	return NULL;
}

static struct mxw_keys whole_family(struct mxw_keys like)
{
	return mxw_keys_are_ipv4(like) ? (struct mxw_keys){ 0, UINT32_MAX }
				       : (struct mxw_keys){ 1ULL << 32, UINT64_MAX };
}

static void append(struct pieces *pieces, uint64_t first, uint64_t last)
{
	if (pieces->count < sizeof(pieces->items) / sizeof(pieces->items[0]))
		pieces->items[pieces->count++] = (struct mxw_keys){ first, last };
}

/* Leaves of the pieces what the pattern matches. */
static void apply(struct pieces *pieces, const struct pattern *pattern)
{
	const struct pieces before = *pieces;
	uint64_t from = pattern->keys.first, to = pattern->keys.last;

	pieces->count = 0;
	for (size_t i = 0; i < before.count && !pattern->never; i++) {
		uint64_t first = before.items[i].first, last = before.items[i].last;

		if (mxw_keys_are_ipv4(pattern->keys) != mxw_keys_are_ipv4(before.items[i]))
			continue;
		if (!pattern->negated && first <= to && last >= from)
			append(pieces, first > from ? first : from, last < to ? last : to);
		if (pattern->negated && first < from)
			append(pieces, first, last < from ? last : from - 1);
		if (pattern->negated && last > to)
			append(pieces, first > to ? first : to + 1, last);
	}
}

/* The first line that matches wins, so each line only counts where no earlier one did. The
 * conditions around it narrow it; deeper ones than there is room for leave nothing of it. */
static int rule(struct mxw_reader *reader, const struct pattern *pattern, enum mxw_says says,
		struct mxw_err *err)
{
	struct table *table = reader->state;
	struct pieces pieces = { .items = { whole_family(pattern->keys) }, .count = 1 };
	int error = MXW_OK;

	apply(&pieces, pattern);
	for (size_t i = 0; i < table->depth && i < DEPTH_MAX; i++)
		apply(&pieces, &table->conditions[i]);
	if (table->depth > DEPTH_MAX)
		pieces.count = 0;
	if (table->rank < MXW_RANK_MAX)
		table->rank++;
	for (size_t i = 0; i < pieces.count && !error; i++) {
		struct mxw_claim claim = { says, pieces.items[i], table->rank };

		error = mxw_contest_add(&table->contest, reader, &claim, err);
		if (!error && says == MXW_SAYS_BLOCK)
			error = mxw_reader_put(reader, says, pieces.items[i]);
	}
	return error;
}

/* IF opens a block even where it cannot be read, so that its ENDIF does not close another. */
static int begin_block(struct mxw_reader *reader, struct mxw_text line, struct mxw_text rest)
{
	struct table *table = reader->state;
	struct pattern pattern = { .negated = take_negations(&rest) };
	const char *why = scan_network(mxw_text_trim(rest), &pattern.keys);

	if (!why && table->depth >= DEPTH_MAX)
		why = "IF is nested too deep: nothing within it counts";
	pattern.never = why != NULL;
	if (table->depth < DEPTH_MAX)
		table->conditions[table->depth] = pattern;
	table->depth++;
	return why ? mxw_reader_refuse(reader, line, why) : MXW_OK;
}

static bool begins_word(struct mxw_text line, const char *word)
{
	size_t size = strlen(word);

	return line.size >= size &&
	       mxw_text_is_any_case((struct mxw_text){ line.at, size }, word) &&
	       (line.size == size || strchr(" \t!", line.at[size]));
}

/* A line with those that go on in it. One that Postfix would leave to other restrictions is
 * taken for DUNNO: it takes addresses out and blocks none. */
static int logical_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct table *table = reader->state;
	struct mxw_text rest = line, network;
	struct pattern pattern = { 0 };
	enum mxw_says says;
	const char *why;
	int error;

	if (begins_word(line, "IF"))
		return begin_block(reader, line, mxw_text_from(line, 2));
	if (begins_word(line, "ENDIF")) {
		if (table->depth == 0)
			return mxw_reader_refuse(reader, line, "ENDIF without IF");
		table->depth--;
		return MXW_OK;
	}
	pattern.negated = take_negations(&rest);
	network = mxw_text_word(&rest);
	why = scan_network(network, &pattern.keys);
	if (!why && !mxw_text_trim(rest).size)
		why = "has no action, so that Postfix skips it";
	if (why)
		return mxw_reader_refuse(reader, line, why);
	error = read_action(rest, &says) ? MXW_OK
					 : mxw_reader_refuse(reader, line,
							     "no action that decides alone: "
							     "taken as DUNNO");
	return error ? error : rule(reader, &pattern, says, err);
}

static int end_pending(struct mxw_reader *reader, struct mxw_err *err)
{
	struct table *table = reader->state;
	struct mxw_text line = { table->pending, table->pending_size };
	uint64_t at_line = reader->at_line;
	int error = MXW_OK;

	reader->at_line = table->pending_line;
	line = mxw_text_trim(line);
	if (line.size)
		error = logical_line(reader, line, err);
	table->pending_size = 0;
	reader->at_line = at_line;
	return error;
}

/* A line that begins with a blank continues the one before, comments in between or not. */
static int table_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct table *table = reader->state;
	struct mxw_text trimmed = mxw_text_trim(line);
	size_t room;

	if (!trimmed.size || trimmed.at[0] == '#')
		return MXW_OK;
	if (!mxw_is_blank(line.at[0])) {
		int error = end_pending(reader, err);

		if (error)
			return error;
	}
	if (!table->pending_size)
		table->pending_line = reader->at_line;
	room = PENDING_MAX - table->pending_size;
	line.size = line.size < room ? line.size : room;
	memcpy(table->pending + table->pending_size, line.at, line.size);
	table->pending_size += line.size;
	return MXW_OK;
}

static int table_end(struct mxw_reader *reader, struct mxw_err *err)
{
	const struct table *table = reader->state;
	int error = end_pending(reader, err);

	return error ? error : mxw_contest_settle(&table->contest, reader, err);
}

const struct mxw_syntax mxw_syntax_postfix = {
	.open = table_open,
	.take = mxw_take_lines,
	.line = table_line,
	.end = table_end,
	.close = table_close,
};
