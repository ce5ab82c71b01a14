// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Carrying out automatic decisions. Called by the controller. The round of comparison is in
 * auto_round.c, the database in auto_batch.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/auto_inside.h"
#include "base/clock.h"
#include "policy/dnsbl_name.h"

#define MINUTE (60 * MXW_SECOND)
#define LOOKED_FOR_ROOM 32 /* entries, of which one makes room */

static const char *const whats[MXW_AUTO_WHATS] = { "blocked",	"renewed", "unblocked",
						   "withdrawn", "expired", "kept-back",
						   "repaired",	"removed", "evicted" };

const char *mxw_auto_what_name(enum mxw_auto_what what)
{
	return what < MXW_AUTO_WHATS ? whats[what] : "unknown";
}

struct mxw_auto_rules mxw_auto_default_rules(void)
{
	return (struct mxw_auto_rules){ .per_minute = 2000, .round = MINUTE, .most = 1000000 };
}

void mxw_auto_note(struct mxw_auto *a, const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args); /* cut is fine */
	va_end(args);
	if (a->events.note)
		a->events.note(a->events.context, sentence);
}

void mxw_auto_tell(struct mxw_auto *a, enum mxw_auto_what what, const struct mxw_auto_entry *entry,
		   const char *why, const char *who)
{
	const struct mxw_auto_change change = { .what = what,
						.source = entry->key,
						.until = entry->until,
						.score = entry->score,
						.why = why ? why : "",
						.who = who ? who : "mxwalld" };

	a->counts.change[what]++;
	if (a->events.changed)
		a->events.changed(a->events.context, &change);
}

void mxw_auto_forget_unsaved(struct mxw_auto *a)
{
	for (size_t i = 0; i < a->unsaved_count; i++)
		free(a->unsaved[i].why);
	a->unsaved_count = 0;
}

void mxw_auto_save(struct mxw_auto *a, const struct mxw_auto_entry *entry, bool gone,
		   const char *why)
{
	if (!a->path[0] || a->whole)
		return;
	if (a->unsaved_count == MXW_AUTO_UNSAVED) {
		mxw_auto_forget_unsaved(a);
		a->whole = true;
		return;
	}
	a->unsaved[a->unsaved_count++] =
		(struct mxw_auto_unsaved){ .key = entry->key,
					   .until = gone ? 0 : entry->until,
					   .lists = entry->lists,
					   .score = entry->score,
					   .why = why && *why ? strdup(why) : NULL };
}

static void set_budget(struct mxw_auto *a, const struct mxw_auto_rules *rules)
{
	if (rules->per_minute != a->rules.per_minute)
		mxw_budget_init(&a->per_minute, rules->per_minute, MINUTE);
}

void mxw_auto_set_rules(struct mxw_auto *a, const struct mxw_auto_rules *rules)
{
	set_budget(a, rules);
	a->rules = *rules;
}

int mxw_auto_open(const struct mxw_maps *maps, const struct mxw_auto_rules *rules, const char *path,
		  const struct mxw_auto_events *events, struct mxw_auto **out, struct mxw_err *err)
{
	struct mxw_auto *a = calloc(1, sizeof(*a));

	*out = a;
	if (!a)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	a->maps = maps;
	a->events = *events;
	mxw_budget_init(&a->per_minute, 0, MINUTE);
	mxw_auto_set_rules(a, rules);
	(void)snprintf(a->path, sizeof(a->path), "%s", path);
	a->unsaved = calloc(MXW_AUTO_UNSAVED, sizeof(*a->unsaved));
	if (!a->unsaved || mxw_auto_table_init(&a->table))
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	return MXW_OK;
}

void mxw_auto_close(struct mxw_auto *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->unsaved_count; i++)
		free(a->unsaved[i].why);
	free(a->unsaved);
	mxw_auto_store_close(a->store);
	mxw_auto_table_free(&a->table);
	free(a);
}

