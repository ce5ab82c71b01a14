// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mxwall.conf as text (userspace/config/config.h): what is understood, and case
 * L1, what is refused with which line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "config/config.h"

#define KEY "abcdefghijklmnopqrstuvwxyz"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct mxw_settings settings;
static struct mxw_mistakes mistakes;

static int parse(const char *text)
{
	return mxw_config_parse(text, strlen(text), "mxwall.conf", &settings, &mistakes);
}

static void good(const char *text)
{
	if (parse(text) != MXW_OK)
		fail_msg("line %u: %s", mistakes.mistake[0].line, mistakes.mistake[0].text);
}

static void nothing_means_the_defaults(void **state)
{
	static struct mxw_settings defaults;

	(void)state;
	mxw_config_defaults(&defaults);
	good("");
	assert_memory_equal(&settings, &defaults, sizeof(settings));
	good("# a comment\n\n; another\n[dnsbl]\n   \n[filter]");
	assert_memory_equal(&settings, &defaults, sizeof(settings));
	assert_int_equal(settings.dnsbl.drop, 8);
	assert_int_equal(settings.dnsbl.allow, -2);
	assert_int_equal(settings.dnsbl.deadline, 10);
	assert_int_equal(settings.dnsbl.authoritative.line_count, 2);
	assert_int_equal(settings.dnsbl.sites.line_count, 0);
	assert_string_equal(settings.controller.user, "mxwall");
	/* what names say is not asked for, and could not drop anybody by itself */
	assert_false(settings.names.reverse);
	assert_int_equal(settings.names.rhsbl.line_count, 0);
	assert_true(settings.names.score_max < settings.dnsbl.reject);
	assert_true(settings.names.score_min > settings.dnsbl.allow);
}

static void every_type_is_understood(void **state)
{
	const struct mxw_dnsbl_settings *dnsbl = &settings.dnsbl;
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff, 192, 0, 2, 1 };

	(void)state;
	good("\xef\xbb\xbf[filter]\r\nautomatic = shadow\r\nhold_unknown=yes ; for now\r\n"
	     "deadman : 1h30m\n"
	     "[dnsbl]\n"
	     "  drop_threshold = 12\n"
	     "allow_threshold=-5\n"
	     "queries_per_second = 0\n"
	     "list_queries_per_day = zen.spamhaus.org=1000, BL.Spamcop.net=5\n"
	     "resolvers = 127.0.0.1:5353 ::1\n\t[2001:db8::1]:54\n"
	     "canaries = 192.0.2.1\n"
	     "[controller]\nlog = stderr\n[filter]\n");
	assert_int_equal(settings.filter.automatic, MXW_AUTOMATIC_SHADOW);
	assert_true(settings.filter.hold_unknown);
	assert_int_equal(settings.filter.deadman, 5400);
	assert_int_equal(dnsbl->drop, 12);
	assert_int_equal(dnsbl->allow, -5);
	assert_int_equal(dnsbl->per_second, 0);
	assert_int_equal(dnsbl->list_per_day.count, 2);
	assert_string_equal(dnsbl->list_per_day.zone[1], "bl.spamcop.net");
	assert_int_equal(dnsbl->list_per_day.number[1], 5);
	assert_int_equal(dnsbl->resolvers.count, 3);
	assert_int_equal(dnsbl->resolvers.server[0].port, 5353);
	assert_int_equal(dnsbl->resolvers.server[1].port, 53);
	assert_int_equal(dnsbl->resolvers.server[2].port, 54);
	assert_memory_equal(dnsbl->canaries.addr[0], mapped, 16);
	assert_int_equal(settings.controller.log, MXW_LOG_STDERR);
}

/* As pasted from main.cf, with comments in between, and in one line that is longer than
 * inih's 200 bytes. */
