// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The config verbs: mxwall.conf as the controller would read it. None
 * needs the controller or the filter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "config/account.h"
#include "config/config.h"
#include "cli/terminal.h"
#include "cli/cli.h"

/* A file that was read, with what was found. */
struct reading {
	const char *path;
	struct mxw_settings settings;
	struct mxw_mistakes mistakes;
	json_t *json; /* an array of what there is to say; NULL: it is printed */
	bool porcelain;
	size_t warnings;
};

static void say(const struct reading *reading, const char *kind, unsigned int line,
		const char *text)
{
	if (reading->json)
		(void)json_array_append_new(reading->json,
					    json_pack("{s:s, s:o, s:s}", "kind", kind, "line",
						      line ? json_integer(line) : json_null(),
						      "text", text));
	else if (reading->porcelain)
		(void)printf("%s\t%u\t%s\n", kind, line, text);
	else if (line)
		(void)printf("%s:%u: %s\n", reading->path, line, text);
	else
		(void)printf("%s: %s%s\n", reading->path, kind[0] == 'w' ? "note: " : "", text);
}

static void say_warning(void *context, const char *sentence)
{
	struct reading *reading = context;

	reading->warnings++;
	say(reading, "warning", 0, sentence);
}

/* NULL without memory. The caller frees it. */
static struct reading *read_file(struct cli *cli, int *error)
{
	struct reading *reading = calloc(1, sizeof(*reading));

	if (!reading) {
		*error = mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
		return NULL;
	}
	reading->path = cli->args.operands.count ? cli->args.operands.items[0] : MXW_CONFIG_PATH;
	reading->porcelain = cli->args.porcelain;
	mxw_config_defaults(&reading->settings);
	*error = mxw_config_read(reading->path, geteuid(), &reading->settings, &reading->mistakes);
	return reading;
}

/* The sentence for a file that has mistakes; they have been told. */
static int refused(struct cli *cli, const struct reading *reading)
{
	char mistakes[MXW_COUNT_TEXT];

	return mxw_fail(&cli->err, MXW_E_FAIL, "%s has %s: the controller would not take it",
			reading->path,
			mxw_count_format(reading->mistakes.total, "mistake", mistakes));
}

static void say_mistakes(const struct reading *reading)
{
	for (size_t i = 0; i < reading->mistakes.count; i++)
		say(reading, "mistake", reading->mistakes.mistake[i].line,
		    reading->mistakes.mistake[i].text);
}

/* A file may be right and the controller refuse to start all the same. */
static int check_account(struct reading *reading)
{
	const struct mxw_controller_settings *controller = &reading->settings.controller;
	struct mxw_err err;
	uid_t uid;
	gid_t gid;
	int error = mxw_account_find(controller->user, controller->group, &uid, &gid, &err);

	if (error)
		mxw_mistakes_add(&reading->mistakes, 0, "%s", err.text);
	return error;
}

/* Says all that is wrong, mistakes or else warnings. The file is read as the controller reads
 * it, so what passes here is taken there. */
int verb_config_check(struct cli *cli)
{
	int error;
	struct reading *reading = read_file(cli, &error);

	if (!reading)
		return error;
	reading->json = cli->args.json ? json_array() : NULL;
	if (!error)
		error = check_account(reading);
	if (error)
		say_mistakes(reading);
	else
		mxw_config_warnings(&reading->settings, say_warning, reading);
	if (error)
		error = refused(cli, reading);
	else if (!cli->args.json && !cli->args.porcelain)
		(void)printf("%s: no mistakes\n", reading->path);
	if (cli->args.json && terminal_json(json_pack("{s:s, s:b, s:o}", "file", reading->path,
						      "good", !error, "findings", reading->json)))
		error = MXW_E_FAIL;
	free(reading);
	return error;
}

static int show_defaults(struct cli *cli)
{
	struct mxw_settings *settings = malloc(sizeof(*settings));

	if (!settings)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	mxw_config_defaults(settings);
	mxw_config_dump(settings, MXW_DUMP_ALL, false, stdout);
	free(settings);
	return MXW_OK;
}

static int show_file(struct cli *cli)
{
	int error;
	struct reading *reading = read_file(cli, &error);

	if (!reading)
		return error;
	if (error) {
		say_mistakes(reading);
		error = refused(cli, reading);
	} else {
		mxw_config_dump(&reading->settings, cli->args.all ? MXW_DUMP_ALL : MXW_DUMP_CHANGED,
				false, stdout);
	}
	free(reading);
	return error;
}

int verb_config_show(struct cli *cli)
{
	if (cli->args.all + cli->args.changed + cli->args.defaults > 1)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"choose one of --all, --changed and --defaults");
	return cli->args.defaults ? show_defaults(cli) : show_file(cli);
}

int verb_config_example(struct cli *cli)
{
	(void)cli;
	mxw_config_example(stdout);
	return MXW_OK;
}
