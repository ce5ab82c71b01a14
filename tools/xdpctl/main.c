// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xdpctl: finds the verb, has its arguments parsed, runs it, and turns its
 * result into a sentence and an exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/nic.h"
#include "cli/terminal.h"
#include "cli/cli.h"

static bool wants_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* Whether JSON is wanted, of a command that could not be read to its end. */
static bool wants_json(char **words, int count)
{
	for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		if (strcmp(words[i], "-j") == 0 || strcmp(words[i], "--json") == 0)
			return true;
	return false;
}

/* Says what is wrong with a command that has no verb to be run. Returns the exit code. */
static int wrong_usage(const struct mxw_err *err, char **words, int count)
{
	int code = mxw_exit_code(MXW_E_USAGE);

	terminal_error(err->text, code, wants_json(words, count));
	return code;
}

static int finish(struct cli *cli, int error, bool json)
{
	/* A full disk or closed pipe behind standard output is a failure too. */
	if ((ferror(stdout) || fflush(stdout) == EOF) && !error)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "cannot write to standard output: %s",
				 strerror(errno));
	if (error && cli->err.text[0])
		terminal_error(cli->err.text, mxw_exit_code(error), json);
	return mxw_exit_code(error);
}

static bool prints_text(const struct cli_verb *verb)
{
	for (const char *const *name = cli_text_verbs; *name; name++)
		if (strcmp(verb->name, *name) == 0)
			return true;
	return false;
}

/* What the verb prints becomes one string of JSON. */
static int run_to_string(struct cli *cli)
{
	FILE *real = stdout;
	char *text = NULL;
	size_t size;
	int error;

	stdout = open_memstream(&text, &size);
	if (!stdout) {
		stdout = real;
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	}
	error = cli->verb->run(cli);
	if (fclose(stdout) && !error)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	stdout = real;
	if (!error && terminal_json(json_pack("{s:s%}", "text", text, size)))
		error = mxw_fail(&cli->err, MXW_E_FAIL, "this text is not UTF-8: leave -j out");
	free(text);
	return error;
}

/* An interface may be given by an alternative name, and is shown by its real one. */
static void use_real_name(struct cli *cli, char real[IFNAMSIZ])
{
	struct cli_list *operands = &cli->args.operands;

	if (cli->verb->completes == CLI_OPERAND_IFACE && operands->count)
		operands->items[0] = mxw_nic_real(operands->items[0], real);
}

static int run_verb(const struct cli_verb *verb, int argc, char **argv)
{
	struct cli cli = { .verb = verb };
	char iface[IFNAMSIZ]; /* what the operands may point at */
	int error;

	terminal_report(&cli.report, &cli.args.json);
	error = cli_parse(&cli, argc, argv);
	if (!error)
		use_real_name(&cli, iface);
	if (!error && cli.args.help)
		cli_help_verb(verb);
	else if (!error && cli.args.json && prints_text(verb))
		error = run_to_string(&cli);
	else if (!error)
		error = verb->run(&cli);
	cli_free(&cli);
	return finish(&cli, error, cli.args.json || (error && wants_json(argv, argc)));
}

/* Puts the first word that is not a flag of every verb, nor --dry-run, before those that it stands
 * behind: `xdpctl -j status` is `xdpctl status -j`. */
static int put_word_first(char **words, int count, struct mxw_err *err)
{
	int flags = 0;
	char *word;

	while (flags < count && words[flags][0] == '-' && words[flags][1] &&
	       strcmp(words[flags], "--version") != 0) {
		if (!cli_is_flag(words[flags]))
			return mxw_fail(
				err, MXW_E_USAGE,
				"\"%.80s\" stands before the verb, where only -j, -p, -n and "
				"-h may stand: put it behind the verb",
				words[flags]);
		flags++;
	}
	if (flags == count)
		return MXW_OK;
	word = words[flags];
	memmove(&words[1], &words[0], (size_t)flags * sizeof(*words));
	words[0] = word;
	return MXW_OK;
}

/* The words of a command with its verb, which may have two, at their head. */
static int put_verb_first(char **words, int count, struct mxw_err *err)
{
	int error = put_word_first(words, count, err);

	if (!error && cli_is_group(words[0]))
		error = put_word_first(words + 1, count - 1, err);
	return error;
}

/* `xdpctl help feed add`, `xdpctl feed`, `xdpctl feed --help`. Returns the exit code. */
static int help_on(char **words, int count, bool asked)
{
	struct mxw_err err;
	int taken;
	const struct cli_verb *verb = cli_match_verb(words, count, &taken);

	if (verb)
		cli_help_verb(verb);
	else if (cli_is_group(words[0]))
		cli_help_group(words[0]);
	else {
		(void)mxw_fail(&err, MXW_E_USAGE, "\"%.80s\" is not a verb: see `xdpctl --help`",
			       words[0]);
		return wrong_usage(&err, words, count);
	}
	return verb || asked ? 0 : mxw_exit_code(MXW_E_USAGE);
}

static int unknown_in_group(char **words, int count)
{
	struct mxw_err err;

	(void)mxw_fail(&err, MXW_E_USAGE,
		       "\"%.80s %.80s\" is not a verb: see `xdpctl %.80s --help`", words[0],
		       words[1], words[0]);
	return wrong_usage(&err, words, count);
}

/* A command line of which the verb stands at the head. */
static int run(char **words, int count)
{
	const struct cli_verb *verb;
	int taken;

	if (wants_help(words[0]) && (count == 1 || words[1][0] == '-')) {
		cli_help_all();
		return 0;
	}
	if (wants_help(words[0]))
		return help_on(words + 1, count - 1, true);
	if (strcmp(words[0], "--version") == 0)
		words[0] = (char *)"version";
	verb = cli_match_verb(words, count, &taken);
	if (verb)
		return run_verb(verb, count + 1 - taken, words + taken - 1);
	if (cli_is_group(words[0]) && count > 1 && !wants_help(words[1]))
		return unknown_in_group(words, count);
	return help_on(words, count, count > 1);
}

int main(int argc, char **argv)
{
	struct mxw_err err;

	if (argc < 2) {
		cli_help_all();
		return mxw_exit_code(MXW_E_USAGE);
	}
	if (put_verb_first(argv + 1, argc - 1, &err))
		return wrong_usage(&err, argv + 1, argc - 1);
	return run(argv + 1, argc - 1);
}