static void sites_go_on_over_lines(void **state)
{
	char text[MXW_CONFIG_LINE];
	size_t at = (size_t)snprintf(text, sizeof(text), "[dnsbl]\nsites = ");

	(void)state;
	good("[dnsbl]\n"
	     "sites = zen.spamhaus.org*3,\n"
	     "        b.barracudacentral.org=127.0.0.[2..11]*2\n"
	     "\tbl.spamcop.net\n"
	     "#\tdnsbl.sorbs.net\n"
	     "\n"
	     "  ; list.example.org\n"
	     "        list.dnswl.org=127.[0..255].[0..255].[2..3]*-6,\n"
	     "drop_threshold = 9\n");
	assert_int_equal(settings.dnsbl.sites.line_count, 4);
	assert_int_equal(settings.dnsbl.drop, 9);
	for (int i = 0; i < 100; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "%sl%d.example=127.0.0.[2;4;6..8]*%d", i % 3 ? " " : ", ",
				       i % 30, i);
	good(text);
	assert_int_equal(settings.dnsbl.sites.line_count, 100);
	assert_int_equal(settings.dnsbl.sites.zone_count, 30);
	assert_int_equal(settings.dnsbl.sites.line[99].weight, 99);
}

static void mistakes_have_their_line(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *part;
	} rows[] = {
		{ "[dnsbl]\n\nsitse = a.b\n", 3, "there is no key \"sitse\" in [dnsbl]" },
		{ "[dnsbl]\nuser = x\n", 2, "it belongs in [controller]" },
		{ "drop_threshold = 3\n", 1, "before any section; it belongs in [dnsbl]" },
		{ "[dnsbl]\n[dnslb]\nsites = a.b\n", 3,
		  "there is no section [dnslb]; those are filter, dnsbl, names, limits, "
		  "controller" },
		{ "[dnsbl\nsites = a.b\n", 1, "write it as [name]" },
		{ "[dnsbl] sites = a.b\n", 1, "write it as [name]" },
		{ "[dnsbl]\ninclude /etc/passwd\n", 2, "neither a [section] nor key = value" },
		{ "[dnsbl]\n!include x = y\n", 2, "no key \"!include x\"" },
		{ "[dnsbl]\ndrop_threshold = 8\n\ndrop_threshold = 9\n", 4,
		  "already set on line 2" },
		{ "[dnsbl]\ndrop_threshold = 8\n  grey_threshold = 2\n", 3, "takes one value" },
		{ "[dnsbl]\ndrop_threshold = eight\n", 2,
		  "drop_threshold is \"eight\"; it has to be a number from 0 to 1000000" },
		{ "[dnsbl]\ndrop_threshold =\n", 2, "drop_threshold is \"\"" },
		{ "[dnsbl]\ndrop_threshold = 99999999999999999999\n", 2, "drop_threshold is" },
		{ "[dnsbl]\nallow_threshold = 2\n", 2, "a number from -1000000 to 0" },
		{ "[dnsbl]\nlists_for_drop = 1\n", 2, "a number from 2 to 32" },
		{ "[dnsbl]\ndeadline = 2h\n", 2, "a duration from 1s to 1m" },
		{ "[dnsbl]\ndeadline = soon\n", 2, "deadline is \"soon\"" },
		{ "[filter]\nhold_unknown = on\n", 2, "it has to be yes or no" },
		{ "[filter]\nautomatic = drop\n", 2, "it has to be shadow or enforce" },
		{ "[controller]\nlog_level = loud\n", 2, "error, warning, info or debug" },
		{ "[controller]\nuser = a b\n", 2, "one word" },
		{ "[controller]\nuser =\n", 2, "one word" },
		{ "[controller]\nstate = run/x\n", 2, "an absolute path" },
		{ "[controller]\nstate = /run/../etc/x\n", 2, "an absolute path" },
		{ "[controller]\nstate = $HOME/x\n", 2, "an absolute path" },
		{ "[dnsbl]\nresolvers = ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1\n", 2,
		  "one address too many" },
		{ "[dnsbl]\nin_flight = 1001\n", 2, "1 to 1000" },
		{ "[limits]\nqueue = 1048577\n", 2, "10 to 1048576" },
		{ "[dnsbl]\nresolvers = 127.0.0.1:0\n", 2, "none of ADDR" },
		{ "[controller]\nmetrics = 0.0.0.0:9125\n", 2, "ADDR:PORT of the loopback" },
		{ "[controller]\nmetrics = 192.0.2.1:9125\n", 2, "ADDR:PORT of the loopback" },
		{ "[controller]\nmetrics = [::]:9125\n", 2, "ADDR:PORT of the loopback" },
		{ "[controller]\nmetrics = 127.0.0.1\n", 2, "ADDR:PORT of the loopback" },
		{ "[controller]\nmetrics = 127.0.0.1:1 127.0.0.1:2\n", 2, "ADDR:PORT of the" },
		{ "[dnsbl]\nresolvers = localhost\n", 2, "none of ADDR" },
		{ "[dnsbl]\nresolvers =\n ::1\n [::1\n", 4, "none of ADDR" },
		{ "[dnsbl]\ncanaries = 192.0.2.0/24\n", 2, "not an address" },
		{ "[dnsbl]\nlist_queries_per_day = a.b\n", 2, "is not domain=number" },
		{ "[dnsbl]\nlist_queries_per_day = a.b=1\n\ta.b=2\n", 3, "stands there twice" },
		{ "[dnsbl]\nsites = a.b\n# x\n\tc.d*2\n\n\te.f=127.0.0.[9..2]\n", 6,
		  "numeric range error" },
		{ "[dnsbl]\nttl_min = 2h\n", 2, "ttl_min is above ttl_max" },
		{ "[dnsbl]\ndrop_threshold = 3\n", 2,
		  "sanction_threshold is above drop_threshold" },
		{ "[dnsbl]\nreject_threshold = 4\nsanction_threshold = 4\n", 3,
		  "\"sanction_threshold\" is already set on line 2" },
		{ "[dnsbl]\nreject_threshold = 0\ngrey_threshold = 9\n", 3,
		  "grey_threshold is above drop_threshold" },
		{ "[dnsbl]\nsites = ab\x01\n", 2, "control character (0x01)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		settings.dnsbl.drop = 4711;
		if (parse(rows[i].text) != MXW_E_USAGE ||
		    mistakes.mistake[0].line != rows[i].line ||
		    !strstr(mistakes.mistake[0].text, rows[i].part))
			fail_msg("row %zu, \"%s\": line %u: %s", i, rows[i].text,
				 mistakes.mistake[0].line, mistakes.mistake[0].text);
		assert_int_equal(settings.dnsbl.drop, 4711);
	}
}

