// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one argument parser. Knows no verb by name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cli.h"

const struct cli_verb *cli_find_verb(const char *name)
{
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

/* Whether name is "feed add" and the words begin with these two. */
static bool is_two_words(const char *name, char **words, int count)
{
	const char *space = strchr(name, ' ');
	size_t length = space ? (size_t)(space - name) : 0;

	return space && count >= 2 && strlen(words[0]) == length &&
	       strncmp(name, words[0], length) == 0 && strcmp(space + 1, words[1]) == 0;
}

const struct cli_verb *cli_match_verb(char **words, int count, int *taken)
{
	*taken = 0;
	for (const struct cli_verb *verb = cli_verbs; verb->name && count; verb++) {
		if (is_two_words(verb->name, words, count))
			*taken = 2;
		else if (strcmp(verb->name, words[0]) == 0)
			*taken = 1;
		if (*taken)
			return verb;
	}
	return NULL;
}

bool cli_is_group(const char *word)
{
	size_t length = strlen(word);

	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		if (strncmp(verb->name, word, length) == 0 && verb->name[length] == ' ')
			return true;
	return false;
}

static size_t table_size(const struct cli_option *table)
{
	size_t count = 0;

	while (table && table[count].name)
		count++;
	return count;
}

const struct cli_option *cli_next_option(const struct cli_verb *verb, size_t *at)
{
	const struct cli_option *const tables[] = { verb->options,
						    verb->changes ? cli_dry_run : NULL,
						    cli_common };
	size_t index = (*at)++;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		size_t count = table_size(tables[i]);

		if (index < count)
			return &tables[i][index];
		index -= count;
	}
	return NULL;
}

static bool names(const struct cli_option *option, const char *word)
{
	bool is_long = word[0] == '-' && word[1] == '-';

	return is_long ? strcmp(word + 2, option->name) == 0
		       : word[0] == '-' && word[1] == option->letter && !word[2];
}

bool cli_is_flag(const char *word)
{
	for (const struct cli_option *option = cli_common; option->name; option++)
		if (option->kind == CLI_FLAG && names(option, word))
			return true;
	return names(cli_dry_run, word);
}

/* *at: the option's place, counted from 1. */
static const struct cli_option *find_option(const struct cli_verb *verb, const char *name,
					    size_t length, char letter, size_t *at)
{
	const struct cli_option *option;

	*at = 0;
	while ((option = cli_next_option(verb, at))) {
		if (letter && option->letter == letter)
			return option;
		if (name && strlen(option->name) == length &&
		    strncmp(option->name, name, length) == 0)
			return option;
	}
	return NULL;
}

static int bad_value(struct cli *cli, const struct cli_option *option, const char *value)
{
	char choices[256] = "";

	for (size_t i = 0; option->choices && option->choices[i]; i++) {
		size_t used = strlen(choices);

		(void)snprintf(choices + used, sizeof(choices) - used, "%s%s", i ? ", " : "",
			       option->choices[i]);
	}
	if (option->choices)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"--%s \"%.80s\" is unknown: choose one of %s", option->name, value,
				choices);
	return mxw_fail(&cli->err, MXW_E_USAGE, "--%s \"%.80s\" is not a number from %llu to %llu",
			option->name, value, (unsigned long long)option->low,
			(unsigned long long)option->high);
}

static int append(struct cli *cli, struct cli_list *list, const char *item)
{
	const char **larger = realloc(list->items, (list->count + 1) * sizeof(*larger));

	if (!larger)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	larger[list->count++] = item;
	list->items = larger;
	return MXW_OK;
}

static int store_choice(struct cli *cli, const struct cli_option *option, unsigned int *field,
			const char *value)
{
	for (unsigned int i = 0; option->choices[i]; i++) {
		if (strcmp(option->choices[i], value) == 0) {
			*field = i + 1;
			return MXW_OK;
		}
	}
	return bad_value(cli, option, value);
}

/* Puts an option's value where the verb reads it. The table of options says where that is and
 * which values are good. */
static int store(struct cli *cli, const struct cli_option *option, const char *value)
{
	void *field = (char *)&cli->args + option->offset;

	switch (option->kind) {
	case CLI_FLAG:
		*(bool *)field = true;
		return MXW_OK;
	case CLI_TEXT:
		*(const char **)field = value;
		return MXW_OK;
	case CLI_NUMBER:
		if (mxw_number_parse(value, option->low, option->high, field))
			return MXW_OK;
		return bad_value(cli, option, value);
	case CLI_DURATION:
		return mxw_duration_parse(value, field, &cli->err);
	case CLI_CHOICE:
		return store_choice(cli, option, field, value);
	case CLI_LIST:
		return append(cli, field, value);
	}
	return MXW_E_FAIL;
}

static int unknown_option(struct cli *cli, const char *word)
{
	return mxw_fail(&cli->err, MXW_E_USAGE,
			"\"%.80s\" is not an option of `xdpctl %s`: see `xdpctl %s --help`", word,
			cli->verb->name, cli->verb->name);
}

/* One word that begins with a dash; *next is the word behind it, used if it is its value. */
static int parse_option(struct cli *cli, const char *word, char **argv, int argc, int *next)
{
	bool is_long = word[1] == '-';
	const char *name = word + 2, *equals = is_long ? strchr(name, '=') : NULL;
	size_t at;
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct cli_option *option =
		is_long ? find_option(cli->verb, name, length, 0, &at)
			: find_option(cli->verb, NULL, 0, (char)(word[2] ? 0 : word[1]), &at);

	if (!option)
		return unknown_option(cli, word);
	if (option->kind == CLI_FLAG)
		return equals ? unknown_option(cli, word) : store(cli, option, NULL);
	if (option->kind != CLI_LIST && cli->seen & 1U << at)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"--%s is given twice, and only one value can count: give it once",
				option->name);
	cli->seen |= 1U << at;
	if (equals)
		return store(cli, option, equals + 1);
	if (*next >= argc)
		return mxw_fail(&cli->err, MXW_E_USAGE, "--%s needs a value: %s", option->name,
				option->value);
	return store(cli, option, argv[(*next)++]);
}

static int check_operands(struct cli *cli)
{
	const struct cli_verb *verb = cli->verb;
	size_t count = cli->args.operands.count;

	if (cli->args.help)
		return MXW_OK;
	if (count < verb->least)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"`xdpctl %s` needs %s: see `xdpctl %s --help`", verb->name,
				verb->operands, verb->name);
	if ((!verb->operands && count) || (verb->most && count > verb->most))
		return mxw_fail(
			&cli->err, MXW_E_USAGE,
			"\"%.80s\" is one word too many for `xdpctl %s`: see `xdpctl %s --help`",
			cli->args.operands.items[verb->operands ? verb->most : 0], verb->name,
			verb->name);
	return MXW_OK;
}

int cli_parse(struct cli *cli, int argc, char **argv)
{
	bool only_operands = false;
	int error = MXW_OK, next = 1;

	while (next < argc && !error) {
		char *word = argv[next++];

		if (!only_operands && strcmp(word, "--") == 0)
			only_operands = true;
		else if (!only_operands && word[0] == '-' && word[1])
			error = parse_option(cli, word, argv, argc, &next);
		else
			error = append(cli, &cli->args.operands, word);
	}
	return error ? error : check_operands(cli);
}

void cli_free(struct cli *cli)
{
	free(cli->args.operands.items);
	free(cli->args.ports.items);
	free(cli->args.protect.items);
	free(cli->args.never.items);
}