uint64_t mxw_auto_list(struct mxw_auto *a, const char *zone)
{
	char masked[MXW_DNSBL_ZONE_TEXT];

	(void)mxw_dnsbl_mask(zone, masked);
	for (unsigned int i = 0; i < a->names.count; i++)
		if (strcmp(a->names.name[i], masked) == 0)
			return 1ULL << i;
	if (a->names.count == MXW_AUTO_LISTS)
		return 1ULL << MXW_AUTO_LISTS;
	(void)snprintf(a->names.name[a->names.count], sizeof(a->names.name[0]), "%s", masked);
	return 1ULL << a->names.count++;
}

struct mxw_kernel_entry mxw_auto_kernel_entry(const struct mxw_auto *a,
					      const struct mxw_auto_entry *entry)
{
	return (struct mxw_kernel_entry){
		.prefix = { .key = entry->key, .len = MXW_KEY_BITS },
		.expires_ns = entry->until,
		.mode = a->rules.shadow ? MXW_ENTRY_SHADOW : MXW_ENTRY_ENFORCE,
	};
}

/* A new block: one more than an ordinary minute has is an alarm. */
static void count_block(struct mxw_auto *a, const struct mxw_auto_entry *entry, uint64_t now)
{
	if (mxw_budget_take(&a->per_minute, now, 0))
		return;
	a->counts.alarms++;
	if (a->events.alarm)
		a->events.alarm(a->events.context, entry->lists);
}

static bool put(struct mxw_auto *a, const struct mxw_auto_entry *entry)
{
	const struct mxw_kernel_entry kernel = mxw_auto_kernel_entry(a, entry);
	struct mxw_err err;

	if (mxw_entries_put(a->maps, MXW_CLASS_AUTO, &kernel, 1, NULL, &err) == MXW_OK) {
		a->said_full = false;
		return true;
	}
	a->counts.refused++;
	if (!a->said_full)
		mxw_auto_note(a, "%s", err.text);
	a->said_full = true;
	return false;
}

static void set_state(struct mxw_auto *a, struct mxw_auto_entry *entry, enum mxw_auto_state state)
{
	if (entry->state == MXW_AUTO_WAITING)
		a->counts.waiting--;
	if (state == MXW_AUTO_WAITING)
		a->counts.waiting++;
	entry->state = (uint8_t)state;
}

bool mxw_auto_enforce(struct mxw_auto *a, struct mxw_auto_entry *entry, uint64_t now)
{
	bool first = !entry->state, is_new = entry->state != MXW_AUTO_IN_FORCE;
	bool done = put(a, entry);

	set_state(a, entry, done ? MXW_AUTO_IN_FORCE : MXW_AUTO_WAITING);
	if (done && is_new)
		count_block(a, entry, now);
	if (!done && first)
		mxw_auto_tell(a, MXW_AUTO_KEPT_BACK, entry, "the kernel refused it", NULL);
	return done;
}

void mxw_auto_end(struct mxw_auto *a, struct mxw_auto_entry *entry, enum mxw_auto_what what,
		  const char *why)
{
	const struct mxw_prefix prefix = { .key = entry->key, .len = MXW_KEY_BITS };
	bool was_in_force = entry->state == MXW_AUTO_IN_FORCE;

	if (was_in_force && mxw_entries_delete(a->maps, MXW_CLASS_AUTO, &prefix, 1, NULL) != MXW_OK)
		a->counts.refused++; /* the round finds it again */
	if (was_in_force) {
		mxw_auto_save(a, entry, true, NULL);
		mxw_auto_tell(a, what, entry, why, NULL);
	}
	set_state(a, entry, (enum mxw_auto_state)0);
	mxw_auto_table_remove(&a->table, entry);
	a->counts.entries = a->table.count;
}

/* Which of two makes room: one of a source that may be forged, else the one that ends first. */
static bool goes_before(const struct mxw_auto_entry *entry, const struct mxw_auto_entry *other)
{
	return entry->present != other->present ? other->present : entry->until < other->until;
}