static void a_rung_may_be_left_out(void **state)
{
	(void)state;
	good("[dnsbl]\nsanction_threshold = 0\ngrey_threshold = 0\nlimit_threshold = 7\n");
	good("[dnsbl]\ndrop_threshold = 0\n");
}

static void all_mistakes_are_told_up_to_twenty(void **state)
{
	char text[2000];
	size_t at = (size_t)snprintf(text, sizeof(text), "[dnsbl]\n");
	char line[300];

	(void)state;
	assert_int_equal(parse("[filter]\ndeadman = x\nfoo = 1\n[bar]\na = 1\nb = 2\n[dnsbl]\n"
			       "sites = a..b *2 c.d\nttl_min = 0s\nnonsense\n"),
			 MXW_E_USAGE);
	assert_int_equal(mistakes.total, 7);
	for (size_t i = 1; i < mistakes.count; i++)
		assert_true(mistakes.mistake[i - 1].line <= mistakes.mistake[i].line);
	assert_string_equal(mxw_mistakes_format(&mistakes, 0, line, sizeof(line)),
			    "mxwall.conf:2: deadman is \"x\"; it has to be a duration from 10s to "
			    "1d");
	for (int i = 0; i < 50; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "key%d = 1\n", i);
	assert_int_equal(parse(text), MXW_E_USAGE);
	assert_int_equal(mistakes.total, 50);
	assert_int_equal(mistakes.count, MXW_MISTAKES);
	assert_int_equal(mistakes.mistake[19].line, 21);
}

