// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many sources a second the engine of the DNS lists gets answered:
 *
 *   dnsbl ADDR:PORT SOURCES RATE IN_FLIGHT ZONE...
 *
 * RATE in sources a second, 0 = as fast as the server answers. Called by `make bench`, which
 * has the server. Prints one line: questions and sources a second, ms from a source to the
 * complete answer (median and 99th percentile), CPU us per question, and bytes per source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>
#include <arpa/inet.h>

#include "base/clock.h"
#include "base/num.h"
#include "sources/dnsbl.h"

#define WAITING_MOST 2000 /* sources, when as fast as possible */

struct run {
	uv_loop_t loop;
	uv_timer_t ticker;
	struct mxw_resolver *resolver;
	struct mxw_dnsbl *engine;
	struct mxw_dnsbl_setup setup;
	uint64_t sources, rate; /* to ask about; a second */
	uint64_t *asked_at; /* ns, by number of the source */
	uint64_t *took; /* ns, in the order in which they came */
	uint64_t asked, told;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "dnsbl: %s\n", what);
	exit(1);
}

static uint64_t number(const char *text, uint64_t most)
{
	uint64_t value;

	if (!mxw_number_parse(text, 0, most, &value))
		die(text);
	return value;
}

static uint64_t now_outside(void *context)
{
	(void)context;
	return mxw_clock_mono();
}

static int ask_outside(void *context, const char *name, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct run *run = context;

	return mxw_resolver_ask(run->resolver, name, MXW_DNS_A, urgent, waiter);
}

static bool spared_outside(void *context, uint64_t key)
{
	(void)context;
	(void)key;
	return false;
}

/* Sources are 20.0.0.0 and following. */
static void told_outside(void *context, const struct mxw_dnsbl_opinion *opinion)
{
	struct run *run = context;
	uint64_t source = opinion->key - 0x14000000;

	if (opinion->complete && run->told < run->sources)
		run->took[run->told++] = mxw_clock_mono() - run->asked_at[source];
}

static void health_outside(void *context, unsigned int list, const struct mxw_health_change *change)
{
	(void)context;
	(void)list;
	if (change->offline)
		die("a list went offline");
}

static void on_tick(uv_timer_t *timer)
{
	const struct run *run = timer->data;

	mxw_dnsbl_tick(run->engine);
}

static void set_up(struct run *run, char **zones, int count)
{
	static struct mxw_dnsbl_sites sites;
	static const struct mxw_dnsbl_sites none;

	for (int i = 0; i < count && i < MXW_DNSBL_ZONES; i++) {
		(void)snprintf(sites.zone[i], sizeof(sites.zone[i]), "%s", zones[i]);
		sites.line[i] = (struct mxw_dnsbl_line){ .zone = (unsigned int)i,
							 .any = true,
							 .weight = 4 };
		sites.zone_count = sites.line_count = (size_t)i + 1;
	}
	mxw_dnsbl_plan_make(&run->setup.plan, &sites, &none);
	mxw_dnsbl_setup_defaults(&run->setup);
	run->setup.sources = (uint32_t)run->sources;
	run->setup.patience = 60 * MXW_SECOND;
}

/* The engine and the resolver as the controller has them, but with one resolver that the caller
 * names and without a daemon around them. */
static void open_all(struct run *run, char *server, unsigned int in_flight)
{
	struct mxw_dnsbl_outside outside = { .context = run,
					     .now = now_outside,
					     .ask = ask_outside,
					     .spared = spared_outside,
					     .told = told_outside,
					     .health = health_outside };
	struct mxw_resolver_rules rules = mxw_resolver_default_rules();
	char *colon = strrchr(server, ':');
	struct mxw_err err;

	if (!colon)
		die(server);
	*colon = '\0';
	rules.in_flight = in_flight;
	rules.queue = WAITING_MOST * MXW_DNSBL_ZONES;
	rules.server_count = 1;
	rules.server[0].port = (uint16_t)number(colon + 1, 65535);
	rules.server[0].addr[10] = rules.server[0].addr[11] = 0xff;
	if (inet_pton(AF_INET, server, rules.server[0].addr + 12) != 1)
		die(server);
	if (uv_loop_init(&run->loop) || uv_timer_init(&run->loop, &run->ticker))
		die("no loop");
	if (mxw_resolver_open(&run->resolver, &run->loop, &rules, &err) ||
	    mxw_dnsbl_create(&run->engine, &run->setup, &outside, &err))
		die(err.text);
	run->ticker.data = run;
	(void)uv_timer_start(&run->ticker, on_tick, 0, 100);
}

