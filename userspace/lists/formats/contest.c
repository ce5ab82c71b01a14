// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which of overlapping lines decides. Called by the readers of rbldnsd's, ipset's and
 * Postfix's formats.
 */
#include <stdlib.h>

#include "base/buffer.h"
#include "lists/formats/contest.h"

struct mxw_contender4 {
	uint32_t first, last;
	uint32_t strength; /* rank and what it says; the lowest wins */
	uint32_t line;
};

struct mxw_contender6 {
	uint64_t first, last;
	uint32_t strength, line;
};

/* Those that matter: everything but the blocks that nobody speaks against. */
struct field {
	struct mxw_contender6 *items;
	size_t count, room;
	struct mxw_keys *hulls; /* ascending, disjoint: where something else than a block is */
	size_t hull_count;
	size_t *heap; /* of indices into items, the strongest on top */
	size_t heap_count;
	struct mxw_keys won; /* not yet told, because it may go on */
	uint32_t won_strength, won_line;
	bool has_won;
	/* Takes the addresses that were won, by what is said of them; NULL: the sink gets them, without the
	 * blocks. */
	struct mxw_ranges *gathered;
};

static enum mxw_says says_of(uint32_t strength)
{
	return (enum mxw_says)(MXW_SAYS_EXCLUDE - (strength & 3));
}

static void *room_for_one(struct mxw_contest *contest, bool ipv4)
{
	if (ipv4)
		return mxw_grow((void **)&contest->v4, contest->v4_count, &contest->v4_room,
				sizeof(*contest->v4));
	return mxw_grow((void **)&contest->v6, contest->v6_count, &contest->v6_room,
			sizeof(*contest->v6));
}

int mxw_contest_add(struct mxw_contest *contest, const struct mxw_reader *reader,
		    const struct mxw_claim *claim, struct mxw_err *err)
{
	uint32_t line = reader->at_line > UINT32_MAX ? UINT32_MAX : (uint32_t)reader->at_line;
	uint32_t strength = claim->rank << 2 | (MXW_SAYS_EXCLUDE - (uint32_t)claim->says);
	bool ipv4 = mxw_keys_are_ipv4(claim->keys);
	void *place = room_for_one(contest, ipv4);

	if (!place)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the lines of a list");
	if (ipv4) {
		*(struct mxw_contender4 *)place =
			(struct mxw_contender4){ (uint32_t)claim->keys.first,
						 (uint32_t)claim->keys.last, strength, line };
		contest->v4_count++;
	} else {
		*(struct mxw_contender6 *)place = (struct mxw_contender6){ claim->keys.first,
									   claim->keys.last,
									   strength, line };
		contest->v6_count++;
	}
	contest->others += claim->says != MXW_SAYS_BLOCK;
	return MXW_OK;
}

int mxw_contest_put_prefix(struct mxw_contest *contest, struct mxw_reader *reader,
			   enum mxw_says says, struct mxw_keys keys, struct mxw_err *err)
{
	uint64_t host = keys.last - keys.first; /* ones where the prefix leaves bits open */
	struct mxw_claim claim = { says, keys, host ? 64 - (uint32_t)__builtin_clzll(host) : 0 };
	int error = mxw_contest_add(contest, reader, &claim, err);

	if (!error && says == MXW_SAYS_BLOCK)
		error = mxw_reader_put(reader, says, keys);
	return error;
}

static struct mxw_contender6 contender(const struct mxw_contest *contest, size_t i)
{
	const struct mxw_contender4 *v4;

	if (i >= contest->v4_count)
		return contest->v6[i - contest->v4_count];
	v4 = &contest->v4[i];
	return (struct mxw_contender6){ v4->first, v4->last, v4->strength, v4->line };
}

static int by_first(const void *a, const void *b)
{
	const struct mxw_contender6 *x = a, *y = b;

	return x->first == y->first ? 0 : x->first < y->first ? -1 : 1;
}

static bool enter(struct field *field, const struct mxw_contender6 *item)
{
	struct mxw_contender6 *place =
		mxw_grow((void **)&field->items, field->count, &field->room, sizeof(*item));

	if (!place)
		return false;
	*place = *item;
	field->count++;
	return true;
}

