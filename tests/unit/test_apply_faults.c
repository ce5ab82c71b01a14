// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A change that is killed, or refused by the kernel, at any of its calls into
 * SQLite and the maps (C3, C9, C10): the next command finds all of it or nothing
 * in the store, and the maps the same.
 *
 * The functions of libbpf and SQLite below stand in front of the real ones.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "apply/reconcile.h"
#include "datapath/entries.h"
#include "tests/unit/attached.h"
#include "tests/unit/faults.h"
#include "tests/unit/sandbox.h"

/* The fault to come, one a process. */
static struct {
	int countdown; /* 1 = at the next call; 0 = none */
	int code; /* errno of a refused map call; 0 = the process dies */
	int singles; /* addresses written one by one */
} fault;

/* Setup of every test: a failed one before may have left a fault. */
static int calm(void **state)
{
	(void)state;
	memset(&fault, 0, sizeof(fault));
	faults_in_batches(0, 0);
	return 0;
}

/* Whether this call is the one that fails. */
static bool strikes(void)
{
	if (!fault.countdown || --fault.countdown)
		return false;
	if (!fault.code)
		(void)kill(getpid(), SIGKILL);
	errno = fault.code;
	return true;
}

static bool is_hash(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.type == BPF_MAP_TYPE_HASH;
}

int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	fault.singles += is_hash(fd);
	return strikes() ? -errno : REAL(bpf_map_update_elem)(fd, key, value, flags);
}

int bpf_map_delete_elem(int fd, const void *key)
{
	return strikes() ? -errno : REAL(bpf_map_delete_elem)(fd, key);
}

int bpf_map_update_batch(int fd, const void *keys, const void *values, __u32 *count,
			 const struct bpf_map_batch_opts *opts)
{
	return strikes() ? -errno : faults_update_batch(fd, keys, values, count, opts);
}

int sqlite3_step(sqlite3_stmt *stmt)
{
	/* A failing disk is test_store_file's; here the process may die. */
	if (!fault.code)
		(void)strikes();
	return REAL(sqlite3_step)(stmt);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*callback)(void *, int, char **, char **),
		 void *context, char **message)
{
	if (!fault.code)
		(void)strikes();
	return REAL(sqlite3_exec)(db, sql, callback, context, message);
}

/* clang-format off */
#define ADD_ALLOW(text, ...) { .class = MXW_CLASS_ALLOW, .prefixes = (text), __VA_ARGS__ }
#define ADD_BLOCK(text, ...) { .class = MXW_CLASS_BLOCK, .prefixes = (text), __VA_ARGS__ }
#define UNBLOCK(text) { .class = MXW_CLASS_BLOCK, .prefixes = (text), .remove = true }
/* clang-format on */

static const struct row {
	const char *name;
	struct deed before, deed; /* a deed without prefixes is a flush */
	const char *was, *becomes;
} rows[] = {
	{ "block", ADD_BLOCK("192.0.2.1"), ADD_BLOCK("192.0.2.2 192.0.2.3 10.0.0.0/8 fe80::/10"),
	  "block 192.0.2.1\n",
	  "block fe80::/10\nblock 10.0.0.0/8\nblock 192.0.2.1\nblock 192.0.2.2\n"
	  "block 192.0.2.3\n" },
	{ "one block", ADD_BLOCK("192.0.2.1"), ADD_BLOCK("192.0.2.2"), "block 192.0.2.1\n",
	  "block 192.0.2.1\nblock 192.0.2.2\n" },
	{ "other terms", ADD_BLOCK("192.0.2.1 192.0.2.2 10.0.0.0/8"),
	  ADD_BLOCK("192.0.2.1 192.0.2.2 10.0.0.0/8", SHADOW),
	  "block 10.0.0.0/8\nblock 192.0.2.1\nblock 192.0.2.2\n",
	  "block 10.0.0.0/8 shadow\nblock 192.0.2.1 shadow\nblock 192.0.2.2 shadow\n" },
	{ "unblock", ADD_BLOCK("192.0.2.1 192.0.2.2 10.0.0.0/8 fe80::/10"),
	  UNBLOCK("192.0.2.1 10.0.0.0/8 fe80::/10"),
	  "block fe80::/10\nblock 10.0.0.0/8\nblock 192.0.2.1\nblock 192.0.2.2\n",
	  "block 192.0.2.2\n" },
	{ "allow after expired blocks", ADD_BLOCK("192.0.2.1 10.0.0.0/8", UNTIL(2)),
	  ADD_ALLOW("192.0.2.1 10.0.0.0/8"), "", "allow 10.0.0.0/8\nallow 192.0.2.1\n" },
	{ "flush",
	  ADD_BLOCK("192.0.2.1 10.0.0.0/8"),
	  { 0 },
	  "block 10.0.0.0/8\nblock 192.0.2.1\n",
	  "" },
};

static int do_deed(const struct deed *deed, struct mxw_err *err)
{
	struct mxw_session session;
	uint64_t removed;
	int error;

	if (deed->prefixes)
		return attached_run(deed, NULL, err);
	error = mxw_session_begin(&session, NULL, err);
	if (!error)
		error = mxw_apply_flush(&session, &removed, err);
	mxw_session_end(&session);
	return error;
}

/* Maps and store with what there was before. Loading the program again would take long. */
static void prepare(const struct row *row)
{
	static const struct deed flush = { 0 };
	struct mxw_err err = { 0 };

	if (!mxw_maps_pinned())
		attached_pin(64);
	if (do_deed(&flush, &err) || attached_run(&row->before, NULL, &err))
		fail_msg("%s", err.text);
}

/* What the store says, without a session, which would tidy up. */
static bool is_stored(const char *want)
{
	struct mxw_store *store = book_open(MXW_STATE_DIR);
	char got[BOOK_TEXT];

	book_of_store(store, 2, 0, got);
	mxw_store_close(store);
	return strcmp(got, want) == 0;
}

