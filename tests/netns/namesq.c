// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of names with the real resolver, driven by lines on standard input.
 *
 *   namesq [-s ADDR:PORT] [-d MS] [-p MS] [-j N] [-t MAX] [SITES]
 *
 * -s server, -d deadline of a question, -p patience, -j lookups at a time, -t longest TTL in s;
 * SITES are lists of names, probed every second. The lines:
 *
 *   ADDRESS        a connection from there          wait MS      lets time pass
 *   helo NAME      a client's word                  settle       until nothing is waited for
 *   online         until all lists are              ! COMMAND    to the shell
 *   stats          what was counted                 flood N      N sources of 198.18.0.0/15
 *
 * Prints "told|ready ADDRESS score N least N complete|part TEXT", "helo NAME score N TEXT",
 * "spared ...", and "list ZONE online|offline WORD [withdraw]". Weights are 20 (missing), 10
 * (unconfirmed) and -10, without bounds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/clock.h"
#include "sources/names.h"
#include "tests/netns/driver.h"

struct program {
	struct driver driver;
	struct mxw_names *names;
	struct mxw_names_setup setup;
	uint32_t ttl_max;
	bool quiet; /* a flood is not reported one by one */
	unsigned int helo_count;
	char helo[64][300]; /* asked about, by cookie */
};

/* One option of the command line; the head of this file lists them. */
static void parse_option(struct program *program, int option)
{
	switch (option) {
	case 's':
		driver_server(&program->driver.rules, optarg);
		break;
	case 'd':
		program->driver.rules.deadline = driver_number(optarg) * MS;
		break;
	case 'p':
		program->setup.patience = driver_number(optarg) * MS;
		break;
	case 'j':
		program->setup.jobs = (uint32_t)driver_number(optarg);
		break;
	case 't':
		program->ttl_max = (uint32_t)driver_number(optarg);
		break;
	default:
		driver_die("see the head of its source");
	}
}

/* Short times, so that a test sees in seconds what takes minutes, and weights that show in the
 * score which evidence counted. */
static void set_up(struct program *program, const char *text)
{
	struct mxw_dnsbl_setup *lists = &program->setup.lists;

	driver_plan(text, &lists->plan);
	lists->names = true;
	mxw_dnsbl_setup_defaults(lists);
	lists->sources = 10000;
	for (size_t i = 0; i < lists->plan.sites.zone_count; i++) {
		lists->health[i].interval = lists->health[i].deadline = MXW_SECOND;
		lists->health[i].retry = MXW_SECOND / 10;
	}
	if (program->ttl_max)
		lists->ttls =
			(struct mxw_dnsbl_ttls){ 1, program->ttl_max, 1, program->ttl_max, 1 };
	program->setup.on = true;
	program->setup.sources = 10000;
	program->setup.weights = (struct mxw_name_weights){
		.missing = 20, .unconfirmed = 10, .confirmed = -10, .most = 1000, .least = -1000
	};
}

static int ask_outside(void *context, const char *name, enum mxw_dns_type type, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct program *program = context;

	return mxw_resolver_ask(program->driver.resolver, name, type, urgent, waiter);
}

/* The source's address, or the first of its /64. */
static const char *key_text(uint64_t key, char text[MXW_ADDR_TEXT])
{
	const struct mxw_prefix prefix = { .key = key, .len = 64 };

	return mxw_prefix_format(&prefix, text);
}

static void print_source(const struct program *program, const char *word, uint64_t key)
{
	char address[MXW_ADDR_TEXT], text[400];
	struct mxw_evidence evidence =
		mxw_names_evidence_of(program->names, key, text, sizeof(text));

	if (!program->quiet)
		(void)printf("%s %s score %d least %d %s %s\n", word, key_text(key, address),
			     evidence.score, evidence.least, evidence.partial ? "part" : "complete",
			     text);
}

static void told_outside(void *context, uint64_t key)
{
	print_source(context, "told", key);
}

static void health_outside(void *context, unsigned int list, const struct mxw_health_change *change)
{
	const struct program *program = context;

	driver_print_health(&program->driver, list, change);
}