/* Of a few entries, takes out the one that is worth least. It looks at other ones each time, so that
 * nobody who has very many sources can choose which entry goes. */
static void make_room(struct mxw_auto *a)
{
	struct mxw_auto_entry *least = NULL;

	for (unsigned int looked = 0; looked < LOOKED_FOR_ROOM;) {
		struct mxw_auto_entry *entry = &a->table.slots[a->hand++ & a->table.mask];

		if (!entry->key)
			continue;
		if (!least || goes_before(entry, least))
			least = entry;
		looked++;
	}
	mxw_auto_end(a, least, MXW_AUTO_EVICTED,
		     "another source took its place: all places are in use");
}

/* Puts a block in force, or makes the one there is last longer. Whatever fails lets the source
 * pass: no memory, no room, a kernel that refuses. */
static void block(struct mxw_auto *a, const struct mxw_auto_order *order, uint64_t now)
{
	struct mxw_auto_entry *entry = mxw_auto_table_find(&a->table, order->source);
	bool renewed = entry && entry->state == MXW_AUTO_IN_FORCE;

	if (!entry && a->table.count && a->table.count >= a->rules.most)
		make_room(a);
	if (!entry)
		entry = mxw_auto_table_put(&a->table, order->source);
	if (!entry)
		return; /* no memory: passes */
	a->counts.entries = a->table.count;
	entry->until = order->sanction->until;
	entry->refresh = order->sanction->refresh;
	entry->lists = order->lists;
	entry->score = order->sanction->score;
	entry->present |= order->present;
	if (!mxw_auto_enforce(a, entry, now))
		return;
	mxw_auto_save(a, entry, false, order->sanction->why);
	mxw_auto_tell(a, renewed ? MXW_AUTO_RENEWED : MXW_AUTO_BLOCKED, entry, order->sanction->why,
		      order->who);
}

void mxw_auto_decide(struct mxw_auto *a, const struct mxw_auto_order *order, uint64_t now)
{
	bool drop = order->sanction->rung == MXW_RUNG_DROP && order->sanction->until > now;
	bool never = drop && mxw_entries_cover(a->maps, MXW_CLASS_NEVER, order->source, now);
	struct mxw_auto_entry *entry;

	if (drop && !never) {
		block(a, order, now);
		return;
	}
	entry = mxw_auto_table_find(&a->table, order->source);
	if (entry && (never || entry->state == MXW_AUTO_WAITING ||
		      !mxw_sanction_keeps(MXW_RUNG_DROP, entry->until, order->sanction, now)))
		mxw_auto_end(a, entry, MXW_AUTO_UNBLOCKED, order->sanction->why);
}

size_t mxw_auto_withdraw(struct mxw_auto *a, uint64_t lists, const char *why)
{
	size_t count = 0, i = 0;

	while (i <= a->table.mask) {
		struct mxw_auto_entry *entry = &a->table.slots[i];

		/* Another may move into the slot, so it is looked at again. */
		if (entry->key && entry->lists & lists) {
			mxw_auto_end(a, entry, MXW_AUTO_WITHDRAWN, why);
			count++;
		} else {
			i++;
		}
	}
	return count;
}

bool mxw_auto_stands(const struct mxw_auto *a, uint64_t source, uint64_t now, uint64_t *until)
{
	const struct mxw_auto_entry *entry = mxw_auto_table_find(&a->table, source);

	if (!entry || entry->state != MXW_AUTO_IN_FORCE || entry->until <= now)
		return false;
	*until = entry->until;
	return true;
}

struct mxw_auto_counts mxw_auto_counts(const struct mxw_auto *a)
{
	struct mxw_auto_counts counts = a->counts;

	counts.unsaved = a->unsaved_count;
	counts.storing = !a->failed && a->path[0];
	return counts;
}
