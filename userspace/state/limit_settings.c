// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of the limits. Called by apply and xdpctl.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "state/limit_settings.h"

#define SECOND_TICKS (1000000000ULL >> MXW_TICK_SHIFT)
#define MINUTE_TICKS (60000000000ULL >> MXW_TICK_SHIFT)
#define HOUR_TICKS (3600000000000ULL >> MXW_TICK_SHIFT)
#define RATE_MOST 1000000 /* of a unit, and burst */
#define WINDOW_NS (1ULL << (MXW_TICK_SHIFT + MXW_FLOOD_WINDOW_SHIFT))
#define SECOND_NS 1000000000ULL
#define FLOOD_MOST 100000000ULL /* SYNs per second */
#define CONNS_MOST 1000000

static const char *const classes[MXW_LIMIT_CLASSES] = { "unknown", "grey", "good", "sanctioned" };
static const char *const levels[MXW_LIMIT_LEVELS] = { "source", "net" };
static const char *const families[2] = { "ipv4", "ipv6" };
static const char *const modes[] = { "off", "shadow", "enforce", NULL };
static const char *const floods[] = { "off", "shadow", "auto", "forced", NULL };

static const struct {
	const char *name;
	uint64_t ticks;
} units[] = { { "min", MINUTE_TICKS }, { "s", SECOND_TICKS }, { "h", HOUR_TICKS } };

#define UNITS (sizeof(units) / sizeof(units[0]))

const char *mxw_limit_class_name(unsigned int class)
{
	return class < MXW_LIMIT_CLASSES ? classes[class] : "unknown";
}

const char *mxw_limit_level_name(unsigned int level)
{
	return level < MXW_LIMIT_LEVELS ? levels[level] : "source";
}

uint32_t mxw_limits_set_of(const struct mxw_limits *limits, uint16_t port)
{
	for (uint32_t i = 0; i < MXW_LIMIT_PORTS && limits->port[i]; i++)
		if (limits->port[i] == port)
			return i + 1;
	return 0;
}

static struct mxw_rate per_minute(uint64_t count, uint64_t burst)
{
	struct mxw_rate rate = { .period = MINUTE_TICKS / count };

	rate.tau = (burst - 1) * rate.period;
	return rate;
}

/* times: ten for known good sources. A net has twenty times what a source has, so that a few bad
 * neighbours do not take it from the others. */
static void default_rates(struct mxw_limits *limits, enum mxw_limit_class class, uint64_t times)
{
	struct mxw_rates *ipv4 = &limits->rate[0][class][0], *ipv6 = &limits->rate[0][class][1];

	ipv4->level[MXW_LIMIT_SOURCE] = per_minute(300 * times, 100 * times);
	ipv4->level[MXW_LIMIT_NET] = per_minute(6000 * times, 2000 * times);
	ipv6->level[MXW_LIMIT_SOURCE] = per_minute(600 * times, 200 * times);
	ipv6->level[MXW_LIMIT_NET] = per_minute(12000 * times, 4000 * times);
}

void mxw_limits_default(struct mxw_limits *limits)
{
	struct mxw_limits fresh = { .mode = MXW_LIMIT_ENFORCE,
				    .conns_mode = MXW_LIMIT_SHADOW,
				    .conns_source = 50,
				    .conns_net = 500,
				    .flood_mode = MXW_LIMIT_ENFORCE };

	memcpy(fresh.seed, limits->seed, sizeof(fresh.seed));
	default_rates(&fresh, MXW_LIMIT_UNKNOWN, 1);
	default_rates(&fresh, MXW_LIMIT_GREY, 1);
	default_rates(&fresh, MXW_LIMIT_GOOD, 10);
	default_rates(&fresh, MXW_LIMIT_SANCTIONED, 1);
	for (int family = 0; family < 2; family++) {
		fresh.rate[0][MXW_LIMIT_GREY][family].level[MXW_LIMIT_SOURCE] = per_minute(150, 50);
		fresh.rate[0][MXW_LIMIT_SANCTIONED][family].level[MXW_LIMIT_SOURCE] =
			per_minute(10, 5);
	}
	*limits = fresh;
	(void)mxw_limits_set(limits, "flood-high=5000", NULL); /* right by what is above */
	(void)mxw_limits_set(limits, "flood-low=2500", NULL);
}

/* The roundest count per unit that has the period, 0 if none has. Fast rates share periods. */
static uint64_t count_of(uint64_t ticks, uint64_t period)
{
	uint64_t least = ticks / (period + 1) + 1, most = ticks / period;

	for (uint64_t round = RATE_MOST; round; round /= 10)
		if (most / round * round >= least)
			return most / round * round;
	return 0;
}

const char *mxw_rate_format(const struct mxw_rate *rate, char out[MXW_SETTING_VALUE])
{
	if (!rate->period) {
		(void)snprintf(out, MXW_SETTING_VALUE, "none");
		return out;
	}
	for (size_t i = 0; i < UNITS; i++) {
		uint64_t count = count_of(units[i].ticks, rate->period);

		if (!count && i + 1 < UNITS)
			continue;
		(void)snprintf(out, MXW_SETTING_VALUE, "%llu/%s:%llu", (unsigned long long)count,
			       units[i].name, (unsigned long long)(rate->tau / rate->period + 1));
		break;
	}
	return out;
}

