// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of the DNS lists with the real resolver, driven by lines on standard input.
 *
 *   dnsblq [-s ADDR:PORT] [-d MS] [-p MS] [-i MS] [-t MAX] [-q N] [-Q N] [-c ADDR] SITES
 *
 * -s server, -d deadline of a question, -p patience, -i interval of the probes (and all other
 * times of a list's health in proportion), -t longest TTL in s, -q and -Q budgets of every
 * list per second and per day, -c a canary. The lines:
 *
 *   ADDRESS        a connection from there          wait MS      lets time pass
 *   settle         until no source is waited for    flood N S    N new sources a second
 *   online         until all lists are              ! COMMAND    to the shell
 *   stats          a line for each list, and more
 *
 * Prints "told ADDRESS complete|part score N least N lists N rung RUNG", "spared ADDRESS",
 * "ready ADDRESS ...", and "list ZONE online|offline WORD [withdraw]".
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
#include "policy/verdict.h"
#include "sources/dnsbl.h"

#define MS 1000000ULL /* ns */
#define TICK 100 /* ms */

struct program {
	uv_loop_t loop;
	uv_timer_t ticker;
	struct mxw_dnsbl *engine;
	struct mxw_resolver *resolver;
	struct mxw_dnsbl_setup setup;
	struct mxw_resolver_rules rules;
	uint64_t given[128]; /* numbers, by letter of the option; 0 = the default's */
	uint32_t flooded; /* sources made up so far */
	unsigned int waiting; /* sources without a complete answer */
	unsigned int drops, quiet; /* decisions to drop; lines to leave out while > 0 */
};

static void die(const char *what)
{
	(void)fprintf(stderr, "dnsblq: %s\n", what);
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

static void add_server(struct program *program, char *text)
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
		add_server(program, optarg);
		break;
	case 'c':
		parse_address(optarg, program->setup.canary[program->setup.canary_count++]);
		break;
	case '?':
		die("see the head of its source");
		break;
	default:
		program->given[option] = number(optarg);
	}
}

static void print_mistake(void *context, size_t offset, const char *sentence)
{
	(void)context;
	(void)fprintf(stderr, "dnsblq: %zu: %s\n", offset, sentence);
}

static void tune_list(const struct program *program, struct mxw_health_rules *rules)
{
	uint64_t usual = rules->interval, wanted = program->given['i'] * MS;

	if (wanted) {
		rules->interval = rules->deadline = wanted;
		rules->retry = rules->retry * wanted / usual;
		rules->pause = rules->pause * wanted / usual;
		rules->pause_max = rules->pause_max * wanted / usual;
	}
	rules->per_second = (uint32_t)program->given['q'];
	rules->per_day = (uint32_t)program->given['Q'];
}

static void set_up(struct program *program, const char *text)
{
	static struct mxw_dnsbl_sites sites, none;
	struct mxw_dnsbl_setup *setup = &program->setup;
	unsigned int canaries = setup->canary_count;
	uint32_t ttl_max = (uint32_t)program->given['t'];

	if (mxw_dnsbl_sites_parse(text, &sites, print_mistake, NULL))
		die("see above");
	mxw_dnsbl_plan_make(&setup->plan, &sites, &none);
	mxw_dnsbl_setup_defaults(setup);
	setup->sources = 100000;
	setup->canary_count = canaries;
	for (size_t i = 0; i < sites.zone_count; i++)
		tune_list(program, &setup->health[i]);
	if (ttl_max)
		setup->ttls = (struct mxw_dnsbl_ttls){ 1, ttl_max, 1, ttl_max, 1 };
	if (program->given['p'])
		setup->patience = program->given['p'] * MS;
	if (program->given['d'])
		program->rules.deadline = program->given['d'] * MS;
}

static uint64_t now_outside(void *context)
{
	(void)context;
	return mxw_clock_mono();
}

static int ask_outside(void *context, const char *name, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct program *program = context;

	return mxw_resolver_ask(program->resolver, name, MXW_DNS_A, urgent, waiter);
}

