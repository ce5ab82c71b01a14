// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many entries, and many writers (userspace/state/{store,lock}.h): nothing that
 * a process was told is stored gets lost.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "state/intents.h"
#include "base/clock.h"
#include "state/lock.h"
#include "tests/unit/book.h"
#include "tests/unit/sandbox.h"

#define ENTRIES 200000
#define WRITERS 4
#define COMMANDS 50 /* of each writer */
#define MILLISECOND (MXW_SECOND / 1000)

/* The nth entry: half of them IPv4, a quarter IPv6 with the top bit, every eighth a /48. */
static struct mxw_prefix nth(uint64_t n)
{
	switch (n & 7) {
	case 0:
		return (struct mxw_prefix){ .key = 0x2003ULL << 48 | n << 16, .len = 48 };
	case 1:
		return (struct mxw_prefix){ .key = 0x2001ULL << 48 | n, .len = 64 };
	case 2:
	case 3:
		return (struct mxw_prefix){ .key = 0xfe80ULL << 48 | n, .len = 64 };
	default:
		return (struct mxw_prefix){ .key = 0x0a000000 + n, .len = 64 };
	}
}

struct walk {
	struct mxw_prefix last;
	uint64_t count;
};

static int check_order(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct walk *walk = context;
	int64_t key = (int64_t)intent->prefix.key, last = (int64_t)walk->last.key;

	(void)act;
	if (walk->count++ && (key < last || (key == last && intent->prefix.len <= walk->last.len)))
		return MXW_E_FAIL;
	walk->last = intent->prefix;
	return MXW_OK;
}

static int count_one(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	(void)intent;
	(void)act;
	++*(uint64_t *)context;
	return MXW_OK;
}

static void put_entries(struct mxw_store *store, struct mxw_err *err)
{
	int error = mxw_store_begin(store, err);

	for (uint64_t n = 0; n < ENTRIES && !error; n++) {
		const struct mxw_intent intent = { .class = MXW_CLASS_BLOCK, .prefix = nth(n) };

		error = mxw_store_put(store, &intent, 1, err);
	}
	error = error ? error : mxw_store_commit(store, err);
	if (error)
		fail_msg("%s", err->text);
}

static void many_entries_are_all_there(void **state)
{
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH];
	struct mxw_store *store = book_open(scratch_make(dir));
	struct walk walk = { .count = 0 };
	uint64_t exact, nets, found = 0;
	bool there;

	(void)state;
	put_entries(store, &err);
	mxw_store_close(store);
	store = book_open(dir);
	assert_int_equal(mxw_store_count(store, MXW_CLASS_BLOCK, &exact, &nets, &err), MXW_OK);
	assert_int_equal(exact, ENTRIES - ENTRIES / 8);
	assert_int_equal(nets, ENTRIES / 8);
	assert_int_equal(mxw_store_each(store, 0, check_order, &walk, &err), MXW_OK);
	assert_int_equal(walk.count, ENTRIES);
	for (uint64_t n = 0; n < ENTRIES; n += 997)
		(void)mxw_store_match(store, nth(n).key, 0, count_one, &found, &err);
	assert_int_equal(found, (ENTRIES + 996) / 997);
	assert_int_equal(mxw_store_begin(store, &err), MXW_OK);
	for (uint64_t n = 0; n < ENTRIES; n += 2) {
		const struct mxw_prefix prefix = nth(n);

		assert_int_equal(mxw_store_delete(store, MXW_CLASS_BLOCK, &prefix, &there, &err),
				 MXW_OK);
		assert_true(there);
	}
	assert_int_equal(mxw_store_commit(store, &err), MXW_OK);
	assert_int_equal(mxw_store_count(store, MXW_CLASS_BLOCK, &exact, &nets, &err), MXW_OK);
	assert_int_equal(exact + nets, ENTRIES / 2);
	mxw_store_close(store);
	scratch_remove(dir);
}

/*
 * One command: what is put depends on what is there, so two at once would put
 * the same, and one would be lost. Returns an exit code.
 */
static int count_and_put(const char *dir)
{
	struct mxw_err err = { 0 };
	struct mxw_store *store = NULL;
	struct mxw_intent intent = { .class = MXW_CLASS_BLOCK, .prefix = { .len = 64 } };
	uint64_t nets;
	int lock = mxw_lock(&err);
	int error = lock < 0 ? lock : mxw_store_open(dir, true, &store, &err);

	if (!error)
		error = mxw_store_count(store, MXW_CLASS_BLOCK, &intent.prefix.key, &nets, &err);
	if (!error)
		error = mxw_store_put(store, &intent, 1, &err);
	mxw_store_close(store);
	mxw_unlock(lock);
	if (error)
		(void)fprintf(stderr, "%s\n", err.text);
	return error ? 1 : 0;
}

static pid_t start_writer(const char *dir)
{
	pid_t pid = fork();
	int code = 0;

	if (pid)
		return pid;
	for (int i = 0; i < COMMANDS && !code; i++)
		code = count_and_put(dir);
	_exit(code);
}

static void writers_at_once_lose_nothing(void **state)
{
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH];
	struct mxw_store *store;
	uint64_t exact, nets;
	pid_t pids[WRITERS];
	int status;

	(void)state;
	sandbox_require();
	(void)scratch_make(dir);
	for (int i = 0; i < WRITERS; i++)
		pids[i] = start_writer(dir);
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	store = book_open(dir);
	assert_int_equal(mxw_store_count(store, MXW_CLASS_BLOCK, &exact, &nets, &err), MXW_OK);
	assert_int_equal(exact, WRITERS * COMMANDS);
	mxw_store_close(store);
	scratch_remove(dir);
}

/* A child that holds the lock, from before this returns, until it ends. */
static pid_t start_holder(useconds_t hold)
{
	struct mxw_err err;
	int ends[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (mxw_lock(&err) < 0 || write(ends[1], "", 1) != 1)
			_exit(1);
		(void)usleep(hold);
		_exit(0);
	}
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	(void)close(ends[0]);
	return pid;
}

static void the_lock_is_waited_for(void **state)
{
	static const struct {
		const char *name;
		bool killed; /* the holder, at once */
		uint64_t least, most; /* wanted wait, ns */
	} rows[] = {
		{ "until the holder is done", false, 200 * MILLISECOND, 20 * MXW_SECOND },
		{ "not for one that was killed", true, 0, 200 * MILLISECOND },
	};
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(rows); i++) {
		pid_t holder = start_holder(rows[i].killed ? 60000000 : 300000);
		uint64_t start, waited;
		int lock;

		if (rows[i].killed) {
			(void)kill(holder, SIGKILL);
			(void)waitpid(holder, NULL, 0);
		}
		start = mxw_clock_mono();
		lock = mxw_lock(&err);
		waited = mxw_clock_mono() - start;
		assert_true(lock >= 0);
		mxw_unlock(lock);
		if (waited < rows[i].least || waited > rows[i].most)
			fail_msg("row \"%s\": waited %llu ms", rows[i].name,
				 (unsigned long long)(waited / MILLISECOND));
		if (!rows[i].killed)
			(void)waitpid(holder, NULL, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_entries_are_all_there),
		cmocka_unit_test(writers_at_once_lose_nothing),
		cmocka_unit_test(the_lock_is_waited_for),
	};

	return cmocka_run_group_tests_name("store_many", tests, sandbox_enter, NULL);
}
