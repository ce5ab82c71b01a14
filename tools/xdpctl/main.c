// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xdpctl: finds the verb, has its arguments parsed, runs it, and turns its
 * result into a sentence and an exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "terminal.h"
#include "cli.h"

static bool wants_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int unknown_verb(const char *word)
{
	char text[80];

	(void)fprintf(stderr, "xdpctl: \"%s\" is not a verb: see `xdpctl --help`\n",
		      terminal_safe(word, text, sizeof(text)));
	return mxw_exit_code(MXW_E_USAGE);
}

static int finish(struct cli *cli, int error)
{
	char text[sizeof(cli->err.text)];

	if (error && cli->err.text[0])
		(void)fprintf(stderr, "xdpctl: %s\n",
			      terminal_safe(cli->err.text, text, sizeof(text)));
	/* A full disk or closed pipe behind standard output is a failure too. */
	if ((ferror(stdout) || fflush(stdout) == EOF) && !error) {
		(void)fprintf(stderr, "xdpctl: cannot write to standard output: %s\n",
			      strerror(errno));
		error = MXW_E_FAIL;
	}
	return mxw_exit_code(error);
}

static int run_verb(const struct cli_verb *verb, int argc, char **argv)
{
	struct cli cli = { .verb = verb };
	int error;

	terminal_report(&cli.report);
	error = cli_parse(&cli, argc, argv);
	if (!error && cli.args.help)
		cli_help_verb(verb);
	else if (!error)
		error = verb->run(&cli);
	cli_free(&cli);
	return finish(&cli, error);
}

/* `xdpctl help feed add`, `xdpctl feed`, `xdpctl feed --help`. Returns the exit code. */
static int help_on(char **words, int count, bool asked)
{
	int taken;
	const struct cli_verb *verb = cli_match_verb(words, count, &taken);

	if (verb)
		cli_help_verb(verb);
	else if (cli_is_group(words[0]))
		cli_help_group(words[0]);
	else
		return unknown_verb(words[0]);
	return verb || asked ? 0 : mxw_exit_code(MXW_E_USAGE);
}

static int unknown_in_group(const char *group, const char *word)
{
	char text[80];

	(void)fprintf(stderr, "xdpctl: \"%s %s\" is not a verb: see `xdpctl %s --help`\n", group,
		      terminal_safe(word, text, sizeof(text)), group);
	return mxw_exit_code(MXW_E_USAGE);
}

int main(int argc, char **argv)
{
	const struct cli_verb *verb;
	int taken;

	if (argc < 2) {
		cli_help_all();
		return mxw_exit_code(MXW_E_USAGE);
	}
	if (wants_help(argv[1]) && argc == 2) {
		cli_help_all();
		return 0;
	}
	if (wants_help(argv[1]))
		return help_on(argv + 2, argc - 2, true);
	if (strcmp(argv[1], "--version") == 0)
		argv[1] = (char *)"version";
	verb = cli_match_verb(argv + 1, argc - 1, &taken);
	if (verb)
		return run_verb(verb, argc - taken, argv + taken);
	if (cli_is_group(argv[1]) && argc > 2 && !wants_help(argv[2]))
		return unknown_in_group(argv[1], argv[2]);
	return help_on(argv + 1, 1, argc > 2);
}
