/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries as text, so that a table can show what a store or a map holds: one
 * line for each, "block 192.0.2.0/24 shadow until 90", in the order in which the
 * store lists them. Failures end the running cmocka test.
 */
#ifndef MXW_TESTS_BOOK_H
#define MXW_TESTS_BOOK_H

#include "base/addr.h"
#include "datapath/pins.h"
#include "state/store.h"
#include "tests/unit/sandbox.h"

#define BOOK_TEXT 4096
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One entry in a table row. A NULL prefix ends a list of them. */
struct line {
	enum mxw_class class;
	const char *prefix; /* as for mxw_prefix_parse() */
	enum mxw_entry_mode mode;
	uint64_t expires_ns; /* 0 = does not */
};

/* Initialisers for struct line. clang-format takes them for blocks. */
/* clang-format off */
#define ALLOW(text, ...) { .class = MXW_CLASS_ALLOW, .prefix = (text), __VA_ARGS__ }
#define BLOCK(text, ...) { .class = MXW_CLASS_BLOCK, .prefix = (text), __VA_ARGS__ }
/* clang-format on */
#define SHADOW .mode = MXW_ENTRY_SHADOW
#define UNTIL(ns) .expires_ns = (ns)

struct mxw_prefix prefix_of(const char *text);
struct mxw_intent intent_of(const struct line *line);

/* Opens the store of a directory for writing. */
struct mxw_store *book_open(const char *dir);

/* A new store in a directory of its own. */
struct shelf {
	char dir[SCRATCH_PATH];
	struct mxw_store *store;
	struct mxw_err err;
};

void shelf_begin(struct shelf *shelf);
void shelf_end(struct shelf *shelf);

/* Fails the test with the sentence in shelf->err if error is one. */
void shelf_must(const struct shelf *shelf, int error);

/* Puts lines, up to a NULL prefix, under one act of who and why; returns its id. */
int64_t book_put(struct mxw_store *store, const struct line *lines, const char *who,
		 const char *why);

/* What the store holds that lives at now. Expiries are shown minus origin. */
void book_of_store(struct mxw_store *store, uint64_t now, uint64_t origin, char out[BOOK_TEXT]);

/* What the kernel's allow and block maps hold, expired ones too. */
void book_of_maps(const struct mxw_maps *maps, uint64_t origin, char out[BOOK_TEXT]);

/* Fails the test with the sentence if error is one. */
void must(int error, const struct mxw_err *err);

/* Whether the text that a sentence must contain is there. */
void expect_sentence(const char *row, const struct mxw_err *err, const char *want);
void expect_text(const char *row, const char *got, const char *want);
void expect_number(const char *row, const char *what, uint64_t got, uint64_t want);

#endif