/* The items so far, which no block is among, as disjoint hulls. */
static bool make_hulls(struct field *field)
{
	if (!field->items)
		return false;
	qsort(field->items, field->count, sizeof(*field->items), by_first);
	field->hulls = calloc(field->count, sizeof(*field->hulls));
	if (!field->hulls)
		return false;
	for (size_t i = 0; i < field->count; i++) {
		const struct mxw_contender6 *item = &field->items[i];
		struct mxw_keys *hull = field->hull_count ? &field->hulls[field->hull_count - 1]
							  : NULL;

		if (!hull || item->first > hull->last)
			field->hulls[field->hull_count++] =
				(struct mxw_keys){ item->first, item->last };
		else if (item->last > hull->last)
			hull->last = item->last;
	}
	return true;
}

static bool meets_hull(const struct field *field, const struct mxw_contender6 *item)
{
	size_t low = 0, high = field->hull_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (field->hulls[middle].last < item->first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < field->hull_count && field->hulls[low].first <= item->last;
}

/* Only blocks that meet an exclusion or an allow have to compete for addresses. All others are
 * left out, which for most lists is nearly all of them. */
static bool fill(struct field *field, const struct mxw_contest *contest)
{
	size_t count = contest->v4_count + contest->v6_count;

	for (size_t i = 0; i < count; i++) {
		struct mxw_contender6 item = contender(contest, i);

		if (says_of(item.strength) != MXW_SAYS_BLOCK && !enter(field, &item))
			return false;
	}
	if (!make_hulls(field))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct mxw_contender6 item = contender(contest, i);

		if (says_of(item.strength) == MXW_SAYS_BLOCK && meets_hull(field, &item) &&
		    !enter(field, &item))
			return false;
	}
	qsort(field->items, field->count, sizeof(*field->items), by_first);
	field->heap = calloc(field->count, sizeof(*field->heap));
	return field->heap != NULL;
}

static bool stronger(const struct field *field, size_t a, size_t b)
{
	return field->items[field->heap[a]].strength < field->items[field->heap[b]].strength;
}

static void exchange(struct field *field, size_t a, size_t b)
{
	size_t kept = field->heap[a];

	field->heap[a] = field->heap[b];
	field->heap[b] = kept;
}

static void push(struct field *field, size_t item)
{
	size_t at = field->heap_count++;

	field->heap[at] = item;
	for (; at && stronger(field, at, (at - 1) / 2); at = (at - 1) / 2)
		exchange(field, at, (at - 1) / 2);
}

static void pop(struct field *field)
{
	size_t at = 0;

	field->heap[0] = field->heap[--field->heap_count];
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= field->heap_count)
			return;
		if (child + 1 < field->heap_count && stronger(field, child + 1, child))
			child++;
		if (!stronger(field, child, at))
			return;
		exchange(field, child, at);
		at = child;
	}
}

static int gather(struct mxw_ranges *ranges, struct mxw_keys keys)
{
	if (mxw_keys_are_ipv4(keys))
		return mxw_ranges_add4(
			ranges, (struct mxw_range4){ (uint32_t)keys.first, (uint32_t)keys.last },
			NULL);
	return mxw_ranges_add6(ranges, (struct mxw_range6){ keys.first, keys.last }, NULL);
}

static int tell(struct field *field, struct mxw_reader *reader)
{
	enum mxw_says says = says_of(field->won_strength);

	if (field->has_won && field->gathered)
		return gather(&field->gathered[says], field->won);
	if (!field->has_won || says == MXW_SAYS_BLOCK)
		return MXW_OK;
	reader->at_line = field->won_line;
	return mxw_reader_put(reader, says, field->won);
}

/* The winner of a stretch. Told when the next is another. */
static int win(struct field *field, struct mxw_keys keys, struct mxw_reader *reader)
{
	const struct mxw_contender6 *item = &field->items[field->heap[0]];
	int error;

	if (field->has_won && says_of(item->strength) == says_of(field->won_strength) &&
	    item->line == field->won_line && keys.first == field->won.last + 1) {
		field->won.last = keys.last;
		return MXW_OK;
	}
	error = tell(field, reader);
	field->won = keys;
	field->won_strength = item->strength;
	field->won_line = item->line;
	field->has_won = true;
	return error;
}

/* From the lowest address up; between two stretches either something begins or the
 * strongest ends. IPv4 and IPv6 never share an item, and so never a stretch. */
