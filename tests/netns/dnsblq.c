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
 *   present ADDRESS, repeats ADDRESS   the same of a source that connected, or sent two SYNs
 *   attack N S B   the same flood; meanwhile each of B bots, 198.51.100.1 and so on, comes three
 *                  times, and connects unless it is dropped; prints how many are the third time
 *
 * Prints "told ADDRESS complete|part score N least N lists N rung RUNG", "spared ADDRESS",
 * "ready ADDRESS ...", and "list ZONE online|offline WORD [withdraw]".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/clock.h"
#include "policy/sanction.h"
#include "tests/netns/driver.h"

struct program {
	struct driver driver;
	struct mxw_dnsbl *engine;
	struct mxw_dnsbl_setup setup;
	uint64_t given[128]; /* numbers, by letter of the option; 0 = the default's */
	uint32_t flooded; /* sources made up so far */
	unsigned int waiting; /* sources without a complete answer */
	unsigned int drops, quiet; /* decisions to drop; lines to leave out while > 0 */
};

/* Real senders amid a flood. */
struct bots {
	unsigned int count, visits, dropped; /* that many the third time */
};

static void parse_option(struct program *program, int option)
{
	switch (option) {
	case 's':
		driver_server(&program->driver.rules, optarg);
		break;
	case 'c':
		driver_address(optarg, program->setup.canary[program->setup.canary_count++]);
		break;
	case '?':
		driver_die("see the head of its source");
		break;
	default:
		program->given[option] = driver_number(optarg);
	}
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
	struct mxw_dnsbl_setup *setup = &program->setup;
	unsigned int canaries = setup->canary_count;
	uint32_t ttl_max = (uint32_t)program->given['t'];

	driver_plan(text, &setup->plan);
	mxw_dnsbl_setup_defaults(setup);
	setup->sources = 100000;
	setup->canary_count = canaries;
	for (size_t i = 0; i < setup->plan.sites.zone_count; i++)
		tune_list(program, &setup->health[i]);
	if (ttl_max)
		setup->ttls = (struct mxw_dnsbl_ttls){ 1, ttl_max, 1, ttl_max, 1 };
	if (program->given['p'])
		setup->patience = program->given['p'] * MS;
	if (program->given['d'])
		program->driver.rules.deadline = program->given['d'] * MS;
}

static int ask_outside(void *context, const char *name, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct program *program = context;

	return mxw_resolver_ask(program->driver.resolver, name, MXW_DNS_A, urgent, waiter);
}

static unsigned int room_outside(void *context, bool present)
{
	const struct program *program = context;
	unsigned int room = mxw_resolver_free(program->driver.resolver);
	unsigned int kept = present ? 0 : program->driver.rules.in_flight / 4;

	return room > kept ? room - kept : 0;
}

static bool spared_outside(void *context, uint64_t key)
{
	(void)context;
	(void)key;
	return false;
}

static struct mxw_sanction decide(const struct mxw_dnsbl_opinion *opinion)
{
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_standing standing = { 0 };
	struct mxw_evidence evidence = mxw_dnsbl_evidence(&opinion->score, "");

	return mxw_sanction_decide(&policy, &standing, &evidence, 1, mxw_clock_mono(), 0);
}

static void print_opinion(struct program *program, const char *word,
			  const struct mxw_dnsbl_opinion *opinion)
{
	struct mxw_sanction sanction = decide(opinion);
	char address[MXW_ADDR_TEXT];

	program->drops += sanction.rung == MXW_RUNG_DROP;
	if (program->quiet)
		return;
	(void)printf("%s %s %s score %d least %d lists %u rung %s\n", word,
		     mxw_addr_format(opinion->addr, address),
		     opinion->complete && !opinion->score.partial ? "complete" : "part",
		     opinion->score.score, opinion->score.least, opinion->score.against,
		     mxw_rung_name(sanction.rung));
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

	driver_print_health(&program->driver, list, change);
}

static void create(struct program *program)
{
	struct mxw_dnsbl_outside outside = { .context = program,
					     .now = driver_now,
					     .ask = ask_outside,
					     .room = room_outside,
					     .spared = spared_outside,
					     .told = told_outside,
					     .health = health_outside };
	struct mxw_err err;

	if (mxw_dnsbl_create(&program->engine, &program->setup, &outside, &err))
		driver_die(err.text);
	program->driver.lists = program->engine;
}

static void tick(void *context)
{
	const struct program *program = context;

	mxw_dnsbl_tick(program->engine);
}

static bool settled(const void *context)
{
	const struct program *program = context;

	return !program->waiting;
}

/* Hands a source to the engine, and prints what is known at once. The rest comes when the lists
 * have answered. */