/* Cuts text at the first of the character, and returns what is behind it, or NULL. */
static char *cut(char *text, char at)
{
	char *found = strchr(text, at);

	if (!found)
		return NULL;
	*found = '\0';
	return found + 1;
}

static bool parse_rate(const char *value, struct mxw_rate *rate)
{
	char text[MXW_SETTING_VALUE] = "", *unit, *burst_text;
	uint64_t count, burst;

	*rate = (struct mxw_rate){ 0 };
	if (strcmp(value, "none") == 0)
		return true;
	(void)snprintf(text, sizeof(text), "%s", value); /* a text that is cut is not a rate */
	burst_text = cut(text, ':');
	unit = cut(text, '/');
	if (!unit || !burst_text || !mxw_number_parse(text, 1, RATE_MOST, &count) ||
	    !mxw_number_parse(burst_text, 1, RATE_MOST, &burst))
		return false;
	for (size_t i = 0; i < UNITS; i++)
		if (strcmp(unit, units[i].name) == 0)
			rate->period = units[i].ticks / count;
	rate->tau = (burst - 1) * rate->period;
	return rate->period && rate->tau + rate->period <= MXW_LIMIT_FAR;
}

/* The index of a word in a table of count, or count. */
static unsigned int find(const char *const *table, unsigned int count, const char *word)
{
	unsigned int i = 0;

	while (i < count && table[i] && strcmp(table[i], word) != 0)
		i++;
	return i < count && !table[i] ? count : i;
}

/* The set of a port, made from that of all ports if it has none. 0: no room. */
static uint32_t own_set(struct mxw_limits *limits, uint16_t port)
{
	uint32_t set = mxw_limits_set_of(limits, port), i = 0;

	if (set)
		return set;
	while (i < MXW_LIMIT_PORTS && limits->port[i])
		i++;
	if (i == MXW_LIMIT_PORTS)
		return 0;
	limits->port[i] = port;
	memcpy(limits->rate[i + 1], limits->rate[0], sizeof(limits->rate[0]));
	return i + 1;
}

static int unknown_key(const char *key, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_USAGE,
			"\"%.60s\" is not a setting of the limits: `xdpctl limits show` lists them",
			key);
}

/* "unknown.source.ipv4@25", family and port being optional. */
static int set_rate(struct mxw_limits *limits, const char *key, const char *value,
		    struct mxw_err *err)
{
	char class_text[MXW_SETTING_KEY], *level_text, *family_text, *port_text;
	unsigned int class, level, family = 2;
	struct mxw_rate rate;
	uint64_t port = 0;
	uint32_t set = 0;

	(void)snprintf(class_text, sizeof(class_text), "%s", key); /* too long: unknown */
	port_text = cut(class_text, '@');
	level_text = cut(class_text, '.');
	family_text = level_text ? cut(level_text, '.') : NULL;
	class = find(classes, MXW_LIMIT_CLASSES, class_text);
	level = level_text ? find(levels, MXW_LIMIT_LEVELS, level_text) : MXW_LIMIT_LEVELS;
	family = family_text ? find(families, 2, family_text) : 2;
	if (class == MXW_LIMIT_CLASSES || level == MXW_LIMIT_LEVELS ||
	    (family_text && family == 2) ||
	    (port_text && !mxw_number_parse(port_text, 1, 65535, &port)))
		return unknown_key(key, err);
	if (!parse_rate(value, &rate))
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.60s\" is not a rate: write 30/min:10 for 30 a minute and 10 at "
			"once, with s, min or h, or none; a source owes a day at most",
			value);
	if (port)
		set = own_set(limits, (uint16_t)port);
	if (port && !set)
		return mxw_fail(err, MXW_E_USAGE,
				"%d ports have rates of their own already: port %llu cannot",
				MXW_LIMIT_PORTS, (unsigned long long)port);
	for (unsigned int i = 0; i < 2; i++)
		if (family == 2 || family == i)
			limits->rate[set][class][i].level[level] = rate;
	return MXW_OK;
}

static int set_mode(uint32_t *mode, const char *key, const char *value, struct mxw_err *err)
{
	unsigned int found = find(modes, MXW_LIMIT_ENFORCE + 1, value);

	if (found > MXW_LIMIT_ENFORCE)
		return mxw_fail(err, MXW_E_USAGE, "%s is off, shadow or enforce, not \"%.60s\"",
				key, value);
	*mode = found;
	return MXW_OK;
}

static int set_flood(struct mxw_limits *limits, const char *value, struct mxw_err *err)
{
	static const uint32_t flood_modes[] = { MXW_LIMIT_OFF, MXW_LIMIT_SHADOW, MXW_LIMIT_ENFORCE,
						MXW_LIMIT_ENFORCE };
	unsigned int found = find(floods, 4, value);

	if (found == 4)
		return mxw_fail(err, MXW_E_USAGE,
				"flood is off, shadow, auto or forced, not \"%.60s\"", value);
	limits->flood_mode = flood_modes[found];
	limits->flood_forced = found == 3;
	return MXW_OK;
}

