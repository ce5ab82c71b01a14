// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What synflood's command line may say, and the safety rule
 * (bench/synflood/options.h, settings.h, eal_words.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bench/synflood/eal_words.h"
#include "bench/synflood/settings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define USUAL "--dest 192.0.2.25 --test-net 192.0.2.0/24 --own 192.0.2.200 "

/* Parses and settles words, separated by spaces. The caller frees *settings. */
static int settle(const char *words, struct sf_settings *settings, struct mxw_err *err)
{
	char copy[512], *argv[40] = { 0 }, *rest = copy, *word;
	static char keep[40][64]; /* the options point there */
	struct sf_options options;
	int argc = 0, error;

	*settings = (struct sf_settings){ 0 };
	(void)snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		(void)snprintf(keep[argc], sizeof(keep[argc]), "%s", word);
		argv[argc] = keep[argc];
		argc++;
	}
	error = sf_options_parse(&options, argc, argv, err);
	return error ? error : sf_settings_make(settings, &options, err);
}

static void expect_refused(const char *words, const char *because)
{
	struct sf_settings settings;
	struct mxw_err err = { .text = "" };

	if (settle(words, &settings, &err) != MXW_E_USAGE)
		fail_msg("\"%s\" was not refused", words);
	if (!strstr(err.text, because))
		fail_msg("\"%s\" was refused without \"%s\": %s", words, because, err.text);
	sf_settings_free(&settings);
}

static void expect_taken(const char *words, struct sf_settings *settings)
{
	struct mxw_err err;

	if (settle(words, settings, &err))
		fail_msg("\"%s\" was refused: %s", words, err.text);
}

