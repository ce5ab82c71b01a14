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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
#include <arpa/inet.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/num.h"
#include "sources/names.h"

#define MS 1000000ULL /* ns */
#define TICK 100 /* ms */

struct program {
	uv_loop_t loop;
	uv_timer_t ticker;
	struct mxw_names *names;
	struct mxw_resolver *resolver;
	struct mxw_names_setup setup;
	struct mxw_resolver_rules rules;
	uint32_t ttl_max;
	bool quiet; /* a flood is not told of one by one */
	unsigned int helo_count;
	char helo[64][300]; /* asked about, by cookie */
};

static void die(const char *what)
{
	(void)fprintf(stderr, "namesq: %s\n", what);
	exit(1);
}

static uint64_t number(const char *text)
{
	uint64_t value;

	if (!mxw_number_parse(text, 0, 1ULL << 40, &value))
		die(text);
	return value;
}

static void parse_address(const char *text, uint8_t addr[16])
{
	memset(addr, 0, 16);
	addr[10] = addr[11] = 0xff;
	if (inet_pton(AF_INET, text, addr + 12) != 1 && inet_pton(AF_INET6, text, addr) != 1)
		die(text);
}

static void parse_server(struct program *program, char *text)
{
	struct mxw_resolver_server *server = &program->rules.server[program->rules.server_count++];
	char *colon = strrchr(text, ':');

	if (!colon || program->rules.server_count > MXW_RESOLVER_SERVERS)
		die(text);
	server->port = (uint16_t)number(colon + 1);
	*colon = '\0';
	parse_address(text, server->addr);
}

static void parse_option(struct program *program, int option)
{
	switch (option) {
	case 's':
		parse_server(program, optarg);
		break;
	case 'd':
		program->rules.deadline = number(optarg) * MS;
		break;
	case 'p':
		program->setup.patience = number(optarg) * MS;
		break;
	case 'j':
		program->setup.jobs = (uint32_t)number(optarg);
		break;
	case 't':
		program->ttl_max = (uint32_t)number(optarg);
		break;
	default:
		die("see the head of its source");
	}
}

static void print_mistake(void *context, size_t offset, const char *sentence)
{
	(void)context;
	(void)fprintf(stderr, "namesq: %zu: %s\n", offset, sentence);
}

