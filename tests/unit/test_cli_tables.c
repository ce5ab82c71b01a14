// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of verbs and options (tools/xdpctl/cli/verbs.c), and the help and the
 * completion that come from them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/book.h"
#include "tests/unit/capture.h"
#include "tests/unit/sandbox.h"
#include "tools/xdpctl/cli/cli.h"

#define PRINTED 16384
#define WORDS 16
#define WIDTH 100 /* of the help, in columns */

static bool is_name(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

/* One word or two. */
static bool is_verb_name(const char *name)
{
	const char *space = strchr(name, ' ');
	char first[16] = "";

	if (!space)
		return is_name(name);
	(void)snprintf(first, sizeof(first), "%.*s", (int)(space - name), name);
	return is_name(first) && is_name(space + 1);
}

static void check_text(const char *verb, const char *what, const char *text)
{
	if (!text || !text[0])
		fail_msg("%s has no %s", verb, what);
	if (text[strlen(text) - 1] == '\n' || text[0] == ' ')
		fail_msg("%s: stray white space in the %s", verb, what);
}

static void verbs_are_whole(void **state)
{
	(void)state;
	assert_non_null(cli_verbs[0].name);
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		assert_true(is_verb_name(verb->name));
		check_text(verb->name, "summary", verb->summary);
		check_text(verb->name, "example", verb->example);
		if (verb->details)
			check_text(verb->name, "details", verb->details);
		assert_non_null(verb->run);
		assert_true(!verb->operands == (verb->completes == CLI_OPERAND_NONE));
		assert_true(verb->most == 0 || verb->least <= verb->most);
		assert_true(verb->operands || (!verb->least && !verb->most));
		for (const struct cli_verb *other = cli_verbs; other < verb; other++)
			assert_string_not_equal(verb->name, other->name);
	}
}

static void check_option(const struct cli_verb *verb, const struct cli_option *option)
{
	bool flag = option->kind == CLI_FLAG, choice = option->kind == CLI_CHOICE;

	if (!is_name(option->name) || !option->name[1])
		fail_msg("%s --%s is not a good name", verb->name, option->name);
	check_text(option->name, "help", option->help);
	if (flag == (option->value != NULL))
		fail_msg("%s --%s: a flag has no value, others have one", verb->name, option->name);
	if (choice != (option->choices != NULL) || (choice && !option->choices[0]))
		fail_msg("%s --%s: its choices", verb->name, option->name);
	if ((option->kind == CLI_NUMBER) != (option->high != 0) || option->low > option->high)
		fail_msg("%s --%s: its range", verb->name, option->name);
	if (option->offset >= sizeof(struct cli_args))
		fail_msg("%s --%s: its field", verb->name, option->name);
}

/* Every choice is named in the placeholder, and nothing else is. Where they are too many for it,
 * the verb's text names them. */
static void check_choices(const struct cli_verb *verb, const struct cli_option *option)
{
	bool many = option->choices && !strchr(option->value, '|');
	const char *names = many ? verb->details : option->value;
	size_t length = 0;

	for (size_t i = 0; option->choices && option->choices[i]; i++) {
		if (!names || !strstr(names, option->choices[i]))
			fail_msg("--%s: \"%s\" is not in \"%s\"", option->name, option->choices[i],
				 names ? names : "");
		length += strlen(option->choices[i]) + 1;
	}
	if (option->choices && !many)
		assert_int_equal(length, strlen(option->value) + 1);
}

static void options_are_whole_and_unique(void **state)
{
	(void)state;
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		const struct cli_option *option, *other;

		for (size_t at = 0; (option = cli_next_option(verb, &at));) {
			check_option(verb, option);
			check_choices(verb, option);
			for (size_t next = at; (other = cli_next_option(verb, &next));) {
				if (strcmp(option->name, other->name) == 0)
					fail_msg("%s has --%s twice", verb->name, option->name);
				if (option->letter && option->letter == other->letter)
					fail_msg("%s has -%c twice", verb->name, option->letter);
				if (option->offset == other->offset)
					fail_msg("%s --%s and --%s share a field", verb->name,
						 option->name, other->name);
			}
		}
	}
}

/* Words of a shell line, with double quotes, up to a redirection. */
static int split(char *line, char *argv[WORDS])
{
	int argc = 0;

	while (argc < WORDS && *(line += strspn(line, " ")) && *line != '>') {
		char end = *line == '"' ? '"' : ' ';

		line += end == '"';
		argv[argc++] = line;
		line += strcspn(line, (const char[]){ end, '\0' });
		if (*line)
			*line++ = '\0';
	}
	return argc;
}

static void examples_can_be_typed(void **state)
{
	(void)state;
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		struct cli cli = { .verb = verb };
		char line[256], *argv[WORDS];
		int argc, taken;

		(void)snprintf(line, sizeof(line), "%s", verb->example);
		argc = split(line, argv);
		assert_true(argc >= 2);
		assert_string_equal(argv[0], "xdpctl");
		assert_ptr_equal(cli_match_verb(argv + 1, argc - 1, &taken), verb);
		if (cli_parse(&cli, argc - taken, argv + taken))
			fail_msg("%s: %s", verb->example, cli.err.text);
		cli_free(&cli);
	}
}