static void keys_and_control_characters_are_not_shown(void **state)
{
	static const char *const texts[] = {
		"[dnsbl]\nsites = " KEY ":zen.dq.spamhaus.net*3\n",
		"[dnsbl]\nsites = " KEY "*x\n",
		"[dnsbl]\nsites = zen.dq.spamhaus.net=" KEY "\n",
		"[dnsbl]\n" KEY " = 1\n",
		"[dnsbl]\nlist_queries_per_day = " KEY "=x\n",
		"[dnsbl]\nresolvers = -" KEY "_\n",
		"[" KEY "]\na = 1\n",
	};

	(void)state;
	(void)parse("[dnsbl]\nsites = abcdefghijklmnopqrstuvwxyz.zen.dq.spamhaus.net=*2\n");
	assert_null(strstr(mistakes.mistake[0].text, "abcdefghijklmnop"));
	(void)parse("[dnsbl]\nsites = abcdefghijklmnopqrstuvwxyz.zen.dq.spamhaus.net*x\n"
		    "\t\xff\x80*\n");
	assert_non_null(strstr(mistakes.mistake[0].text, "***.zen.dq.spamhaus.net*x"));
	assert_null(strstr(mistakes.mistake[0].text, "abcdefghijklmnop"));
	assert_non_null(strstr(mistakes.mistake[1].text, "??*"));
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!parse(texts[i]))
			fail_msg("no mistake in %s", texts[i]);
		for (size_t m = 0; m < mistakes.count; m++)
			if (strstr(mistakes.mistake[m].text, "abcdefghijklmnop"))
				fail_msg("%s: %s", texts[i], mistakes.mistake[m].text);
	}
}

/* L1: NUL anywhere, and lines and words of every length up to 10 MB. */
static void hostile_texts_are_refused(void **state)
{
	static const size_t lengths[] = { 150, 189, 190, 191, 199, 200, 201, 4090, 5000, 10000000 };

	(void)state;
	for (size_t at = 0; at < 20; at++) {
		char text[] = "[dnsbl]\nsites = a.b\n";

		text[at] = '\0';
		assert_int_equal(mxw_config_parse(text, 20, "f", &settings, &mistakes),
				 MXW_E_USAGE);
		assert_non_null(strstr(mistakes.mistake[0].text, "NUL"));
		assert_int_equal(mistakes.mistake[0].line, at < 8 ? 1 : 2);
	}
	for (size_t i = 0; i < COUNT(lengths); i++) {
		char *text = malloc(lengths[i] + 40);

		assert_non_null(text);
		memset(text, 'a', lengths[i] + 40);
		memcpy(text, "[dnsbl]\nsites = ", sizeof("[dnsbl]\nsites = ") - 1);
		assert_int_equal(mxw_config_parse(text, lengths[i] + 8, "f", &settings, &mistakes),
				 MXW_E_USAGE);
		assert_int_equal(mistakes.mistake[0].line, 2);
		assert_int_equal(mistakes.total, 1);
		for (size_t k = 20; k < lengths[i] + 8; k += 3)
			text[k] = "x, =[];\t"[k % 8];
		(void)mxw_config_parse(text, lengths[i] + 8, "f", &settings, &mistakes);
		free(text);
	}
}

/* Whatever the bytes are: an answer, and no crash. */
static void random_texts_do_no_harm(void **state)
{
	static const char bits[] = "[]=:;# \t\n\n\nadnsblsites.*-0127;..[2..3]\r,\xff";
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		char text[600] = "[dnsbl]\nsites = ";

		for (size_t k = i % 2 ? 16 : 0; k < sizeof(text); k++) {
			seed = seed * 1103515245 + 12345;
			text[k] = bits[(seed >> 16) % (sizeof(bits) - 1)];
		}
		(void)mxw_config_parse(text, sizeof(text), "f", &settings, &mistakes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_means_the_defaults),
		cmocka_unit_test(every_type_is_understood),
		cmocka_unit_test(sites_go_on_over_lines),
		cmocka_unit_test(mistakes_have_their_line),
		cmocka_unit_test(a_rung_may_be_left_out),
		cmocka_unit_test(all_mistakes_are_told_up_to_twenty),
		cmocka_unit_test(keys_and_control_characters_are_not_shown),
		cmocka_unit_test(hostile_texts_are_refused),
		cmocka_unit_test(random_texts_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
