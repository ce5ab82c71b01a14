// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of the limits as text, and their file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "state/limit_settings.h"
#include "state/limits.h"

#define SETTINGS 80

/* Every setting, as one text. */
struct all {
	char text[SETTINGS * (MXW_SETTING_KEY + MXW_SETTING_VALUE)];
	size_t count;
};

static int add(void *context, const char *key, const char *value)
{
	struct all *all = context;
	size_t used = strlen(all->text);

	(void)snprintf(all->text + used, sizeof(all->text) - used, "%s=%s\n", key, value);
	all->count++;
	return 0;
}

static const char *all_of(const struct mxw_limits *limits, struct all *all)
{
	*all = (struct all){ .count = 0 };
	assert_int_equal(mxw_limits_each(limits, add, all), 0);
	return all->text;
}

static void has(const struct mxw_limits *limits, const char *setting)
{
	struct all all;

	if (!strstr(all_of(limits, &all), setting))
		fail_msg("no %s in:\n%s", setting, all.text);
}

static void set(struct mxw_limits *limits, const char *setting)
{
	struct mxw_err err;

	if (mxw_limits_set(limits, setting, &err))
		fail_msg("%s: %s", setting, err.text);
}

static void defaults_are_those_of_the_manual(void **state)
{
	struct mxw_limits limits = { .seed = { 1, 2, 3 } };
	struct all all;

	(void)state;
	mxw_limits_default(&limits);
	assert_int_equal(limits.seed[2], 3);
	has(&limits, "rates=enforce\n");
	has(&limits, "connections=shadow\n");
	has(&limits, "connections-source=50\n");
	has(&limits, "flood=auto\n");
	has(&limits, "flood-high=5000\n");
	has(&limits, "flood-low=2500\n");
	has(&limits, "unknown.source.ipv4=300/min:100\n");
	has(&limits, "unknown.net.ipv4=6000/min:2000\n");
	has(&limits, "unknown.source.ipv6=600/min:200\n");
	has(&limits, "unknown.net.ipv6=12000/min:4000\n");
	has(&limits, "good.source.ipv4=3000/min:1000\n");
	(void)all_of(&limits, &all);
	assert_int_equal(all.count, 7 + 16);
}

/* 30/min burst 10 in ticks: T = 2 s, tau = 18 s. */
static void rates_become_ticks(void **state)
{
	struct mxw_limits limits = { 0 };
	const struct mxw_rate *rate = &limits.rate[0][MXW_LIMIT_GOOD][1].level[MXW_LIMIT_NET];

	(void)state;
	set(&limits, "good.net.ipv6=30/min:10");
	assert_int_equal(rate->period, 2000000000ULL / 1024);
	assert_int_equal(rate->tau, 9 * rate->period);
	assert_int_equal(limits.rate[0][MXW_LIMIT_GOOD][0].level[MXW_LIMIT_NET].period, 0);
	set(&limits, "good.net=none");
	assert_int_equal(rate->period, 0);
	set(&limits, "good.net=1/h:1");
	assert_int_equal(rate->period, 3600000000000ULL / 1024);
	assert_int_equal(rate->tau, 0);
}

static void rates_read_as_they_were_written(void **state)
{
	static const char *const rates[] = { "1/min:1",	   "30/min:10", "7/min:3",
					     "600/min:20", "1/h:1",	"7/h:100",
					     "12/h:5",	   "none",	"100000/min:1000000" };

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct mxw_limits limits = { 0 };
		char setting[64], text[MXW_SETTING_VALUE];

		(void)snprintf(setting, sizeof(setting), "unknown.source.ipv4=%s", rates[i]);
		set(&limits, setting);
		(void)mxw_rate_format(&limits.rate[0][0][0].level[0], text);
		assert_string_equal(text, rates[i]);
	}
}

/* A port gets a copy of all rates when it gets its first one; the ninth gets none. */
static void ports_have_own_sets(void **state)
{
	struct mxw_limits limits = { 0 };
	struct mxw_err err;
	char setting[64];

	(void)state;
	mxw_limits_default(&limits);
	set(&limits, "unknown.source@587=5/min:5");
	assert_int_equal(limits.port[0], 587);
	assert_int_equal(mxw_limits_set_of(&limits, 587), 1);
	assert_int_equal(mxw_limits_set_of(&limits, 25), 0);
	has(&limits, "unknown.source.ipv4@587=5/min:5\n");
	has(&limits, "unknown.net.ipv4@587=6000/min:2000\n");
	has(&limits, "unknown.source.ipv4=300/min:100\n");
	for (int port = 1; port < MXW_LIMIT_PORTS; port++) {
		(void)snprintf(setting, sizeof(setting), "grey.net@%d=none", port);
		set(&limits, setting);
	}
	assert_int_equal(mxw_limits_set(&limits, "grey.net@999=none", &err), MXW_E_USAGE);
	set(&limits, "grey.net@587=none");
}