static void expect_in(const char *where, const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("the help of %s lacks \"%s\"", where, part);
}

static void check_width(const char *where, const char *text)
{
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > WIDTH)
			fail_msg("the help of %s has a line of %zu columns", where,
				 strcspn(line, "\n"));
}

static void help_says_all_there_is(void **state)
{
	char all[PRINTED], text[PRINTED], name[64];
	struct capture capture;

	(void)state;
	capture_begin(&capture, STDOUT_FILENO);
	cli_help_all();
	(void)capture_end(&capture, all, sizeof(all));
	check_width("xdpctl", all);
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		const struct cli_option *option;

		(void)snprintf(name, sizeof(name), "\n  %s ", verb->name);
		expect_in("xdpctl", all, name);
		expect_in("xdpctl", all, verb->summary);
		capture_begin(&capture, STDOUT_FILENO);
		cli_help_verb(verb);
		(void)capture_end(&capture, text, sizeof(text));
		check_width(verb->name, text);
		(void)snprintf(name, sizeof(name), "Usage: xdpctl %s [OPTION]...", verb->name);
		expect_in(verb->name, text, name);
		expect_in(verb->name, text, verb->operands ? verb->operands : name);
		expect_in(verb->name, text, verb->details ? verb->details : verb->summary);
		expect_in(verb->name, text, verb->example);
		for (size_t at = 0; (option = cli_next_option(verb, &at));) {
			(void)snprintf(name, sizeof(name), "--%s", option->name);
			expect_in(verb->name, text, name);
			expect_in(verb->name, text, option->help);
			expect_in(verb->name, text, option->value ? option->value : name);
		}
	}
}

static int complete(const char *shell, struct cli *cli, char text[PRINTED])
{
	struct cli_list operands = { .items = &shell, .count = 1 };
	struct capture capture;
	int error;

	*cli = (struct cli){ .args.operands = operands };
	capture_begin(&capture, STDOUT_FILENO);
	error = verb_completion(cli);
	(void)capture_end(&capture, text, PRINTED);
	return error;
}

/* Runs a line of bash with the completion loaded; its output. */
static void run_bash(const char *script, const char *line, char out[PRINTED])
{
	char command[1024];
	size_t length;
	FILE *pipe;

	(void)snprintf(command, sizeof(command), "bash -c '. %s && %s' 2>&1", script, line);
	pipe = popen(command, "re"); /* NOLINT(cert-env33-c): a fixed command of a test */
	assert_non_null(pipe);
	length = fread(out, 1, PRINTED - 1, pipe);
	out[length] = '\0';
	assert_int_equal(pclose(pipe), 0);
}

static void completion_offers_what_fits(void **state)
{
	static const struct {
		const char *words; /* behind "xdpctl"; the last is completed */
		const char *want;
	} rows[] = {
		{ "at", "attach" },
		{ "un", "unblock unallow unnever" },
		{ "--v", "--version" },
		{ "nothing-like-this", "" },
		{ "status --j", "--json" },
		{ "status --dry", "" },
		{ "block --dry", "--dry-run" },
		{ "attach --xdp \"\"", "auto native skb" },
		{ "attach --xdp n", "native" },
		{ "attach --mode \"\"", "monitor enforce" },
		{ "block --mode \"\"", "enforce shadow" },
		{ "mode \"\"", "--dry-run --json --porcelain --help monitor enforce bypass" },
		{ "list b", "block" },
		{ "completion z", "zsh" },
		{ "attach eth0 --cap", "--capacity" },
		{ "check l", "lo" },
	};
	char dir[SCRATCH_PATH], path[SCRATCH_PATH + 16], text[PRINTED], line[512];
	struct cli cli;
	FILE *file;

	(void)state;
	assert_int_equal(complete("bash", &cli, text), MXW_OK);
	(void)snprintf(path, sizeof(path), "%s/completion", scratch_make(dir));
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(line, sizeof(line),
			       "COMP_WORDS=(xdpctl %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
			       "_xdpctl; echo -n \"${COMPREPLY[*]}\"",
			       rows[i].words);
		run_bash(path, line, text);
		expect_text(rows[i].words, text, rows[i].want);
	}
	scratch_remove(dir);
}

static void shells_are_known_or_named(void **state)
{
	char bash[PRINTED], zsh[PRINTED], text[PRINTED];
	struct cli cli;

	(void)state;
	assert_int_equal(complete("bash", &cli, bash), MXW_OK);
	assert_int_equal(complete("zsh", &cli, zsh), MXW_OK);
	assert_int_equal(strncmp(zsh, "#compdef xdpctl\n", 16), 0);
	assert_non_null(strstr(zsh, bash)); /* the same function, behind a preamble */
	assert_int_equal(complete("fish", &cli, text), MXW_E_USAGE);
	expect_sentence("fish", &cli.err, "\"fish\" is not a shell with completion here");
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs_are_whole),
		cmocka_unit_test(options_are_whole_and_unique),
		cmocka_unit_test(examples_can_be_typed),
		cmocka_unit_test(help_says_all_there_is),
		cmocka_unit_test(completion_offers_what_fits),
		cmocka_unit_test(shells_are_known_or_named),
	};

	return cmocka_run_group_tests_name("cli_tables", tests, NULL, NULL);
}
