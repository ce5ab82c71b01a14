// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop around an engine of sources.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "base/clock.h"
#include "base/num.h"
#include "tests/netns/driver.h"

#define TICK 100 /* ms */
#define LONG (60 * MXW_SECOND) /* what is waited for comes before */

void driver_die(const char *what)
{
	(void)fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
	exit(1);
}

uint64_t driver_number(const char *text)
{
	uint64_t value;

	if (!mxw_number_parse(text, 0, 1ULL << 40, &value))
		driver_die(text);
	return value;
}

void driver_address(const char *text, uint8_t addr[16])
{
	memset(addr, 0, 16);
	addr[10] = addr[11] = 0xff;
	if (inet_pton(AF_INET, text, addr + 12) != 1 && inet_pton(AF_INET6, text, addr) != 1)
		driver_die(text);
}

void driver_server(struct mxw_resolver_rules *rules, char *text)
{
	struct mxw_resolver_server *server = &rules->server[rules->server_count++];
	char *colon = strrchr(text, ':');

	if (!colon || rules->server_count > MXW_RESOLVER_SERVERS)
		driver_die(text);
	server->port = (uint16_t)driver_number(colon + 1);
	*colon = '\0';
	driver_address(text, server->addr);
}

static void print_mistake(void *context, size_t offset, const char *sentence)
{
	(void)context;
	(void)fprintf(stderr, "%s: %zu: %s\n", program_invocation_short_name, offset, sentence);
}

void driver_plan(const char *text, struct mxw_dnsbl_plan *plan)
{
	static struct mxw_dnsbl_sites sites, none;

	if (mxw_dnsbl_sites_parse(text, &sites, print_mistake, NULL))
		driver_die("see above");
	mxw_dnsbl_plan_make(plan, &sites, &none);
}

uint64_t driver_now(void *context)
{
	(void)context;
	return mxw_clock_mono();
}

void driver_print_health(const struct driver *driver, unsigned int list,
			 const struct mxw_health_change *change)
{
	(void)printf("list %s %s %s%s\n", mxw_dnsbl_setup_of(driver->lists)->plan.sites.zone[list],
		     change->suspected ? "suspected"
		     : change->cleared ? "cleared"
		     : change->online  ? "online"
				       : "offline",
		     mxw_list_health_name(mxw_dnsbl_health(driver->lists, list)),
		     change->withdraw ? " withdraw" : "");
}

void driver_open(struct driver *driver)
{
	struct mxw_err err;

	if (uv_loop_init(&driver->loop) || uv_timer_init(&driver->loop, &driver->ticker))
		driver_die("no loop");
	if (mxw_resolver_open(&driver->resolver, &driver->loop, &driver->rules, &err))
		driver_die(err.text);
	driver->ticker.data = driver;
}

static void on_tick(uv_timer_t *timer)
{
	const struct driver *driver = timer->data;

	driver->calls->tick(driver->context);
}

static bool settled(const struct driver *driver)
{
	return driver->calls->settled(driver->context);
}

static bool all_online(const struct driver *driver)
{
	size_t count = mxw_dnsbl_setup_of(driver->lists)->plan.sites.zone_count;

	for (unsigned int i = 0; i < count; i++)
		if (mxw_dnsbl_health(driver->lists, i)->state != MXW_HEALTH_ONLINE)
			return false;
	return true;
}

static bool never(const struct driver *driver)
{
	(void)driver;
	return false;
}

static void run_until(struct driver *driver, bool (*reached)(const struct driver *driver),
		      uint64_t ns)
{
	uint64_t end = mxw_clock_mono() + ns;

	while (!reached(driver) && mxw_clock_mono() < end)
		(void)uv_run(&driver->loop, UV_RUN_ONCE);
}

void driver_settle(struct driver *driver)
{
	run_until(driver, settled, LONG);
}

static void obey(struct driver *driver, char *line)
{
	unsigned int ms;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "wait %u", &ms) == 1)
		run_until(driver, never, ms * MS);
	else if (strcmp(line, "settle") == 0)
		driver_settle(driver);
	else if (strcmp(line, "online") == 0)
		run_until(driver, all_online, LONG);
	else if (line[0] != '!')
		driver->calls->obey(driver->context, line);
	else if (system(line + 1) != 0)
		driver_die(line);
	(void)fflush(stdout);
}

void driver_run(struct driver *driver, const struct driver_calls *calls, void *context)
{
	char line[300];

	driver->calls = calls;
	driver->context = context;
	(void)uv_timer_start(&driver->ticker, on_tick, 0, TICK);
	while (fgets(line, sizeof(line), stdin))
		obey(driver, line);
	uv_close((uv_handle_t *)&driver->ticker, NULL);
	mxw_resolver_close(driver->resolver, NULL, NULL);
	if (uv_run(&driver->loop, UV_RUN_DEFAULT) || uv_loop_close(&driver->loop))
		driver_die("a handle is left");
}