static void set_up(struct program *program, const char *text)
{
	static struct mxw_dnsbl_sites sites, none;
	struct mxw_dnsbl_setup *lists = &program->setup.lists;

	if (mxw_dnsbl_sites_parse(text, &sites, print_mistake, NULL))
		die("see above");
	mxw_dnsbl_plan_make(&lists->plan, &sites, &none);
	lists->names = true;
	mxw_dnsbl_setup_defaults(lists);
	lists->sources = 10000;
	for (size_t i = 0; i < sites.zone_count; i++) {
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

static uint64_t now_outside(void *context)
{
	(void)context;
	return mxw_clock_mono();
}

static int ask_outside(void *context, const char *name, enum mxw_dns_type type, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct program *program = context;

	return mxw_resolver_ask(program->resolver, name, type, urgent, waiter);
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

	(void)printf("list %s %s %s%s\n", program->setup.lists.plan.sites.zone[list],
		     change->online ? "online" : "offline",
		     mxw_list_health_name(mxw_dnsbl_health(mxw_names_lists(program->names), list)),
		     change->withdraw ? " withdraw" : "");
}

static void on_tick(uv_timer_t *timer)
{
	const struct program *program = timer->data;

	mxw_names_tick(program->names);
}

static void open_all(struct program *program)
{
	const struct mxw_names_outside outside = { .context = program,
						   .now = now_outside,
						   .ask = ask_outside,
						   .told = told_outside,
						   .health = health_outside };
	struct mxw_err err;

	if (uv_loop_init(&program->loop) || uv_timer_init(&program->loop, &program->ticker))
		die("no loop");
	if (mxw_resolver_open(&program->resolver, &program->loop, &program->rules, &err) ||
	    mxw_names_create(&program->names, &program->setup, &outside, &err))
		die(err.text);
	program->ticker.data = program;
	(void)uv_timer_start(&program->ticker, on_tick, 0, TICK);
}

static void close_all(struct program *program)
{
	uv_close((uv_handle_t *)&program->ticker, NULL);
	mxw_resolver_close(program->resolver, NULL, NULL);
	if (uv_run(&program->loop, UV_RUN_DEFAULT) || uv_loop_close(&program->loop))
		die("a handle is left");
	mxw_names_free(program->names);
}

static void see(struct program *program, const char *text)
{
	uint8_t addr[16];

	parse_address(text, addr);
	switch (mxw_names_seen(program->names, addr)) {
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
		die("too many names");
	(void)snprintf(program->helo[program->helo_count++], sizeof(program->helo[0]), "%s", helo);
	switch (mxw_names_helo_seen(program->names, helo, &asker)) {
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

static bool settled(const struct program *program)
{
	return !mxw_names_counts(program->names).jobs;
}

static bool all_online(const struct program *program)
{
	for (unsigned int i = 0; i < program->setup.lists.plan.sites.zone_count; i++)
		if (mxw_dnsbl_health(mxw_names_lists(program->names), i)->state !=
		    MXW_HEALTH_ONLINE)
			return false;
	return true;
}

static bool never(const struct program *program)
{
	(void)program;
	return false;
}

static void run_until(struct program *program, bool (*reached)(const struct program *program),
		      uint64_t ns)
{
	uint64_t end = mxw_clock_mono() + ns;

	while (!reached(program) && mxw_clock_mono() < end)
		(void)uv_run(&program->loop, UV_RUN_ONCE);
}

static void flood(struct program *program, unsigned int count)
{
	char text[20];

	program->quiet = true;
	for (unsigned int i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "198.%u.%u.%u", 18 + (i >> 16 & 1),
			       i >> 8 & 0xff, i & 0xff);
		see(program, text);
		(void)uv_run(&program->loop, UV_RUN_NOWAIT);
	}
	run_until(program, settled, 60 * MXW_SECOND);
	program->quiet = false;
}

static void print_stats(const struct program *program)
{
	const struct mxw_names_counts counts = mxw_names_counts(program->names);
	const struct mxw_resolver_counts resolver = mxw_resolver_counts(program->resolver);

	(void)printf("stats looked %" PRIu64, counts.looked_up);
	for (unsigned int i = 0; i < MXW_REVERSE_KINDS; i++)
		(void)printf(" %s %" PRIu64, mxw_reverse_kind_name(i), counts.found[i]);
	(void)printf(" helo %" PRIu64 " unasked %" PRIu64 " late %" PRIu64 " jobs %u sent %" PRIu64
		     "\n",
		     counts.helo, counts.unasked, counts.late, counts.jobs, resolver.sent);
}

static void obey(struct program *program, char *line)
{
	unsigned int n;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "wait %u", &n) == 1)
		run_until(program, never, n * MS);
	else if (sscanf(line, "flood %u", &n) == 1)
		flood(program, n);
	else if (strcmp(line, "settle") == 0)
		run_until(program, settled, 60 * MXW_SECOND);
	else if (strcmp(line, "online") == 0)
		run_until(program, all_online, 60 * MXW_SECOND);
	else if (strcmp(line, "stats") == 0)
		print_stats(program);
	else if (strncmp(line, "helo ", 5) == 0)
		say_helo(program, line + 5);
	else if (line[0] != '!')
		see(program, line);
	else if (system(line + 1) != 0)
		die(line);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct program program;
	char line[300];
	int option;

	program.rules = mxw_resolver_default_rules();
	program.setup.patience = MXW_SECOND;
	program.setup.jobs = 50;
	while ((option = getopt(argc, argv, "s:d:p:j:t:")) != -1)
		parse_option(&program, option);
	set_up(&program, optind < argc ? argv[optind] : "");
	open_all(&program);
	while (fgets(line, sizeof(line), stdin))
		obey(&program, line);
	close_all(&program);
	return 0;
}
