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
		return "$(xdpctl feed list 2>/dev/null | sed -n 's/^ready-made: //p' | tr -d ,)";
	case CLI_OPERAND_SETTING:
		return "$(xdpctl limits show -p 2>/dev/null | sed 's/\\t.*/=/')";
	case CLI_OPERAND_IFACE:
		return "$(ls /sys/class/net 2>/dev/null)";
	default:
		return "";
	}
}

static bool takes_files(enum cli_operand kind)
{
	return kind == CLI_OPERAND_SOURCE || kind == CLI_OPERAND_FILE;
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
			(void)printf("\t\t%.*s) second=\"", length, verb->name);
		(void)printf("%s%s", verb != cli_verbs && same_group(verb, verb - 1) ? " " : "",
			     verb->name + length + 1);
		if (!same_group(verb, verb + 1))
			(void)printf("\" ;;\n");
	}
}

static void print_option_names(const struct cli_verb *verb)
{
	const struct cli_option *option;
	size_t at = 0;

	while ((option = cli_next_option(verb, &at)))
		(void)printf("%s--%s", at == 1 ? "" : " ", option->name);
}

/* What may stand behind an option: its choices, a file, or something that only the operator knows,
 * for which nothing is offered. */
static void print_values(const struct cli_verb *verb)
{
	const struct cli_option *option;
	size_t at = 0;

	while ((option = cli_next_option(verb, &at))) {
		if (option->kind == CLI_FLAG)
			continue;
		(void)printf("\t\t\"%s:--%s\"|\"%s:-%c\") ", verb->name, option->name, verb->name,
			     option->letter ? option->letter : '-');
		if (option->choices)
			(void)printf("words=\"");
		for (size_t i = 0; option->choices && option->choices[i]; i++)
			(void)printf("%s%s", i ? " " : "", option->choices[i]);
		if (option->choices)
			(void)printf("\" ;;\n");
		else
			(void)printf("words=\" \"%s ;;\n",
				     strcmp(option->value, "FILE") == 0 ? " files=yes" : "");
	}
}

static void print_words(const struct cli_verb *verb)
{
	(void)printf("\t\t\"%s\") words=\"", verb->name);
	print_option_names(verb);
	(void)printf(" %s\"%s ;;\n", operand_words(verb->completes),
		     takes_files(verb->completes) ? " files=yes" : "");
}

/* Files as readline wants them, which puts a slash behind folders; elsewhere it is put here. What
 * ends in "=" goes on. */
static const char helpers[] = "_xdpctl_files()\n{\n"
			      "\tlocal file marked=\n"
			      "\tcompopt -o filenames 2>/dev/null && marked=yes\n"
			      "\twhile IFS= read -r file; do\n"
			      "\t\t[ -n \"$marked\" ] || [ ! -d \"$file\" ] || file=$file/\n"
			      "\t\tCOMPREPLY+=(\"$file\")\n"
			      "\tdone < <(compgen -f -- \"$1\")\n"
			      "}\n"
			      "_xdpctl_words()\n{\n"
			      "\tlocal word\n"
			      "\twhile IFS= read -r word; do\n"
			      "\t\tCOMPREPLY+=(\"$word\")\n"
			      "\t\t[[ $word != *= ]] || compopt -o nospace 2>/dev/null\n"
			      "\tdone < <(compgen -W \"$1\" -- \"$2\")\n"
			      "}\n";

/* Flags may stand before the verb, `help` does, and readline makes a word of "=". */
static const char beginning[] =
	"_xdpctl()\n{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal verb= second= words= files= help= word\n"
	"\tlocal -a said=()\n"
	"\tCOMPREPLY=()\n"
	"\tif [ \"$cur\" = = ]; then cur=; elif [ \"$prev\" = = ]; then "
	"prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	"\t\t[[ ${#said[@]} = 0 && $word = -* ]] || said+=(\"$word\")\n"
	"\tdone\n"
	"\tif [ \"${said[*]:0:1}\" = help ]; then help=yes said=(\"${said[@]:1}\"); fi\n"
	"\tverb=${said[*]:0:1}\n";

/* Both shells run the same function; zsh reads it through bashcompinit. */
static void print_function(void)
{
	(void)printf("%s%s\tif [ -z \"$verb\" ]; then\n\t\twords=\"", helpers, beginning);
	print_first_words();
	(void)printf("\"\n\t\t[ -n \"$help\" ] || words=\"$words help --help --version\"\n"
		     "\t\t_xdpctl_words \"$words\" \"$cur\"\n\t\treturn\n\tfi\n"
		     "\tcase \"$verb\" in\n");
	print_second_words();
	(void)printf("\tesac\n"
		     "\tif [ -n \"$second\" ] && [ ${#said[@]} = 1 ]; then\n"
		     "\t\t_xdpctl_words \"$second\" \"$cur\"\n\t\treturn\n\tfi\n"
		     "\t[ -z \"$help\" ] || return\n"
		     "\t[ -z \"$second\" ] || verb=\"${said[*]:0:2}\"\n"
		     "\tcase \"$verb:$prev\" in\n");
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		print_values(verb);
	(void)printf("\tesac\n\t[ -n \"$words\" ] || case \"$verb\" in\n");
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		print_words(verb);
	(void)printf("\tesac\n\t_xdpctl_words \"$words\" \"$cur\"\n"
		     "\t[ -z \"$files\" ] || _xdpctl_files \"$cur\"\n}\n");
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
