// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pinned maps without an interface. Called by the tests of apply.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "state/intents.h"
#include "apply/reconcile.h"
#include "base/clock.h"
#include "datapath/hook.h"
#include "datapath/probe.h"
#include "datapath/program.h"
#include "datapath/switches.h"
#include "policy/order.h"
#include "tests/unit/attached.h"
#include "tests/unit/sandbox.h"

#define PREFIXES 64 /* in one deed */
#define IFINDEX 1 /* of no interface of ours: the program is only asked */

void attached_reset(void)
{
	struct mxw_err err = { 0 };

	must(mxw_pins_remove(&err), &err);
	scratch_remove(MXW_STATE_DIR);
}

void attached_pin(uint32_t capacity)
{
	const struct mxw_program_options options = { .ports = { 25 }, .capacity = capacity };
	const struct mxw_config config = { .abi_version = MXW_ABI_VERSION,
					   .mode = MXW_MODE_ENFORCE };
	struct mxw_program *program;
	struct mxw_err err = { 0 };
	struct mxw_maps maps;

	mxw_program_quiet();
	must(mxw_pins_prepare(NULL, &err), &err);
	must(mxw_program_open(&options, &program, &err), &err);
	must(mxw_program_load(program, &err), &err);
	must(mxw_program_maps(program, &maps, &err), &err);
	must(mxw_switches_write(&maps, &config, &err), &err);
	must(mxw_program_pin_maps(program, &err), &err);
	must(mxw_hook_pin_program(IFINDEX, mxw_program_fd(program), &err), &err);
	mxw_maps_close(&maps);
	mxw_program_close(program);
}

struct mxw_maps attached_open(void)
{
	struct mxw_err err = { 0 };
	struct mxw_maps maps;

	must(mxw_maps_open(&maps, &err), &err);
	return maps;
}

static size_t split(const char *text, struct mxw_prefix out[PREFIXES])
{
	char copy[1024], *rest = NULL;
	size_t count = 0;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		assert_true(count < PREFIXES);
		out[count++] = prefix_of(word);
	}
	return count;
}

int attached_run(const struct deed *deed, uint64_t *found, struct mxw_err *err)
{
	const struct mxw_block_guard guard = {
		.force = true
	}; /* test_block_guard.c has the real one */
	struct mxw_prefix prefixes[PREFIXES];
	const struct mxw_change change = { .class = deed->class,
					   .remove = deed->remove,
					   .prefixes = prefixes,
					   .count = split(deed->prefixes, prefixes),
					   .expires_ns = deed->expires_ns,
					   .mode = (uint8_t)deed->mode,
					   .act = { .when = 1, .who = "root" },
					   .guard = &guard };
	struct mxw_session session;
	int error = mxw_session_begin(&session, NULL, err);

	if (!error)
		error = mxw_apply_change(&session, &change, found, NULL, err);
	mxw_session_end(&session);
	return error;
}

/* Sources that the tables of the tests are about, and others. */
static const char *const sources[] = {
	"192.0.2.0", "192.0.2.1", "192.0.2.2",	 "192.0.2.3",	 "192.0.2.4",	"192.0.2.5",
	"192.0.2.7", "192.0.2.8", "192.0.2.200", "198.51.100.9", "203.0.113.1", "10.9.9.9",
	"10.1.0.1",  "fe80::1",	  "feaf::1",	 "2001:db8::9",	 "2001:db9::1",
};

/* The entries that bear on one source. */
struct opinions {
	struct mxw_opinion items[16];
	size_t count;
};

static int take_opinion(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct opinions *opinions = context;

	(void)act;
	if (opinions->count == COUNT(opinions->items))
		return MXW_E_FAIL;
	opinions->items[opinions->count++] = (struct mxw_opinion){ .prefix = intent->prefix,
								   .expires_ns = intent->expires_ns,
								   .class = intent->class,
								   .mode = intent->mode };
	return MXW_OK;
}

/* Whether the loaded program does with a source what the stored entries say. */
static bool agrees(struct mxw_store *store, const struct mxw_situation *situation, int program,
		   const char *source)
{
	struct opinions opinions = { .count = 0 };
	struct mxw_probe_answer answer = { 0 };
	uint8_t address[16] = { [10] = 0xff, [11] = 0xff };
	struct mxw_verdict verdict;

	if (inet_pton(AF_INET, source, address + 12) != 1 &&
	    inet_pton(AF_INET6, source, address) != 1)
		return false;
	if (mxw_store_match(store, mxw_addr_key(address), situation->now, take_opinion, &opinions,
			    NULL) ||
	    mxw_probe_run(program, address, address, 25, &answer, NULL))
		return false;
	verdict =
		mxw_order_decide(situation, mxw_addr_key(address), opinions.items, opinions.count);
	return verdict.reason == answer.reason && verdict.drop == answer.drop;
}

/* The first source on which the program decides otherwise, NULL if there is none. */
static const char *find_disagreement(struct mxw_session *session)
{
	struct mxw_situation situation = { .now = mxw_clock_mono() };
	int program = mxw_hook_open_program(IFINDEX, NULL);
	const char *found = NULL;
	struct mxw_config config;

	if (program < 0 || mxw_switches_read(&session->maps, &config, NULL))
		found = "all";
	else
		situation.mode = config.mode;
	for (size_t i = 0; i < COUNT(sources) && !found; i++)
		if (!agrees(session->store, &situation, program, sources[i]))
			found = sources[i];
	if (program >= 0)
		(void)close(program);
	return found;
}

/* What a session sees. Gathered first and judged after it ended: a test that fails within
 * would keep the lock. */
struct sight {
	int error;
	struct mxw_err err;
	bool dirty, attached;
	char store[BOOK_TEXT], maps[BOOK_TEXT];
	struct mxw_differences differences;
	const char *disagreement; /* a source on which the program decides otherwise */
};

static void look(struct sight *sight, uint64_t origin)
{
	struct mxw_session session;
	uint64_t now = mxw_clock_mono();

	sight->error = mxw_session_begin(&session, NULL, &sight->err);
	sight->attached = session.attached;
	if (!sight->error) {
		book_of_store(session.store, now, origin, sight->store);
		sight->error = mxw_store_dirty(session.store, &sight->dirty, &sight->err);
	}
	if (!sight->error && session.attached) {
		book_of_maps(&session.maps, origin, sight->maps);
		sight->error = mxw_reconcile(session.store, &session.maps, now, false,
					     &sight->differences, NULL, &sight->err);
		sight->disagreement = find_disagreement(&session);
	}
	mxw_session_end(&session);
}

void attached_expect(const char *row, uint64_t origin, const char *want)
{
	struct sight sight = { 0 };

	look(&sight, origin);
	must(sight.error, &sight.err);
	expect_text(row, sight.store, want);
	expect_number(row, "dirty", sight.dirty, false);
	if (!sight.attached)
		return;
	expect_text(row, sight.maps, want);
	expect_number(row, "differences", sight.differences.count, 0);
	if (sight.disagreement)
		fail_msg("row \"%s\": the program decides otherwise on %s", row,
			 sight.disagreement);
}
