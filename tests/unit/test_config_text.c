// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The settings written out (userspace/config/config.h): dump, example, manual, warnings; and
 * that the table is sound.
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
#include "config/value.h"

#define KEY26 "abcdefghijklmnopqrstuvwxyz"
#define MANUAL "docs/mxwall.conf.5.scd"

static struct mxw_settings settings, again;
static struct mxw_mistakes mistakes;

static void parse(const char *text, struct mxw_settings *out)
{
	if (mxw_config_parse(text, strlen(text), "f", out, &mistakes))
		fail_msg("line %u: %s", mistakes.mistake[0].line, mistakes.mistake[0].text);
}

static char *dump(const struct mxw_settings *from, enum mxw_dump what, bool secrets)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	mxw_config_dump(from, what, secrets, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static const char changed[] = "[filter]\n"
			      "hold_unknown = yes\n"
			      "deadman = 90s\n"
			      "\n"
			      "[dnsbl]\n"
			      "sites = \n"
			      "\tzen.spamhaus.org=127.0.0.[2..11]*3\n"
			      "\t" KEY26 ".zen.dq.spamhaus.net\n"
			      "good_threshold = -7\n"
			      "drop_max = 1d\n"
			      "resolvers = \n"
			      "\t127.0.0.1:5353\n"
			      "\t[2001:db8::1]:53\n"
			      "list_queries_per_day = \n"
			      "\tzen.spamhaus.org=1000\n"
			      "canaries = \n"
			      "\t192.0.2.1\n"
			      "\t2001:db8::2\n"
			      "\n"
			      "[controller]\n"
			      "state = /run/auto.db\n"
			      "metrics = [::1]:9125\n";

static void what_is_dumped_can_be_read_again(void **state)
{
	char *text;

	(void)state;
	parse(changed, &settings);
	text = dump(&settings, MXW_DUMP_CHANGED, true);
	assert_string_equal(text, changed);
	free(text);
	text = dump(&settings, MXW_DUMP_ALL, true);
	parse(text, &again);
	assert_memory_equal(&settings, &again, sizeof(settings));
	free(text);
	mxw_config_defaults(&settings);
	text = dump(&settings, MXW_DUMP_CHANGED, false);
	assert_string_equal(text, "");
	free(text);
}

static void keys_are_masked_unless_asked_for(void **state)
{
	char *text;

	(void)state;
	parse("[dnsbl]\nsites=" KEY26 ".zen.dq.spamhaus.net*2\n"
	      "list_queries_per_second=" KEY26 ".zen.dq.spamhaus.net=9\n",
	      &settings);
	text = dump(&settings, MXW_DUMP_ALL, false);
	assert_null(strstr(text, "abcdef"));
	assert_non_null(strstr(text, "\t***.zen.dq.spamhaus.net*2\n"));
	assert_non_null(strstr(text, "\t***.zen.dq.spamhaus.net=9\n"));
	free(text);
}

static void no_mistake(void *context, size_t offset, const char *sentence)
{
	const struct mxw_setting *setting = context;

	(void)offset;
	fail_msg("[%s] %s: %s", setting->section, setting->key, sentence);
}

static void the_table_is_sound(void **state)
{
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	(void)state;
	mxw_config_defaults(&settings);
	for (size_t i = 0; i < count; i++) {
		char range[160];

		assert_int_equal(mxw_value_parse(&table[i], table[i].preset, &again, no_mistake,
						 (void *)&table[i]),
				 0);
		assert_true(mxw_value_equal(&table[i], &settings, &again));
		assert_ptr_equal(mxw_setting_find(table[i].section, table[i].key), &table[i]);
		assert_true(strlen(table[i].help) > 20 && !strchr(table[i].help, '\n'));
		assert_true(strlen(mxw_value_range(&table[i], range)) > 5);
		for (size_t k = 0; k < i; k++) /* no two rows share a field */
			assert_int_not_equal(table[k].offset, table[i].offset);
	}
}

/* Commented out it is the defaults; with the comments taken from keys, still, but for sites. */
static void the_example_is_a_configuration(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	mxw_config_example(out);
	assert_int_equal(fclose(out), 0);
	parse(text, &settings);
	mxw_config_defaults(&again);
	assert_memory_equal(&settings, &again, sizeof(settings));
	for (char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (line[0] == '#' && line[1] != ' ')
			memmove(line, line + 1, strlen(line));
	}
	parse(text, &settings);
	assert_int_equal(settings.dnsbl.sites.line_count, 10);
	settings.dnsbl.sites = again.dnsbl.sites;
	assert_memory_equal(&settings, &again, sizeof(settings));
	free(text);
}

static char *read_manual(void)
{
	char *text = calloc(1, 1 << 17);
	FILE *in = fopen(MANUAL, "r");

	assert_non_null(text);
	if (!in || fread(text, 1, (1 << 17) - 1, in) == 0)
		fail_msg("%s cannot be read; run from the top of the tree", MANUAL);
	(void)fclose(in);
	return text;
}

/* The manual holds what the table says, word for word. To renew it: run this test with
 * MXW_RENEW_MANUAL=1, which puts the table's part between the two comments. */
static void the_manual_follows_the_table(void **state)
{
	static const char begin[] = "; from the table of settings\n\n",
			  end[] = "; end of the table\n";
	char *manual = read_manual(), *text = NULL, *from, *to;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	mxw_config_manual(out);
	assert_int_equal(fclose(out), 0);
	from = strstr(manual, begin);
	to = strstr(manual, end);
	assert_true(from && to && from < to);
	from += strlen(begin);
	if (getenv("MXW_RENEW_MANUAL")) {
		out = fopen(MANUAL, "w");
		assert_non_null(out);
		(void)fprintf(out, "%.*s%s%s", (int)(from - manual), manual, text, to);
		assert_int_equal(fclose(out), 0);
	} else if ((size_t)(to - from) != length || memcmp(from, text, length) != 0) {
		fail_msg("%s differs from the table; renew it, as the test says", MANUAL);
	}
	free(text);
	free(manual);
}

/* All warnings, one to a line. */
static void collect(void *context, const char *sentence)
{
	char *all = context;
	size_t at = strlen(all);

	(void)snprintf(all + at, 4000 - at, "%s\n", sentence);
}

#define LONELY                                                                                     \
	"a drop needs 2 lists that agree, and sites has 1 with a weight above 0: nothing is ever " \
	"dropped; add lists, or name answers that suffice alone under authoritative\n"

static void warnings_name_lists(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "sites is empty: no list is asked\n" },
		{ "sites = bl.spamcop.net*8 a.b\n", "" },
		{ "sites = bl.spamcop.net*8\n", LONELY },
		{ "sites = bl.spamcop.net=127.0.0.2*8 bl.spamcop.net=127.0.0.3*8\n", LONELY },
		{ "sites = bl.spamcop.net*8 a.b*-2\n", LONELY },
		{ "sites = bl.spamcop.net*8\ndrop_threshold = 0\n", "" },
		{ "sites = bl.spamcop.net*8\nauthoritative = bl.spamcop.net\n", "" },
		{ "sites = zen.spamhaus.org=127.0.0.[2..11]*8\n",
		  "zen.spamhaus.org is free up to 300 000 queries a day; free for non-commercial "
		  "use only.\n" },
		{ "sites = bl.spamcop.net*7\n", "drop_threshold is 8, but all weights together are "
						"7: nothing is ever dropped\n" },
		{ "sites = dnsbl.sorbs.net*8 a.b\n",
		  "dnsbl.sorbs.net is dead: it ended on 5 June 2024. Remove it from sites.\n" },
		{ "sites = list.dnswl.org*-2 a.b*9 c.d\nlist_queries_per_day = "
		  "list.dnswl.org=200000\n",
		  "list.dnswl.org is free up to 100 000 queries a day.\n"
		  "list_queries_per_day of list.dnswl.org is above the 100000 that its vendor "
		  "allows free users\n" },
		{ "sites = a.b*8 e.f\nlist_queries_per_second = c.d=9\n",
		  "list_queries_per_second names c.d, which is not among sites\n" },
		{ "sites = a.b*8 e.f\nlist_queries_per_day = c.d=9\n[names]\nrhsbl_sites = c.d\n",
		  "rhsbl_sites are not asked: reverse is no\n" },
		{ "sites = a.b*8 e.f\nresolvers = 127.0.0.1 9.9.9.11 192.0.2.53 "
		  "[2001:4860:4860::8844]:53\n",
		  "resolvers names 9.9.9.11, a public resolver (Quad9): lists refuse or falsify "
		  "answers through those. Run unbound on this host and set resolvers = 127.0.0.1.\n"
		  "resolvers names 2001:4860:4860::8844, a public resolver (Google): lists refuse "
		  "or falsify answers through those. Run unbound on this host and set resolvers = "
		  "127.0.0.1.\n" },
		{ "sites = a.b*8 e.f\n[controller]\ndrop_share = 90\ndrop_share_window = 1m\n",
		  "drop_share has no effect any more: whatever share of the connections is "
		  "dropped, drops go on; remove it\n"
		  "drop_share_window has no effect any more; remove it\n" },
		{ "sites = a.b*8 e.f\nreject_threshold = 5\nallow_threshold = -3\n",
		  "reject_threshold is called sanction_threshold now; the old name is still read\n"
		  "allow_threshold is called good_threshold now; the old name is still read\n" },
		{ "sites = a.b*8 e.f\nsanction_threshold = 5\ngood_threshold = -3\n", "" },
		{ "sites = a.b*8 e.f\nresolvers = 127.0.0.53 127.0.0.1:5353 ::1 10.0.0.1\n", "" },
		{ "sites = a.b*8 e.f\n[names]\nreverse = yes\nscore_max = 8\n"
		  "rhsbl_sites = sorbs.net\n",
		  "sorbs.net is dead: it ended on 5 June 2024. Remove it from sites.\n"
		  "score_max of names is 8: together with any lists_for_drop lists, however little "
		  "they weigh, names then reach drop_threshold\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1000], all[4000] = "";

		(void)snprintf(text, sizeof(text), "[dnsbl]\n%s", rows[i].text);
		parse(text, &settings);
		mxw_config_warnings(&settings, collect, all);
		assert_string_equal(all, rows[i].want);
	}
}