static void wrong_words_are_refused_and_quoted(void **state)
{
	static const struct {
		const char *words, *because;
	} rows[] = {
		{ "--foo", "\"--foo\" is not an option" },
		{ "foo", "\"foo\" is not an option" },
		{ "-r 5", "\"-r\" is not an option" },
		{ "--unlimited=5", "\"--unlimited=5\" is not an option" },
		{ "--rate", "--rate needs a value: PPS" },
		{ "--rate x", "--rate \"x\" is not a number from 1 to 1000000000" },
		{ "--rate 0", "--rate \"0\"" },
		{ "--rate 2G", "--rate \"2G\"" },
		{ "--rate 1001M", "--rate \"1001M\"" },
		{ "--rate -5", "--rate \"-5\"" },
		{ "--listed-share 1.1", "--listed-share \"1.1\" is not a number from 0 to 1" },
		{ "--listed-share nan", "\"nan\"" },
		{ "--ipv6-share -1", "\"-1\"" },
		{ "--sources random", "choose one of uniform, clustered, zipf, round-robin" },
		{ "--burst 65", "from 1 to 64" },
		{ "--cores 0", "from 1 to 64" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect_refused(rows[i].words, rows[i].because);
}

static void what_does_not_go_together_is_refused(void **state)
{
	static const struct {
		const char *words, *because;
	} rows[] = {
		{ "--rate 5", "no target" },
		{ USUAL, "--rate PPS, or --unlimited" },
		{ USUAL "--rate 5 --unlimited", "exclude" },
		{ USUAL "--rate 2 --cores 3", "--cores 3" },
		{ USUAL "--unlimited --retransmit", "--retransmit needs --rate" },
		{ USUAL "--rate 5 --retransmit=3,1", "rising" },
		{ USUAL "--rate 5 --retransmit=1,64", "\"1,64\"" },
		{ USUAL "--rate 5 --retransmit=1,2,3,4,5,6,7", "at most 6" },
		{ USUAL "--rate 1000M --retransmit", "too much to remember" },
		{ USUAL "--rate 5 --listed-share 0.5", "--listed FILE" },
		{ USUAL "--rate 5 --listed /nonexistent", "/nonexistent" },
		{ USUAL "--rate 5 --ports 25,0", "\"0\"" },
		{ USUAL "--rate 5 --ports 25:0", "\"25" },
		{ USUAL "--rate 5 --ports 25,25", "twice" },
		{ USUAL "--rate 5 --ports 1,2,3,4,5,6,7,8,9", "at most 8" },
		{ USUAL "--rate 5 --ipv6-share 0.5", "IPv6 address in --dest" },
		{ USUAL "--rate 5 --source-net 2001:db8::/32", "no IPv4 source" },
		{ USUAL "--rate 5 --sources clustered --source-net 10.0.0.0/25", "10.0.0.0/25" },
		{ USUAL "--rate 5 --no-answers", "--dest-mac" },
		{ USUAL "--rate 5 --own 192.0.2.0/24", "--own" },
		{ USUAL "--rate 5 --own 192.0.2.3,192.0.2.4", "one of each" },
		{ USUAL "--rate 5 --dest-mac ff:ff:ff:ff:ff:ff", "one host" },
		{ "--dest 192.0.2.25 --test-net 192.0.2.0/24 --rate 5", "no IPv4 address to ask" },
		{ "--dest 192.0.2.0/24 --i-own-the-target --rate 5", "not prefixes" },
		{ "--dest 192.0.2.1,x --i-own-the-target --rate 5", "\"x\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect_refused(rows[i].words, rows[i].because);
}

static void only_own_targets_are_flooded(void **state)
{
	static const char *const refused[][2] = {
		{ "--rate 5 --own 8.8.8.1 --dest 8.8.8.8", "no test network" },
		{ "--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 10.1.0.0/16",
		  "no test network" },
		{ "--rate 5 --own 10.0.0.2 --dest 10.0.0.1,8.8.8.8 --test-net 10.0.0.0/24",
		  "8.8.8.8" },
		{ "--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 0.0.0.0/0", "too wide" },
		{ "--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 8.0.0.0/7", "too wide" },
		{ "--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 10.0.0.0/24,2000::/3",
		  "too wide" },
		{ "--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 10.0.0.0/24 --gateway "
		  "10.0.1.1",
		  "not directly connected" },
		{ "--rate 5 --own 2001:db8::2 --dest 2001:db8::1 --test-net 10.0.0.0/24",
		  "2001:db8::1" },
	};
	static const char *const taken[] = {
		"--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 10.0.0.0/24",
		"--rate 5 --own 10.0.0.2 --dest 10.0.0.1 --test-net 10.0.0.0/24 --gateway 10.0.0.9",
		("--rate 5 --own 10.0.0.2,2001:db8::2 --dest 10.0.0.1,2001:db8::1 "
		 "--test-net 10.0.0.0/24,2001:db8::/64"),
		"--rate 5 --own 10.0.0.2 --dest 8.8.8.8 --gateway 10.0.0.1 --i-own-the-target",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		expect_refused(refused[i][0], refused[i][1]);
	for (size_t i = 0; i < COUNT(taken); i++) {
		struct sf_settings settings;

		expect_taken(taken[i], &settings);
		sf_settings_free(&settings);
	}
}

static void defaults_are_modest(void **state)
{
	struct sf_settings s;

	(void)state;
	expect_taken(USUAL "--rate 20k", &s);
	assert_int_equal(s.options.rate, 20000);
	assert_int_equal(s.seconds, 10);
	assert_int_equal(s.options.cores, 1);
	assert_int_equal(s.plan.port_count, 1);
	assert_int_equal(s.plan.ports[0], 25);
	assert_int_equal(s.tries, 0);
	assert_int_equal(sf_population_sources(&s.plan.sources[0][SF_IPV4]), 131072);
	assert_int_equal(s.plan.ipv6_share[0], 0);
	assert_string_equal(s.note, "");
	sf_settings_free(&s);
	expect_taken(USUAL "--rate=2M --count=77 --retransmit", &s);
	assert_int_equal(s.options.rate, 2000000);
	assert_int_equal(s.seconds, 0);
	assert_int_equal(s.options.count, 77);
	assert_int_equal(s.tries, 4);
	assert_int_equal(s.delays[3], 15000);
	sf_settings_free(&s);
}

static void sources_of_others_are_warned_of(void **state)
{
	struct sf_settings s;

	(void)state;
	expect_taken(USUAL "--rate 5 --source-net 10.0.0.0/8,9.0.0.0/8", &s);
	assert_non_null(strstr(s.note, "9.0.0.0/8"));
	sf_settings_free(&s);
	expect_taken(USUAL "--rate 5 --source-net all", &s);
	assert_non_null(strstr(s.note, "1.0.0.0/8"));
	sf_settings_free(&s);
}

static void memory_fits_the_run(void **state)
{
	struct sf_settings s;

	(void)state;
	expect_taken(USUAL "--rate 1M --retransmit", &s);
	assert_true(s.remembered >= 25000000);
	sf_settings_free(&s);
	expect_taken(USUAL "--rate 1M --count 100", &s);
	assert_true(s.remembered < 20000);
	sf_settings_free(&s);
	expect_taken(USUAL "--unlimited --cores 4", &s);
	assert_true(s.remembered >= (1 << 26));
	sf_settings_free(&s);
}

static void the_help_names_every_option(void **state)
{
	static const char *const some[] = { "--dest",
					    "--test-net",
					    "--i-own-the-target",
					    "--unlimited",
					    "--retransmit[=S,S...]",
					    "--json",
					    "Examples",
					    "[25]" };
	char text[16384] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(file);
	sf_options_help(file);
	(void)fclose(file);
	for (size_t i = 0; i < COUNT(some); i++)
		assert_non_null(strstr(text, some[i]));
}

static void eal_words_end_at_the_dashes(void **state)
{
	char *argv[] = {
		"synflood", "-l",     "0,1", "--no-huge", "--vdev=net_af_packet0,iface=nosuch9,x=1",
		"--",	    "--dest", "x",   NULL
	};
	struct mxw_err err;
	char name[32];
	int count = sf_eal_words(8, argv);

	(void)state;
	assert_int_equal(count, 5);
	assert_int_equal(sf_eal_words(3, argv), 3);
	assert_true(sf_eal_has(count, argv, "--no-huge"));
	assert_true(sf_eal_has(count, argv, "--vdev"));
	assert_false(sf_eal_has(count, argv, "--no-hug"));
	assert_false(sf_eal_has(count, argv, "--dest"));
	assert_true(sf_eal_iface(argv[4], name, sizeof(name)));
	assert_string_equal(name, "nosuch9");
	assert_false(sf_eal_iface(argv[3], name, sizeof(name)));
	assert_int_equal(sf_eal_check(count, argv, &err), MXW_E_USAGE);
	assert_non_null(strstr(err.text, "\"nosuch9\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_words_are_refused_and_quoted),
		cmocka_unit_test(what_does_not_go_together_is_refused),
		cmocka_unit_test(only_own_targets_are_flooded),
		cmocka_unit_test(defaults_are_modest),
		cmocka_unit_test(sources_of_others_are_warned_of),
		cmocka_unit_test(memory_fits_the_run),
		cmocka_unit_test(the_help_names_every_option),
		cmocka_unit_test(eal_words_end_at_the_dashes),
	};

	return cmocka_run_group_tests_name("synflood_options", tests, NULL, NULL);
}