static bool all_online(const struct run *run)
{
	for (unsigned int i = 0; i < run->setup.plan.sites.zone_count; i++)
		if (mxw_dnsbl_health(run->engine, i)->state != MXW_HEALTH_ONLINE)
			return false;
	return true;
}

static void ask_next(struct run *run)
{
	uint32_t address = htonl((uint32_t)(0x14000000 + run->asked));
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff };

	memcpy(addr + 12, &address, sizeof(address));
	run->asked_at[run->asked++] = mxw_clock_mono();
	if (mxw_dnsbl_seen(run->engine, addr, MXW_RANK_REST) != MXW_SEEN_WAIT)
		die("a source was not asked about");
}

/* Returns the ns that it took. */
static uint64_t ask_all(struct run *run)
{
	uint64_t began = mxw_clock_mono();

	while (run->told < run->sources) {
		uint64_t due = run->rate ? (mxw_clock_mono() - began) * run->rate / MXW_SECOND
					 : run->told + WAITING_MOST;

		while (run->asked < due && run->asked < run->sources)
			ask_next(run);
		(void)uv_run(&run->loop, run->rate ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	}
	return mxw_clock_mono() - began;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* us of CPU so far. */
static double cpu(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double resident(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%*u %lu", &pages) != 1)
		die("/proc/self/statm");
	(void)fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void measure(struct run *run)
{
	double lists = (double)run->setup.plan.sites.zone_count, sources = (double)run->sources;
	double cpu_before = cpu(), bytes = resident(), seconds;
	uint64_t median = run->sources / 2, late = run->sources * 99 / 100;

	seconds = (double)ask_all(run) / 1e9;
	/* the two arrays of times are the benchmark's own */
	bytes = resident() - bytes - 2 * sources * sizeof(uint64_t);
	qsort(run->took, run->sources, sizeof(run->took[0]), compare);
	(void)printf("questions_per_s %.0f sources_per_s %.0f median_ms %.2f p99_ms %.2f "
		     "cpu_us_per_question %.2f bytes_per_source %.0f dropped %llu\n",
		     sources * lists / seconds, sources / seconds, (double)run->took[median] / 1e6,
		     (double)run->took[late] / 1e6, (cpu() - cpu_before) / (sources * lists),
		     bytes / sources,
		     (unsigned long long)mxw_resolver_counts(run->resolver).dropped);
}

/* The lists are tested first, as in the controller, and sources are asked about when all of them
 * are online. */
int main(int argc, char **argv)
{
	static struct run run;

	if (argc < 6)
		die("ADDR:PORT SOURCES RATE IN_FLIGHT ZONE...");
	run.sources = number(argv[2], 1U << 24);
	run.rate = number(argv[3], 10000000);
	run.asked_at = calloc(run.sources + 1, sizeof(uint64_t));
	run.took = calloc(run.sources + 1, sizeof(uint64_t));
	if (!run.asked_at || !run.took)
		die("no memory");
	set_up(&run, argv + 5, argc - 5);
	open_all(&run, argv[1], (unsigned int)number(argv[4], MXW_RESOLVER_IN_FLIGHT));
	while (!all_online(&run))
		(void)uv_run(&run.loop, UV_RUN_ONCE);
	measure(&run);
	uv_close((uv_handle_t *)&run.ticker, NULL);
	mxw_resolver_close(run.resolver, NULL, NULL);
	(void)uv_run(&run.loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&run.loop);
	mxw_dnsbl_free(run.engine);
	free(run.asked_at);
	free(run.took);
	return 0;
}
