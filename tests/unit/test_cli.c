// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command lines and what becomes of them (tools/xdpctl/cli/cli.h): fields, or one
 * sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/book.h"
#include "tools/xdpctl/cli/cli.h"

#define WORDS 8

/* clang-format off */
#define LINE(...) { __VA_ARGS__ }
/* clang-format on */

static void add(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(char *out, const char *format, ...)
{
	size_t used = strlen(out);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(out + used, BOOK_TEXT - used, format, args);
	va_end(args);
}

static void add_list(char *out, const char *name, const struct cli_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		add(out, "%s=%s ", name, list->items[i]);
}

static void add_number(char *out, const char *name, uint64_t value)
{
	if (value)
		add(out, "%s=%llu ", name, (unsigned long long)value);
}

static void add_text(char *out, const char *name, const char *value)
{
	if (value)
		add(out, "%s=%s ", name, value);
}

/* Every field that is set. */
static const char *describe(const struct cli_args *args, char out[BOOK_TEXT])
{
	out[0] = '\0';
	add_number(out, "json", args->json);
	add_number(out, "porcelain", args->porcelain);
	add_number(out, "help", args->help);
	add_number(out, "dry_run", args->dry_run);
	add_number(out, "verbose", args->verbose);
	add_number(out, "all", args->all);
	add_number(out, "force", args->force);
	add_number(out, "exclusive", args->exclusive);
	add_number(out, "shared", args->shared);
	add_number(out, "drop_fragmented", args->drop_fragmented);
	add_number(out, "repair", args->repair);
	add_number(out, "yes", args->yes);
	add_number(out, "mode", args->mode);
	add_number(out, "xdp", args->xdp);
	add_number(out, "confirm", args->confirm);
	add_number(out, "capacity", args->capacity);
	add_number(out, "duration", args->duration);
	add_number(out, "count", args->count);
	add_text(out, "reason", args->reason);
	add_text(out, "file", args->file);
	add_list(out, "ports", &args->ports);
	add_list(out, "protect", &args->protect);
	add_list(out, "never", &args->never);
	add_list(out, "operand", &args->operands);
	return out;
}

/* A command line, which the fields point into. */
struct typed {
	char words[WORDS][64];
};

/* Parses words, up to a NULL, of which the first is a verb. */
static int parse(struct cli *cli, struct typed *typed, const char *const words[WORDS])
{
	char *argv[WORDS + 1] = { NULL };
	int argc = 0;

	*cli = (struct cli){ .verb = cli_find_verb(words[0]) };
	if (!cli->verb)
		fail_msg("\"%s\" is not a verb", words[0]);
	for (; argc < WORDS && words[argc]; argc++) {
		(void)snprintf(typed->words[argc], sizeof(typed->words[argc]), "%s", words[argc]);
		argv[argc] = typed->words[argc];
	}
	return cli_parse(cli, argc, argv);
}

static void lines_become_fields(void **state)
{
	static const struct {
		const char *words[WORDS];
		const char *want;
	} rows[] = {
		{ LINE("status"), "" },
		{ LINE("status", "-j"), "json=1 " },
		{ LINE("status", "--json", "--porcelain"), "json=1 porcelain=1 " },
		{ LINE("block", "192.0.2.7"), "operand=192.0.2.7 " },
		{ LINE("block", "192.0.2.7", "--for", "1h", "--reason", "spam"),
		  "duration=3600 reason=spam operand=192.0.2.7 " },
		{ LINE("block", "--for=1h30m", "--reason=a=b", "192.0.2.7"),
		  "duration=5400 reason=a=b operand=192.0.2.7 " },
		{ LINE("block", "-t", "90", "-r", "--json", "192.0.2.7"),
		  "duration=90 reason=--json operand=192.0.2.7 " },
		{ LINE("block", "--reason=", "192.0.2.7"), "reason= operand=192.0.2.7 " },
		{ LINE("block", "a", "-F", "b", "-n", "c"),
		  "dry_run=1 force=1 operand=a operand=b operand=c " },
		{ LINE("block", "-"), "operand=- " },
		{ LINE("block", "--", "-", "--for"), "operand=- operand=--for " },
		{ LINE("block", "--file", "-f", "--", "--"), "file=-f operand=-- " },
		{ LINE("block"), "" }, /* may have --file: the reader of lines decides */
		{ LINE("block", "--mode", "enforce", "x"), "mode=1 operand=x " },
		{ LINE("block", "--mode", "shadow", "x"), "mode=2 operand=x " },
		{ LINE("attach", "eth0", "--mode", "monitor", "--xdp=native"),
		  "mode=1 xdp=2 operand=eth0 " },
		{ LINE("attach", "-m", "enforce", "-x", "skb", "-e", "-s", "eth0"),
		  "exclusive=1 shared=1 mode=2 xdp=3 operand=eth0 " },
		{ LINE("attach", "eth0", "-x", "auto", "-c", "86400", "-C", "67108864"),
		  "xdp=1 confirm=86400 capacity=67108864 operand=eth0 " },
		{ LINE("attach", "eth0", "-d", "a", "--protect=b", "-N", "c"),
		  "protect=a protect=b never=c operand=eth0 " },
		{ LINE("attach", "eth0", "--ports", "25,465", "--drop-fragmented-syn"),
		  "drop_fragmented=1 ports=25,465 operand=eth0 " },
		{ LINE("attach", "eth0", "-P", "25", "--ports=465"),
		  "ports=25 ports=465 operand=eth0 " },
		{ LINE("attach", "--help"), "help=1 " }, /* help needs no operand */
		{ LINE("attach", "-h", "a", "b", "c"), "help=1 operand=a operand=b operand=c " },
		{ LINE("detach", "--all"), "all=1 " },
		{ LINE("detach", "eth0"), "operand=eth0 " },
		{ LINE("verify", "--repair"), "repair=1 " },
		{ LINE("flush", "-y"), "yes=1 " },
		{ LINE("watch", "-c", "4294967296"), "count=4294967296 " },
		{ LINE("list", ""), "operand= " }, /* the verb knows its words */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[BOOK_TEXT];
		struct cli cli;
		struct typed typed;

		if (parse(&cli, &typed, rows[i].words))
			fail_msg("row %zu: %s", i, cli.err.text);
		expect_text(rows[i].words[1] ? rows[i].words[1] : rows[i].words[0],
			    describe(&cli.args, got), rows[i].want);
		cli_free(&cli);
	}
}

static void wrong_lines_get_a_sentence(void **state)
{
	static const struct {
		const char *words[WORDS];
		const char *want;
	} rows[] = {
		{ LINE("status", "eth0"),
		  "\"eth0\" is one word too many for `xdpctl status`: see `xdpctl status --help`" },
		{ LINE("detach", "eth0", "eth1"),
		  "\"eth1\" is one word too many for `xdpctl detach`: see `xdpctl detach --help`" },
		{ LINE("explain", "a", "b", "c"),
		  "\"b\" is one word too many for `xdpctl explain`: see `xdpctl explain --help`" },
		{ LINE("attach"), "`xdpctl attach` needs IFACE: see `xdpctl attach --help`" },
		{ LINE("explain"), "`xdpctl explain` needs ADDR: see `xdpctl explain --help`" },
		{ LINE("completion"),
		  "`xdpctl completion` needs bash|zsh: see `xdpctl completion --help`" },
		{ LINE("block", "--no-such", "x"),
		  "\"--no-such\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "-z", "x"),
		  "\"-z\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "-jp"),
		  "\"-jp\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "-t1h"),
		  "\"-t1h\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "--fo", "1h"),
		  "\"--fo\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "--fork=1"),
		  "\"--fork=1\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "--="),
		  "\"--=\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "--json=yes"),
		  "\"--json=yes\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("block", "-1"),
		  "\"-1\" is not an option of `xdpctl block`: see `xdpctl block --help`" },
		{ LINE("status", "--dry-run"), /* changes nothing */
		  "\"--dry-run\" is not an option of `xdpctl status`: see `xdpctl status --help`" },
		{ LINE("unblock", "--force"), /* of another verb */
		  "\"--force\" is not an option of `xdpctl unblock`: see `xdpctl unblock --help`" },
		{ LINE("block", "x", "--for"), "--for needs a value: TIME" },
		{ LINE("block", "-f", "a", "--file=b"),
		  "--file is given twice, and only one value can count: give it once" },
		{ LINE("attach", "eth0", "-m", "enforce", "-m", "enforce"),
		  "--mode is given twice, and only one value can count: give it once" },
		{ LINE("attach", "-m"), "--mode needs a value: monitor|enforce" },
		{ LINE("attach", "eth0", "--mode", "Enforce"),
		  "--mode \"Enforce\" is unknown: choose one of monitor, enforce" },
		{ LINE("attach", "eth0", "--mode="),
		  "--mode \"\" is unknown: choose one of monitor, enforce" },
		{ LINE("block", "x", "--mode", "monitor"),
		  "--mode \"monitor\" is unknown: choose one of enforce, shadow" },
		{ LINE("attach", "eth0", "--xdp", "driver"),
		  "--xdp \"driver\" is unknown: choose one of auto, native, skb" },
		{ LINE("attach", "eth0", "--confirm", "0"),
		  "--confirm \"0\" is not a number from 1 to 86400" },
		{ LINE("attach", "eth0", "--confirm", "86401"),
		  "--confirm \"86401\" is not a number from 1 to 86400" },
		{ LINE("attach", "eth0", "--confirm=1m"),
		  "--confirm \"1m\" is not a number from 1 to 86400" },
		{ LINE("attach", "eth0", "-C", "67108865"),
		  "--capacity \"67108865\" is not a number from 1 to 67108864" },
		{ LINE("watch", "-c", "-1"),
		  "--count \"-1\" is not a number from 1 to 4294967296" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cli cli;
		struct typed typed;
		int error = parse(&cli, &typed, rows[i].words);

		if (error != MXW_E_USAGE)
			fail_msg("row %zu, wanted \"%s\": result %d", i, rows[i].want, error);
		expect_text(rows[i].words[0], cli.err.text, rows[i].want);
		cli_free(&cli);
	}
}

static void a_wrong_duration_is_quoted(void **state)
{
	static const char *const words[WORDS] = { "block", "x", "--for", "soon" };
	struct cli cli;
	struct typed typed;

	(void)state;
	assert_int_equal(parse(&cli, &typed, words), MXW_E_USAGE);
	expect_sentence("soon", &cli.err, "\"soon\"");
	cli_free(&cli);
}

static void verbs_are_found_by_their_whole_name(void **state)
{
	static const struct {
		const char *name;
		bool want;
	} rows[] = {
		{ "block", true }, { "bloc", false }, { "blocks", false }, { "Block", false },
		{ "", false },	   { "-", false },    { "list", true },	   { "--help", false }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect_number(rows[i].name, "found", cli_find_verb(rows[i].name) != NULL,
			      rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_fields),
		cmocka_unit_test(wrong_lines_get_a_sentence),
		cmocka_unit_test(a_wrong_duration_is_quoted),
		cmocka_unit_test(verbs_are_found_by_their_whole_name),
	};

	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
