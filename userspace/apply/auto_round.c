// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The round that compares the entries that should be in force with those that the kernel has, a
 * part each second and both ways, so that no entry is missing and none is too much. Called by the controller.
 */
#include "apply/auto_inside.h"
#include "base/clock.h"
#include "datapath/hint_marks.h"
#include "datapath/hints.h"

#define ASK_AGAIN (30 * MXW_SECOND) /* while the answer about an active source is out */

/* An entry without its mark in the hint table is not seen by the program. A rebuild of the
 * table beside the controller may cost one its mark. */
static void check_marks(struct mxw_auto *a)
{
	uint64_t overlooked = 0;

	if (a->looked_count && (mxw_hints_overlooked(a->maps, MXW_CLASS_AUTO, a->looked,
						     a->looked_count, &overlooked, NULL) ||
				overlooked)) {
		(void)mxw_hints_mark(a->maps, MXW_CLASS_AUTO, a->looked, a->looked_count, NULL);
		a->counts.drift += overlooked;
		a->matched -= overlooked;
	}
	a->looked_count = 0;
}

/* A live entry that is meant to be in force: is it, and does its source still come? */
static void compare(struct mxw_auto *a, struct mxw_auto_entry *entry, uint64_t now)
{
	const struct mxw_kernel_entry want = mxw_auto_kernel_entry(a, entry);
	struct mxw_kernel_entry have;

	a->checked++;
	if (mxw_entries_get(a->maps, MXW_CLASS_AUTO, &want.prefix, &have) &&
	    have.expires_ns == want.expires_ns && have.mode == want.mode) {
		a->matched++;
		a->looked[a->looked_count++] = want;
		if (a->looked_count == MXW_AUTO_LOOKED)
			check_marks(a);
		if (entry->refresh > now || !have.hits)
			return;
		entry->refresh = now + ASK_AGAIN;
		if (a->events.active)
			a->events.active(a->events.context, entry->key);
		return;
	}
	a->counts.drift++;
	if (mxw_auto_enforce(a, entry, now))
		mxw_auto_tell(a, MXW_AUTO_REPAIRED, entry,
			      "the kernel had it with another end or mode", NULL);
}

/* Returns whether the slot has to be looked at again, since another may have moved there. */
static bool visit(struct mxw_auto *a, struct mxw_auto_entry *entry, uint64_t now)
{
	if (!entry->key)
		return false;
	if (entry->until <= now) {
		mxw_auto_end(a, entry, MXW_AUTO_EXPIRED, "its time is over");
		return true;
	}
	if (entry->state == MXW_AUTO_IN_FORCE) {
		compare(a, entry, now);
	} else if (mxw_auto_enforce(a, entry, now)) {
		mxw_auto_save(a, entry, false, "");
		mxw_auto_tell(a, MXW_AUTO_BLOCKED, entry, "there is room for it again", NULL);
	}
	return false;
}

/* How many of total belong to the time since the last tick. */
static size_t portion(const struct mxw_auto *a, size_t total, uint64_t now)
{
	uint64_t passed = a->ticked ? now - a->ticked : MXW_SECOND;

	if (passed >= a->rules.round)
		return total;
	return (size_t)((double)total * (double)passed / (double)a->rules.round) + 1;
}

static void end_round(struct mxw_auto *a)
{
	a->at = 0;
	a->counts.checked = a->checked;
	a->counts.matched = a->matched;
	a->checked = 0;
	a->matched = 0;
}

static void walk_table(struct mxw_auto *a, uint64_t now)
{
	for (size_t left = portion(a, a->table.mask + 1, now); left; left--) {
		while (a->at <= a->table.mask && visit(a, &a->table.slots[a->at], now))
			;
		if (++a->at > a->table.mask) {
			check_marks(a);
			end_round(a);
			return;
		}
	}
	check_marks(a);
}

/* An entry that the kernel has. One that should not be there is removed, and reported unless it has
 * ended. */
static void seen(void *context, const struct mxw_kernel_entry *kernel)
{
	struct mxw_auto *a = context;
	const struct mxw_auto_entry *entry = mxw_auto_table_find(&a->table, kernel->prefix.key);
	const struct mxw_auto_entry extra = { .key = kernel->prefix.key,
					      .until = kernel->expires_ns };

	if (entry && entry->state == MXW_AUTO_IN_FORCE)
		return;
	if (mxw_entries_delete(a->maps, MXW_CLASS_AUTO, &kernel->prefix, 1, NULL) != MXW_OK ||
	    (kernel->expires_ns && kernel->expires_ns <= a->ticked))
		return;
	a->counts.drift++;
	mxw_auto_tell(a, MXW_AUTO_REMOVED, &extra, "nobody means it", NULL);
}

void mxw_auto_tick(struct mxw_auto *a, uint64_t now)
{
	size_t kernel = portion(a, a->table.count + a->table.count / 4 + 1024, now);

	walk_table(a, now);
	a->ticked = now;
	mxw_entries_walk(a->maps, MXW_CLASS_AUTO, &a->cursor, kernel, seen, a);
}

double mxw_auto_enforced_ratio(const struct mxw_auto *a)
{
	return a->counts.checked ? (double)a->counts.matched / (double)a->counts.checked : 1.0;
}