static void quotas_by_list_by_key_by_vendor(void **state)
{
	static const struct {
		const char *text, *zone;
		uint32_t per_second, per_day;
	} rows[] = {
		{ "", "a.b", 4000, 0 },
		{ "queries_per_second = 0\n", "a.b", 0, 0 },
		{ "queries_per_second = 0\n", "bl.spamcop.net", 0, 0 },
		{ "queries_per_second = 300\n", "bl.spamcop.net", 100, 0 },
		{ "queries_per_second = 30\n", "bl.spamcop.net", 30, 0 },
		{ "list_queries_per_second = bl.spamcop.net=300\n", "bl.spamcop.net", 300, 0 },
		{ "", "zen.spamhaus.org", 100, 300000 },
		{ "queries_per_day = 500000\n", "zen.spamhaus.org", 100, 300000 },
		{ "queries_per_day = 500\n", "zen.spamhaus.org", 100, 500 },
		{ "queries_per_day = 500\n", "a.b", 4000, 500 },
		{ "list_queries_per_day = zen.spamhaus.org=900000\n", "zen.spamhaus.org", 100,
		  900000 },
		{ "list_queries_per_day = zen.spamhaus.org=0\n", "zen.spamhaus.org", 100, 0 },
		{ "list_queries_per_second = zen.dq.spamhaus.net=7\n", KEY26 ".zen.dq.spamhaus.net",
		  7, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		uint32_t per_second, per_day;

		(void)snprintf(text, sizeof(text), "[dnsbl]\n%s", rows[i].text);
		parse(text, &settings);
		mxw_config_quota(&settings, rows[i].zone, &per_second, &per_day);
		if (per_second != rows[i].per_second || per_day != rows[i].per_day)
			fail_msg("row %zu: %u, %u", i, per_second, per_day);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_dumped_can_be_read_again),
		cmocka_unit_test(keys_are_masked_unless_asked_for),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(the_example_is_a_configuration),
		cmocka_unit_test(the_manual_follows_the_table),
		cmocka_unit_test(warnings_name_lists),
		cmocka_unit_test(quotas_by_list_by_key_by_vendor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