static void expect_all_or_nothing(const struct row *row, int call)
{
	bool done = is_stored(row->becomes);
	char name[128];

	(void)snprintf(name, sizeof(name), "%s, call %d", row->name, call);
	attached_expect(name, 0, done ? row->becomes : row->was);
}

/* Runs the deed in a child that dies at a call. Returns whether it did. */
static bool dies_at(const struct row *row, int call)
{
	struct mxw_err err = { 0 };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		fault.countdown = call;
		_exit(do_deed(&row->deed, &err) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL;
	assert_int_equal(status, 0);
	return false;
}

static void a_kill_at_any_call_is_made_good(void **state)
{
	(void)state;
	sandbox_require();
	attached_reset();
	for (size_t i = 0; i < COUNT(rows); i++) {
		int call = 1;

		for (prepare(&rows[i]); dies_at(&rows[i], call); prepare(&rows[i])) {
			expect_all_or_nothing(&rows[i], call);
			call++;
		}
		attached_expect(rows[i].name, 0, rows[i].becomes);
		if (call < 10)
			fail_msg("row \"%s\": only %d calls were seen", rows[i].name, call);
	}
	attached_reset();
}

/* An errno for the nth map call: the sentence names it, or the call is tried in another way. */
static void a_refusal_at_any_map_call_is_made_good(void **state)
{
	(void)state;
	sandbox_require();
	attached_reset();
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool struck = true;

		for (int call = 1; struck; call++) {
			struct mxw_err err = { 0 };
			int error;

			prepare(&rows[i]);
			fault.countdown = call;
			fault.code = EBUSY;
			error = do_deed(&rows[i].deed, &err);
			struck = fault.countdown == 0;
			fault.countdown = fault.code = 0;
			if (error)
				expect_sentence(rows[i].name, &err, strerror(EBUSY));
			expect_all_or_nothing(&rows[i], call);
		}
	}
	attached_reset();
}

/* The promise of MXW_E_FAIL is that the state is as before. */
static void a_refusal_after_the_store_says_so(void **state)
{
	static const struct row *const row = &rows[1];
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	attached_reset();
	prepare(row);
	fault.countdown = 1;
	fault.code = ENOMEM;
	assert_int_equal(do_deed(&row->deed, &err), MXW_E_DEGRADED);
	fault.countdown = fault.code = 0;
	expect_sentence("stored", &err, strerror(ENOMEM));
	expect_sentence("stored", &err, "stored");
	assert_true(is_stored(row->becomes));
	attached_expect("stored", 0, row->becomes);
	attached_reset();
}

/* C10 */
static void a_batch_that_stops_is_resumed_singly(void **state)
{
	static const struct {
		const char *name;
		int code, done;
		int singles; /* wanted */
	} cases[] = {
		{ "before the first", ENOMEM, 0, 6 },
		{ "after one", ENOMEM, 1, 5 },
		{ "half-way", EBUSY, 3, 3 },
		{ "before the last", ENOMEM, 5, 1 },
		{ "after the last", ENOMEM, 6, 6 },
		{ "no batches in this kernel", EINVAL, -1, 6 },
	};
	static const struct deed deed =
		ADD_BLOCK("10.0.0.0/8 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 fe80::1");

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mxw_err err = { 0 };
		int error;

		attached_reset();
		attached_pin(8);
		faults_in_batches(cases[i].code, cases[i].done);
		fault.singles = 0;
		error = attached_run(&deed, NULL, &err);
		faults_in_batches(0, 0);
		if (error)
			fail_msg("row \"%s\": %s", cases[i].name, err.text);
		expect_number(cases[i].name, "singles", (uint64_t)fault.singles,
			      (uint64_t)cases[i].singles);
		attached_expect(cases[i].name, 0,
				"block fe80::/64\nblock 10.0.0.0/8\nblock 192.0.2.1\n"
				"block 192.0.2.2\nblock 192.0.2.3\nblock 192.0.2.4\n"
				"block 192.0.2.5\n");
	}
	attached_reset();
}

static void take_note(void *context, const char *text)
{
	(void)snprintf(context, BOOK_TEXT, "%s", text);
}

/* A command that finishes what another one left says so. */
static void finishing_is_announced(void **state)
{
	static const struct line lines[] = { BLOCK("192.0.2.1"),
					     BLOCK("10.0.0.0/8"),
					     { .prefix = NULL } };
	char note[BOOK_TEXT] = "";
	const struct mxw_report report = { .note = take_note, .context = note };
	struct mxw_store *store;
	struct mxw_session session;
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	attached_reset();
	attached_pin(64);
	store = book_open(MXW_STATE_DIR);
	(void)book_put(store, lines, "root", "");
	assert_int_equal(mxw_store_set_dirty(store, true, &err), MXW_OK);
	mxw_store_close(store);
	assert_int_equal(mxw_session_begin(&session, &report, &err), MXW_OK);
	mxw_session_end(&session);
	assert_string_equal(note,
			    "finished an interrupted change: 2 entries corrected in the kernel");
	attached_expect("finished", 0, "block 10.0.0.0/8\nblock 192.0.2.1\n");
	attached_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_kill_at_any_call_is_made_good, calm),
		cmocka_unit_test_setup(a_refusal_at_any_map_call_is_made_good, calm),
		cmocka_unit_test_setup(a_refusal_after_the_store_says_so, calm),
		cmocka_unit_test_setup(a_batch_that_stops_is_resumed_singly, calm),
		cmocka_unit_test_setup(finishing_is_announced, calm),
	};

	return cmocka_run_group_tests_name("apply_faults", tests, sandbox_enter, NULL);
}