static void flood_settings(void **state)
{
	struct mxw_limits limits = { 0 };

	(void)state;
	mxw_limits_default(&limits);
	set(&limits, "flood=forced");
	assert_int_equal(limits.flood_mode, MXW_LIMIT_ENFORCE);
	assert_int_equal(limits.flood_forced, 1);
	set(&limits, "flood=shadow");
	assert_int_equal(limits.flood_mode, MXW_LIMIT_SHADOW);
	assert_int_equal(limits.flood_forced, 0);
	set(&limits, "flood-high=100");
	assert_int_equal(limits.flood_low, limits.flood_high);
	assert_in_range(limits.flood_high, 107, 108);
	assert_true(limits.flood_batch * 8 <= limits.flood_low);
	set(&limits, "flood-low=1");
	assert_int_equal(limits.flood_batch, 1);
	has(&limits, "flood-low=1\n");
	set(&limits, "flood-low=9000");
	has(&limits, "flood-high=9000\n");
}

static void nonsense_changes_nothing(void **state)
{
	static const char *const wrong[] = { "",
					     "rates",
					     "rates=",
					     "rates=on",
					     "=shadow",
					     "Rates=off",
					     "flood=on",
					     "flood-high=0",
					     "flood-low=-1",
					     "connections-source=many",
					     "unknown.source=30",
					     "unknown.source=30/min",
					     "unknown.source=0/min:1",
					     "unknown.source=1/min:0",
					     "unknown.source=1/day:1",
					     "unknown.source=1/h:26",
					     "unknown.source=1000000/s:1",
					     "unknown.source= 30/min:10",
					     "unknown=30/min:10",
					     "unknown.=30/min:10",
					     "unknown.host=30/min:10",
					     "unknown.source.ipv5=30/min:10",
					     "unknown.source.ipv4.x=30/min:10",
					     "unknown.source@0=30/min:10",
					     "unknown.source@65536=30/min:10",
					     "stranger.source=30/min:10" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct mxw_limits limits = { 0 }, before;
		struct mxw_err err = { 0 };

		mxw_limits_default(&limits);
		before = limits;
		if (mxw_limits_set(&limits, wrong[i], &err) != MXW_E_USAGE || !err.text[0])
			fail_msg("\"%s\" is taken", wrong[i]);
		assert_memory_equal(&limits, &before, sizeof(limits));
	}
}

static void ignore_note(void *context, const char *text)
{
	(void)text;
	++*(int *)context;
}

/* What was saved is loaded, lines that mean nothing are noted, and no file is the defaults. */
static void file_keeps_settings(void **state)
{
	char dir[] = "/tmp/mxwall-limits-XXXXXX", path[64];
	struct mxw_limits limits = { 0 }, loaded = { 0 };
	struct all first, second;
	int notes = 0;
	const struct mxw_report report = { .note = ignore_note, .context = &notes };
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/limits", dir);
	assert_int_equal(mxw_limits_load(dir, &loaded, &report, NULL), 0);
	mxw_limits_default(&limits);
	assert_string_equal(all_of(&limits, &first), all_of(&loaded, &second));
	set(&limits, "rates=enforce");
	set(&limits, "sanctioned.net.ipv6@2525=3/h:2");
	assert_int_equal(mxw_limits_save(dir, &limits, NULL), 0);
	assert_int_equal(mxw_limits_load(dir, &loaded, &report, NULL), 0);
	assert_string_equal(all_of(&limits, &first), all_of(&loaded, &second));
	assert_int_equal(notes, 0);
	file = fopen(path, "a");
	assert_non_null(file);
	assert_true(fprintf(file, "# a comment\n\nnonsense=1\nflood=off\n") > 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(mxw_limits_load(dir, &loaded, &report, NULL), 0);
	assert_int_equal(notes, 1);
	has(&loaded, "flood=off\n");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_manual),
		cmocka_unit_test(rates_become_ticks),
		cmocka_unit_test(rates_read_as_they_were_written),
		cmocka_unit_test(ports_have_own_sets),
		cmocka_unit_test(flood_settings),
		cmocka_unit_test(nonsense_changes_nothing),
		cmocka_unit_test(file_keeps_settings),
	};

	return cmocka_run_group_tests_name("limit settings", tests, NULL, NULL);
}