static void create(struct program *program)
{
	const struct mxw_names_outside outside = { .context = program,
						   .now = driver_now,
						   .ask = ask_outside,
						   .told = told_outside,
						   .health = health_outside };
	struct mxw_err err;

	if (mxw_names_create(&program->names, &program->setup, &outside, &err))
		driver_die(err.text);
	program->driver.lists = mxw_names_lists(program->names);
}

static void tick(void *context)
{
	const struct program *program = context;

	mxw_names_tick(program->names);
}

static void see(struct program *program, const char *text)
{
	uint8_t addr[16];

	driver_address(text, addr);
	switch (mxw_names_seen(program->names, addr, MXW_RANK_PRESENT)) {
	case MXW_SEEN_SHED:
	case MXW_SEEN_SPARED:
		(void)printf("spared %s\n", text);
		break;
	case MXW_SEEN_READY:
		print_source(program, "ready", mxw_addr_key(addr));
		break;
	case MXW_SEEN_WAIT:
		break;
	}
}

static void print_helo(const struct program *program, const char *helo)
{
	char text[400];
	struct mxw_evidence evidence = mxw_names_helo(program->names, helo, text, sizeof(text));

	(void)printf("helo %s score %d %s %s\n", helo, evidence.score,
		     evidence.partial ? "part" : "complete", text);
}

static void helo_done(void *context, uint64_t cookie)
{
	const struct program *program = context;

	print_helo(program, program->helo[cookie]);
}

static void say_helo(struct program *program, const char *helo)
{
	const struct mxw_names_asker asker = { helo_done, program, program->helo_count };

	if (program->helo_count == sizeof(program->helo) / sizeof(program->helo[0]))
		driver_die("too many names");
	(void)snprintf(program->helo[program->helo_count++], sizeof(program->helo[0]), "%s", helo);
	switch (mxw_names_helo_seen(program->names, helo, &asker)) {
	case MXW_SEEN_SHED:
	case MXW_SEEN_SPARED:
		(void)printf("spared %s\n", helo);
		break;
	case MXW_SEEN_READY:
		print_helo(program, helo);
		break;
	case MXW_SEEN_WAIT:
		break;
	}
}

static bool settled(const void *context)
{
	const struct program *program = context;

	return !mxw_names_counts(program->names).jobs;
}

static void flood(struct program *program, unsigned int count)
{
	char text[20];

	program->quiet = true;
	for (unsigned int i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "198.%u.%u.%u", 18 + (i & 1), i >> 1 & 0xff,
			       i >> 9 & 0xff); /* 512 nets */
		see(program, text);
		(void)uv_run(&program->driver.loop, UV_RUN_NOWAIT);
	}
	driver_settle(&program->driver);
	program->quiet = false;
}

static void print_stats(const struct program *program)
{
	const struct mxw_names_counts counts = mxw_names_counts(program->names);
	const struct mxw_resolver_counts resolver = mxw_resolver_counts(program->driver.resolver);

	(void)printf("stats looked %" PRIu64, counts.looked_up);
	for (unsigned int i = 0; i < MXW_REVERSE_KINDS; i++)
		(void)printf(" %s %" PRIu64, mxw_reverse_kind_name(i), counts.found[i]);
	(void)printf(" helo %" PRIu64 " unasked %" PRIu64 " late %" PRIu64 " jobs %u sent %" PRIu64
		     "\n",
		     counts.helo, counts.unasked, counts.late, counts.jobs, resolver.sent);
}

static void obey(void *context, char *line)
{
	struct program *program = context;
	unsigned int count;

	if (sscanf(line, "flood %u", &count) == 1)
		flood(program, count);
	else if (strcmp(line, "stats") == 0)
		print_stats(program);
	else if (strncmp(line, "helo ", 5) == 0)
		say_helo(program, line + 5);
	else
		see(program, line);
}

int main(int argc, char **argv)
{
	static const struct driver_calls calls = { tick, settled, obey };
	static struct program program;
	int option;

	program.driver.rules = mxw_resolver_default_rules();
	program.setup.patience = MXW_SECOND;
	program.setup.jobs = 50;
	while ((option = getopt(argc, argv, "s:d:p:j:t:")) != -1)
		parse_option(&program, option);
	set_up(&program, optind < argc ? argv[optind] : "");
	driver_open(&program.driver);
	create(&program);
	driver_run(&program.driver, &calls, &program);
	mxw_names_free(program.names);
	return 0;
}
