// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries as text. Called by the tests of state and apply.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "state/intents.h"
#include "datapath/entries.h"
#include "tests/unit/book.h"

void must(int error, const struct mxw_err *err)
{
	if (error)
		fail_msg("%d: %s", error, err->text);
}

void expect_text(const char *row, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		fail_msg("row \"%s\": got\n%swanted\n%s", row, got, want);
}

void expect_number(const char *row, const char *what, uint64_t got, uint64_t want)
{
	if (got != want)
		fail_msg("row \"%s\": %s is %" PRIu64 ", wanted %" PRIu64, row, what, got, want);
}

void expect_sentence(const char *row, const struct mxw_err *err, const char *want)
{
	if (!strstr(err->text, want))
		fail_msg("row \"%s\": the sentence is \"%s\", wanted \"%s\" in it", row, err->text,
			 want);
}

struct mxw_prefix prefix_of(const char *text)
{
	struct mxw_err err = { 0 };
	struct mxw_prefix prefix;

	if (mxw_prefix_parse(text, &prefix, NULL, &err))
		fail_msg("%s", err.text);
	return prefix;
}

struct mxw_intent intent_of(const struct line *line)
{
	return (struct mxw_intent){ .class = (uint8_t)line->class,
				    .prefix = prefix_of(line->prefix),
				    .mode = (uint8_t)line->mode,
				    .expires_ns = line->expires_ns };
}

struct mxw_store *book_open(const char *dir)
{
	struct mxw_err err = { 0 };
	struct mxw_store *store;

	if (mxw_store_open(dir, true, &store, &err))
		fail_msg("the store does not open: %s", err.text);
	return store;
}

void shelf_begin(struct shelf *shelf)
{
	*shelf = (struct shelf){ 0 };
	shelf->store = book_open(scratch_make(shelf->dir));
}

void shelf_end(struct shelf *shelf)
{
	mxw_store_close(shelf->store);
	scratch_remove(shelf->dir);
}

void shelf_must(const struct shelf *shelf, int error)
{
	must(error, &shelf->err);
}

int64_t book_put(struct mxw_store *store, const struct line *lines, const char *who,
		 const char *why)
{
	struct mxw_act act = { .when = 1 };
	struct mxw_err err = { 0 };
	int64_t id;

	(void)snprintf(act.who, sizeof(act.who), "%s", who);
	(void)snprintf(act.why, sizeof(act.why), "%s", why);
	if (mxw_store_act(store, &act, &id, &err))
		fail_msg("the act is refused: %s", err.text);
	for (; lines->prefix; lines++) {
		const struct mxw_intent intent = intent_of(lines);

		if (mxw_store_put(store, &intent, id, &err))
			fail_msg("%s is refused: %s", lines->prefix, err.text);
	}
	return id;
}

/* Text that grows in a buffer of BOOK_TEXT bytes. */
struct book {
	char *out;
	uint64_t origin;
};

static void write_line(struct book *book, unsigned int class, const struct mxw_kernel_entry *entry)
{
	size_t used = strlen(book->out);
	char prefix[MXW_ADDR_TEXT], until[32] = "";

	if (entry->expires_ns)
		(void)snprintf(until, sizeof(until), " until %" PRId64,
			       (int64_t)(entry->expires_ns - book->origin));
	(void)snprintf(book->out + used, BOOK_TEXT - used, "%s %s%s%s\n", mxw_class_name(class),
		       mxw_prefix_format(&entry->prefix, prefix),
		       entry->mode == MXW_ENTRY_SHADOW ? " shadow" : "", until);
}

static int write_intent(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	const struct mxw_kernel_entry entry = { .prefix = intent->prefix,
						.expires_ns = intent->expires_ns,
						.mode = intent->mode };

	(void)act;
	write_line(context, intent->class, &entry);
	return MXW_OK;
}

void book_of_store(struct mxw_store *store, uint64_t now, uint64_t origin, char out[BOOK_TEXT])
{
	struct book book = { .out = out, .origin = origin };
	struct mxw_err err = { 0 };

	out[0] = '\0';
	if (mxw_store_each(store, now, write_intent, &book, &err))
		fail_msg("the store cannot be read: %s", err.text);
}

/* As SQLite orders them: keys are signed there. */
static int compare_entries(const void *a, const void *b)
{
	const struct mxw_prefix *x = &((const struct mxw_kernel_entry *)a)->prefix;
	const struct mxw_prefix *y = &((const struct mxw_kernel_entry *)b)->prefix;

	if (x->key != y->key)
		return (int64_t)x->key < (int64_t)y->key ? -1 : 1;
	return (int)x->len - (int)y->len;
}

void book_of_maps(const struct mxw_maps *maps, uint64_t origin, char out[BOOK_TEXT])
{
	struct book book = { .out = out, .origin = origin };
	struct mxw_err err = { 0 };

	out[0] = '\0';
	for (int class = MXW_CLASS_ALLOW; class <= MXW_CLASS_BLOCK; class ++) {
		struct mxw_kernel_entry *entries;
		size_t count;

		if (mxw_entries_read(maps, (enum mxw_class) class, &entries, &count, &err))
			fail_msg("the maps cannot be read: %s", err.text);
		if (count)
			qsort(entries, count, sizeof(*entries), compare_entries);
		for (size_t i = 0; i < count; i++)
			write_line(&book, (unsigned int)class, &entries[i]);
		free(entries);
	}
}