/* Marks in SYNs per second, stored in SYNs per window. */
static int set_mark(struct mxw_limits *limits, bool high, const char *value, struct mxw_err *err)
{
	uint64_t number;
	uint32_t syns, batch = 1;

	if (!mxw_number_parse(value, 1, FLOOD_MOST, &number))
		return mxw_fail(err, MXW_E_USAGE,
				"\"%.60s\" is not a number of SYNs per second from 1 to %llu",
				value, FLOOD_MOST);
	syns = (uint32_t)((number * WINDOW_NS + SECOND_NS / 2) / SECOND_NS);
	if (high) {
		limits->flood_high = syns;
		if (limits->flood_low > syns)
			limits->flood_low = syns;
	} else {
		limits->flood_low = syns;
		if (limits->flood_high < syns)
			limits->flood_high = syns;
	}
	while (batch < 64 && batch * 16 <= limits->flood_low)
		batch *= 2;
	limits->flood_batch = batch;
	return MXW_OK;
}

static int set_conns(uint32_t *most, const char *value, struct mxw_err *err)
{
	uint64_t number;

	if (!mxw_number_parse(value, 0, CONNS_MOST, &number))
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.60s\" is not a number of connections from 1 to %d, or 0 for any",
			value, CONNS_MOST);
	*most = (uint32_t)number;
	return MXW_OK;
}

int mxw_limits_set(struct mxw_limits *limits, const char *setting, struct mxw_err *err)
{
	char key[MXW_SETTING_KEY + MXW_SETTING_VALUE] = "", *value;

	(void)snprintf(key, sizeof(key), "%s", setting); /* what is too long is unknown */
	value = cut(key, '=');
	if (!value)
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.60s\" is not a setting: write KEY=VALUE, such as rates=enforce",
			setting);
	if (strcmp(key, "rates") == 0)
		return set_mode(&limits->mode, key, value, err);
	if (strcmp(key, "connections") == 0)
		return set_mode(&limits->conns_mode, key, value, err);
	if (strcmp(key, "connections-source") == 0)
		return set_conns(&limits->conns_source, value, err);
	if (strcmp(key, "connections-net") == 0)
		return set_conns(&limits->conns_net, value, err);
	if (strcmp(key, "flood") == 0)
		return set_flood(limits, value, err);
	if (strcmp(key, "flood-high") == 0 || strcmp(key, "flood-low") == 0)
		return set_mark(limits, key[6] == 'h', value, err);
	return set_rate(limits, key, value, err);
}

static int visit_number(mxw_limits_visit *visit, void *context, const char *key, uint64_t number)
{
	char value[MXW_SETTING_VALUE];

	(void)snprintf(value, sizeof(value), "%llu", (unsigned long long)number);
	return visit(context, key, value);
}

/* SYNs per window as SYNs per second. */
static uint64_t per_second(uint32_t syns)
{
	return (syns * SECOND_NS + WINDOW_NS / 2) / WINDOW_NS;
}

static int visit_switches(const struct mxw_limits *limits, mxw_limits_visit *visit, void *context)
{
	unsigned int flood = limits->flood_forced && limits->flood_mode ? 3 : limits->flood_mode;
	int error = visit(context, "rates", modes[limits->mode % 3]);

	if (!error)
		error = visit(context, "connections", modes[limits->conns_mode % 3]);
	if (!error)
		error = visit_number(visit, context, "connections-source", limits->conns_source);
	if (!error)
		error = visit_number(visit, context, "connections-net", limits->conns_net);
	if (!error)
		error = visit(context, "flood", floods[flood % 4]);
	if (!error)
		error = visit_number(visit, context, "flood-high", per_second(limits->flood_high));
	return error ? error
		     : visit_number(visit, context, "flood-low", per_second(limits->flood_low));
}

/* One class of one set. */
static int visit_rates(const struct mxw_limits *limits, uint32_t set, unsigned int class,
		       mxw_limits_visit *visit, void *context)
{
	char key[MXW_SETTING_KEY], value[MXW_SETTING_VALUE], port[16] = "";
	int error = 0;

	if (set)
		(void)snprintf(port, sizeof(port), "@%u", limits->port[set - 1]);
	for (unsigned int i = 0; i < 4 && !error; i++) {
		unsigned int family = i / 2, level = i % 2;

		(void)snprintf(key, sizeof(key), "%s.%s.%s%s", classes[class], levels[level],
			       families[family], port);
		error = visit(context, key,
			      mxw_rate_format(&limits->rate[set][class][family].level[level],
					      value));
	}
	return error;
}

int mxw_limits_each(const struct mxw_limits *limits, mxw_limits_visit *visit, void *context)
{
	int error = visit_switches(limits, visit, context);

	for (uint32_t set = 0; set < MXW_LIMIT_SETS && !error; set++) {
		if (set && !limits->port[set - 1])
			break;
		for (unsigned int class = 0; class < MXW_LIMIT_CLASSES && !error; class ++)
			error = visit_rates(limits, set, class, visit, context);
	}
	return error;
}