static void see(struct program *program, const uint8_t addr[16], enum mxw_rank rank)
{
	uint64_t asked_about = mxw_dnsbl_counts(program->engine).asked_about;
	struct mxw_dnsbl_opinion opinion;
	char address[MXW_ADDR_TEXT];

	switch (mxw_dnsbl_seen(program->engine, addr, rank)) {
	case MXW_SEEN_SPARED:
		(void)printf("spared %s\n", mxw_addr_format(addr, address));
		break;
	case MXW_SEEN_WAIT:
		/* unless it is waited for already */
		program->waiting += mxw_dnsbl_counts(program->engine).asked_about != asked_about;
		break;
	case MXW_SEEN_SHED:
		break;
	case MXW_SEEN_READY:
		if (mxw_dnsbl_opinion(program->engine, mxw_addr_key(addr), &opinion))
			print_opinion(program, "ready", &opinion);
		break;
	}
}

/* A bot's visit. Returns whether it was dropped. */
static bool visit(struct program *program, unsigned int bot)
{
	const uint8_t addr[16] = {
		[10] = 0xff, [11] = 0xff, [12] = 198, 51, 100, (uint8_t)(bot + 1)
	};
	struct mxw_dnsbl_opinion opinion;

	if (mxw_dnsbl_opinion(program->engine, mxw_addr_key(addr), &opinion) && opinion.complete &&
	    decide(&opinion).rung == MXW_RUNG_DROP)
		return true;
	see(program, addr, MXW_RANK_REST);
	see(program, addr, MXW_RANK_PRESENT);
	return false;
}

/* Those of the bots that are due by now, of three visits each, spread evenly over the time. */
static void visit_all(struct program *program, struct bots *bots, uint64_t passed, uint64_t all)
{
	while (bots->visits < passed * 3 * bots->count / all && bots->visits < 3 * bots->count) {
		bool dropped = visit(program, bots->visits % bots->count);

		bots->dropped += bots->visits++ >= 2 * bots->count && dropped;
	}
}

/* New sources of 20.0.0.0/6, evenly; one sees the numbers, not each. */
static void flood(struct program *program, uint64_t rate, uint64_t seconds, struct bots *bots)
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
			see(program, addr, MXW_RANK_REST);
		}
		visit_all(program, bots, now - began, end - began);
		(void)uv_run(&program->driver.loop, UV_RUN_NOWAIT);
	}
	program->quiet--;
	(void)printf("flooded %u\n", program->flooded - first);
}

/* The counts of all parts, for the test to read. */
static void print_stats(struct program *program)
{
	struct mxw_resolver_counts counts = mxw_resolver_counts(program->driver.resolver);
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
			     mxw_histogram_within(&stats->latency, 50),
			     mxw_histogram_within(&stats->latency, 99),
			     mxw_dnsbl_used_today(program->engine, i, &limit));
	}
	(void)printf("resolver sent %" PRIu64 " dropped %" PRIu64 " queued %u\n", counts.sent,
		     counts.dropped, counts.queued);
	(void)printf("engine sources %u told %" PRIu64 " drops %u\n", engine.sources, engine.told,
		     program->drops);
}

/* A line from the test: an address, a flood of forged sources, or an attack of bots among them. */
static void obey(void *context, char *line)
{
	struct program *program = context;
	static const char *const words[] = { "present ", "repeats " };
	enum mxw_rank rank = MXW_RANK_REST;
	struct bots bots = { 0 };
	unsigned int rate, seconds;
	uint8_t addr[16];

	for (unsigned int i = 0; i < 2; i++)
		if (strncmp(line, words[i], strlen(words[i])) == 0) {
			rank = (enum mxw_rank)i;
			line += strlen(words[i]);
		}
	if (sscanf(line, "flood %u %u", &rate, &seconds) == 2) {
		flood(program, rate, seconds, &bots);
	} else if (sscanf(line, "attack %u %u %u", &rate, &seconds, &bots.count) == 3) {
		flood(program, rate, seconds, &bots);
		(void)printf("attacked third %u of %u\n", bots.dropped, bots.count);
	} else if (strcmp(line, "stats") == 0) {
		print_stats(program);
	} else {
		driver_address(line, addr);
		see(program, addr, rank);
	}
}

int main(int argc, char **argv)
{
	static const struct driver_calls calls = { tick, settled, obey };
	static struct program program;
	int option;

	program.driver.rules = mxw_resolver_default_rules();
	while ((option = getopt(argc, argv, "s:d:p:i:t:q:Q:c:")) != -1)
		parse_option(&program, option);
	if (optind + 1 != argc)
		driver_die("the lists are missing");
	set_up(&program, argv[optind]);
	driver_open(&program.driver);
	create(&program);
	driver_run(&program.driver, &calls, &program);
	mxw_dnsbl_free(program.engine);
	return 0;
}