static int sweep(struct field *field, struct mxw_reader *reader)
{
	uint64_t at = 0;
	size_t next = 0;
	int error = MXW_OK;

	while (!error) {
		uint64_t end;

		while (field->heap_count && field->items[field->heap[0]].last < at)
			pop(field);
		if (!field->heap_count && next == field->count)
			break;
		if (!field->heap_count)
			at = field->items[next].first;
		while (next < field->count && field->items[next].first <= at)
			push(field, next++);
		end = field->items[field->heap[0]].last;
		if (next < field->count && field->items[next].first <= end)
			end = field->items[next].first - 1;
		error = win(field, (struct mxw_keys){ at, end }, reader);
		if (end == UINT64_MAX)
			break;
		at = end + 1;
	}
	return error ? error : tell(field, reader);
}

int mxw_contest_settle(const struct mxw_contest *contest, struct mxw_reader *reader,
		       struct mxw_err *err)
{
	struct field field = { 0 };
	int error;

	if (!contest->others)
		return MXW_OK;
	if (fill(&field, contest))
		error = sweep(&field, reader);
	else
		error = mxw_fail(err, MXW_E_FAIL, "out of memory for the exceptions of a list");
	free(field.items);
	free(field.hulls);
	free(field.heap);
	return error;
}

/* The blocks that nothing in their set speaks against. */
static int gather_free(const struct field *field, const struct mxw_contest *contest)
{
	size_t count = contest->v4_count + contest->v6_count;
	int error = MXW_OK;

	for (size_t i = 0; i < count && !error; i++) {
		struct mxw_contender6 item = contender(contest, i);

		if (says_of(item.strength) == MXW_SAYS_BLOCK && !meets_hull(field, &item))
			error = gather(&field->gathered[MXW_SAYS_BLOCK],
				       (struct mxw_keys){ item.first, item.last });
	}
	return error;
}

static int gather_all(const struct mxw_contest *contest, struct mxw_reader *reader,
		      struct mxw_ranges gathered[MXW_SAYS_EXCLUDE + 1], struct mxw_err *err)
{
	struct field field = { .gathered = gathered };
	int error = contest->others && !fill(&field, contest) ? MXW_E_FAIL : MXW_OK;

	if (!error)
		error = gather_free(&field, contest);
	if (!error && contest->others)
		error = sweep(&field, reader);
	free(field.items);
	free(field.hulls);
	free(field.heap);
	return error ? mxw_fail(err, MXW_E_FAIL, "out of memory for the exceptions of a list")
		     : MXW_OK;
}

/* Puts the exclusions that no set's blocks cover. */
static int put_exclusions(const struct mxw_ranges *gathered, struct mxw_reader *reader,
			  struct mxw_err *err)
{
	struct mxw_ranges rest = { 0 };
	int error = mxw_ranges_subtract(&gathered[MXW_SAYS_EXCLUDE], &gathered[MXW_SAYS_BLOCK],
					&rest, err);

	for (size_t i = 0; i < rest.v4_count && !error; i++)
		error = mxw_reader_put(reader, MXW_SAYS_EXCLUDE,
				       (struct mxw_keys){ rest.v4[i].first, rest.v4[i].last });
	for (size_t i = 0; i < rest.v6_count && !error; i++)
		error = mxw_reader_put(reader, MXW_SAYS_EXCLUDE,
				       (struct mxw_keys){ rest.v6[i].first, rest.v6[i].last });
	mxw_ranges_free(&rest);
	return error;
}

static int settle_several(const struct mxw_contest *const *contests, size_t count,
			  struct mxw_reader *reader, struct mxw_err *err)
{
	struct mxw_ranges gathered[MXW_SAYS_EXCLUDE + 1] = { { 0 } };
	int error = MXW_OK;

	for (size_t i = 0; i < count && !error; i++)
		error = gather_all(contests[i], reader, gathered, err);
	for (int i = 0; i <= MXW_SAYS_EXCLUDE && !error; i++)
		error = mxw_ranges_settle(&gathered[i], NULL, err);
	if (!error)
		error = put_exclusions(gathered, reader, err);
	for (int i = 0; i <= MXW_SAYS_EXCLUDE; i++)
		mxw_ranges_free(&gathered[i]);
	return error;
}

int mxw_contests_settle(const struct mxw_contest *const *contests, size_t count,
			struct mxw_reader *reader, struct mxw_err *err)
{
	size_t with_others = 0;

	for (size_t i = 0; i < count; i++)
		with_others += contests[i]->others > 0;
	if (!with_others)
		return MXW_OK;
	if (count > 1)
		return settle_several(contests, count, reader, err);
	return mxw_contest_settle(contests[0], reader, err);
}

void mxw_contest_free(struct mxw_contest *contest)
{
	free(contest->v4);
	free(contest->v6);
	*contest = (struct mxw_contest){ 0 };
}
