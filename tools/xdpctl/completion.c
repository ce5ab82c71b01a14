// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * completion: scripts for bash and zsh, printed from the verb tables.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* The words that an operand can be, where they are few. */
static const char *operand_words(enum cli_operand kind)
{
	switch (kind) {
	case CLI_OPERAND_MODE:
		return "monitor enforce bypass";
	case CLI_OPERAND_CLASS:
		return "allow block auto never";
	case CLI_OPERAND_SHELL:
		return "bash zsh";
	case CLI_OPERAND_FEED:
		return "$(xdpctl feed list -p 2>/dev/null | cut -f1)";
	case CLI_OPERAND_FEED_MODE:
		return "$(xdpctl feed list -p 2>/dev/null | cut -f1) shadow limit enforce";
	case CLI_OPERAND_SOURCE:
	case CLI_OPERAND_FILE:
		return "$(compgen -f -- \"$cur\")";
	case CLI_OPERAND_IFACE:
		return "$(ls /sys/class/net 2>/dev/null)";
	default:
		return "";
	}
}

/* Verbs of two words: how long the first is, 0 for a verb of one. */
static int group_length(const struct cli_verb *verb)
{
	const char *space = strchr(verb->name, ' ');

	return space ? (int)(space - verb->name) : 0;
}

static bool same_group(const struct cli_verb *a, const struct cli_verb *b)
{
	int length = group_length(a);

	return length && length == group_length(b) &&
	       strncmp(a->name, b->name, (size_t)length) == 0;
}

/* First words, each once: verbs of a group stand together in the table. */
static void print_first_words(void)
{
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		int length = group_length(verb);

		if (verb != cli_verbs && same_group(verb, verb - 1))
			continue;
		(void)printf("%s%.*s", verb == cli_verbs ? "" : " ",
			     length ? length : (int)strlen(verb->name), verb->name);
	}
}

/* Second words, for each first word that wants one. */
static void print_second_words(void)
{
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		int length = group_length(verb);

		if (!length)
			continue;
		if (verb == cli_verbs || !same_group(verb, verb - 1))
			(void)printf("\tif [ \"$verb\" = %.*s ]; then\n"
				     "\t\tif [ \"$COMP_CWORD\" -eq 2 ]; then\n"
				     "\t\t\tCOMPREPLY=($(compgen -W \"",
				     length, verb->name);
		(void)printf("%s ", verb->name + length + 1);
		if (!same_group(verb, verb + 1))
			(void)printf("\" -- \"$cur\"))\n\t\t\treturn\n\t\tfi\n"
				     "\t\tverb=\"$verb ${COMP_WORDS[2]}\"\n\tfi\n");
	}
}

static void print_option_names(const struct cli_verb *verb)
{
	const struct cli_option *option;
	size_t at = 0;

	while ((option = cli_next_option(verb, &at)))
		(void)printf("%s--%s", at == 1 ? "" : " ", option->name);
}

static void print_choices(const struct cli_verb *verb)
{
	const struct cli_option *option;
	size_t at = 0;

	while ((option = cli_next_option(verb, &at))) {
		if (!option->choices)
			continue;
		(void)printf("\t\t\"%s:--%s\") words=\"", verb->name, option->name);
		for (size_t i = 0; option->choices[i]; i++)
			(void)printf("%s%s", i ? " " : "", option->choices[i]);
		(void)printf("\" ;;\n");
	}
}

/* Both shells run the same function; zsh reads it through bashcompinit. */
static void print_function(void)
{
	(void)printf("_xdpctl()\n{\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tlocal verb=${COMP_WORDS[1]} words=\n"
		     "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		     "\t\tCOMPREPLY=($(compgen -W \"");
	print_first_words();
	(void)printf(" --help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n");
	print_second_words();
	(void)printf("\tcase \"$verb:$prev\" in\n");
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		print_choices(verb);
	(void)printf("\tesac\n\t[ -n \"$words\" ] || case \"$verb\" in\n");
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++) {
		(void)printf("\t\t\"%s\") words=\"", verb->name);
		print_option_names(verb);
		(void)printf(" %s\" ;;\n", operand_words(verb->completes));
	}
	(void)printf("\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n");
}

int verb_completion(struct cli *cli)
{
	const char *shell = cli->args.operands.items[0];
	bool zsh = strcmp(shell, "zsh") == 0;

	if (!zsh && strcmp(shell, "bash") != 0)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"\"%.40s\" is not a shell with completion here: choose bash or zsh",
				shell);
	if (zsh)
		(void)printf("#compdef xdpctl\nautoload -U +X bashcompinit && bashcompinit\n");
	print_function();
	(void)printf("complete -F _xdpctl xdpctl\n");
	return MXW_OK;
}