static bool spared_outside(void *context, uint64_t key)
{
	(void)context;
	(void)key;
	return false;
}

static struct mxw_decision decide(const struct mxw_dnsbl_opinion *opinion)
{
	struct mxw_verdict_policy policy = mxw_verdict_default_policy();
	struct mxw_standing standing = { 0 };
	struct mxw_evidence evidence = mxw_dnsbl_evidence(&opinion->score, "");

	return mxw_verdict_decide(&policy, &standing, &evidence, 1, mxw_clock_mono(), 0);
}

static void print_opinion(struct program *program, const char *word,
			  const struct mxw_dnsbl_opinion *opinion)
{
	struct mxw_decision decision = decide(opinion);
	char address[MXW_ADDR_TEXT];

	program->drops += decision.rung == MXW_RUNG_DROP;
	if (program->quiet)
		return;
	(void)printf("%s %s %s score %d least %d lists %u rung %s\n", word,
		     mxw_addr_format(opinion->addr, address),
		     opinion->complete && !opinion->score.partial ? "complete" : "part",
		     opinion->score.score, opinion->score.least, opinion->score.against,
		     mxw_rung_name(decision.rung));
}

static void told_outside(void *context, const struct mxw_dnsbl_opinion *opinion)
{
	struct program *program = context;

	print_opinion(program, "told", opinion);
	if (opinion->complete && program->waiting)
		program->waiting--;
}

static void health_outside(void *context, unsigned int list, const struct mxw_health_change *change)
{
	const struct program *program = context;

	(void)printf("list %s %s %s%s\n", program->setup.plan.sites.zone[list],
		     change->online ? "online" : "offline",
		     mxw_list_health_name(mxw_dnsbl_health(program->engine, list)),
		     change->withdraw ? " withdraw" : "");
}

static void on_tick(uv_timer_t *timer)
{
	const struct program *program = timer->data;

	mxw_dnsbl_tick(program->engine);
}

static void open_all(struct program *program)
{
	struct mxw_dnsbl_outside outside = { .context = program,
					     .now = now_outside,
					     .ask = ask_outside,
					     .spared = spared_outside,
					     .told = told_outside,
					     .health = health_outside };
	struct mxw_err err;

	if (uv_loop_init(&program->loop) || uv_timer_init(&program->loop, &program->ticker))
		die("no loop");
	if (mxw_resolver_open(&program->resolver, &program->loop, &program->rules, &err) ||
	    mxw_dnsbl_create(&program->engine, &program->setup, &outside, &err))
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
	mxw_dnsbl_free(program->engine);
}

static void see(struct program *program, const uint8_t addr[16])
{
	uint64_t asked_about = mxw_dnsbl_counts(program->engine).asked_about;
	struct mxw_dnsbl_opinion opinion;
	char address[MXW_ADDR_TEXT];

	switch (mxw_dnsbl_seen(program->engine, addr)) {
	case MXW_SEEN_SPARED:
		(void)printf("spared %s\n", mxw_addr_format(addr, address));
		break;
	case MXW_SEEN_WAIT:
		/* unless it is waited for already */
		program->waiting += mxw_dnsbl_counts(program->engine).asked_about != asked_about;
		break;
	case MXW_SEEN_READY:
		if (mxw_dnsbl_opinion(program->engine, mxw_addr_key(addr), &opinion))
			print_opinion(program, "ready", &opinion);
		break;
	}
}

static void run_for(struct program *program, uint64_t ns)
{
	uint64_t end = mxw_clock_mono() + ns;

	while (mxw_clock_mono() < end)
		(void)uv_run(&program->loop, UV_RUN_ONCE);
}

static bool settled(const struct program *program)
{
	return !program->waiting;
}

static bool all_online(const struct program *program)
{
	for (unsigned int i = 0; i < program->setup.plan.sites.zone_count; i++)
		if (mxw_dnsbl_health(program->engine, i)->state != MXW_HEALTH_ONLINE)
			return false;
	return true;
}

static void run_until(struct program *program, bool (*reached)(const struct program *program))
{
	uint64_t end = mxw_clock_mono() + 60 * MXW_SECOND;

	while (!reached(program) && mxw_clock_mono() < end)
		(void)uv_run(&program->loop, UV_RUN_ONCE);
}

/* New sources of 20.0.0.0/6, evenly; one sees the numbers, not each. */
static void flood(struct program *program, uint64_t rate, uint64_t seconds)
{
	uint64_t began = mxw_clock_mono(), end = began + seconds * MXW_SECOND, now;
	uint32_t first = program->flooded;
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff };

	program->quiet++;
	while ((now = mxw_clock_mono()) < end) {
		uint64_t due = (now - began) * rate / MXW_SECOND;

		while (program->flooded - first < due) {
			uint32_t source = program->flooded++ * 2654435761U;

			addr[12] = (uint8_t)(20 + (source >> 30));
			addr[13] = (uint8_t)(source >> 22);
			addr[14] = (uint8_t)(source >> 14);
			addr[15] = (uint8_t)(source >> 6);
			see(program, addr);
		}
		(void)uv_run(&program->loop, UV_RUN_NOWAIT);
	}
	program->quiet--;
	(void)printf("flooded %u\n", program->flooded - first);
}

static void print_stats(struct program *program)
{
	struct mxw_resolver_counts counts = mxw_resolver_counts(program->resolver);
	struct mxw_dnsbl_counts engine = mxw_dnsbl_counts(program->engine);
	uint32_t limit;

	for (unsigned int i = 0; i < program->setup.plan.sites.zone_count; i++) {
		const struct mxw_dnsbl_stats *stats = mxw_dnsbl_stats(program->engine, i);

		(void)printf("stats %s %s asked %" PRIu64 " listed %" PRIu64 " unlisted %" PRIu64
			     " errors %" PRIu64 " unasked %" PRIu64 " p50 %" PRIu64 " p99 %" PRIu64
			     " today %u\n",
			     program->setup.plan.sites.zone[i],
			     mxw_list_health_name(mxw_dnsbl_health(program->engine, i)),
			     stats->asked, stats->listed, stats->not_listed,
			     mxw_dnsbl_stats_errors(stats), stats->unasked,
			     mxw_dnsbl_stats_latency(stats, 50), mxw_dnsbl_stats_latency(stats, 99),
			     mxw_dnsbl_used_today(program->engine, i, &limit));
	}
	(void)printf("resolver sent %" PRIu64 " dropped %" PRIu64 " queued %u\n", counts.sent,
		     counts.dropped, counts.queued);
	(void)printf("engine sources %u told %" PRIu64 " drops %u\n", engine.sources, engine.told,
		     program->drops);
}

static void obey(struct program *program, char *line)
{
	unsigned int a, b;
	uint8_t addr[16];

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "wait %u", &a) == 1) {
		run_for(program, a * MS);
	} else if (strcmp(line, "settle") == 0) {
		run_until(program, settled);
	} else if (strcmp(line, "online") == 0) {
		run_until(program, all_online);
	} else if (sscanf(line, "flood %u %u", &a, &b) == 2) {
		flood(program, a, b);
	} else if (strcmp(line, "stats") == 0) {
		print_stats(program);
	} else if (line[0] == '!') {
		if (system(line + 1) != 0)
			die(line);
	} else {
		parse_address(line, addr);
		see(program, addr);
	}
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct program program;
	char line[300];
	int option;

	program.rules = mxw_resolver_default_rules();
	while ((option = getopt(argc, argv, "s:d:p:i:t:q:Q:c:")) != -1)
		parse_option(&program, option);
	if (optind + 1 != argc)
		die("the lists are missing");
	set_up(&program, argv[optind]);
	open_all(&program);
	while (fgets(line, sizeof(line), stdin))
		obey(&program, line);
	close_all(&program);
	return 0;
}
