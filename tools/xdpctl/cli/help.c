// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Help and completion, printed from the verb tables.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

void cli_help_all(void)
{
	(void)printf("xdpctl - drop SMTP connections of unwanted senders before the mail server "
		     "sees them\n\n"
		     "Usage: xdpctl VERB [OPTION]... [OPERAND]...\n\nVerbs:\n");
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		(void)printf("  %-15s %s\n", verb->name, verb->summary);
	(void)printf(
		"\n`xdpctl VERB --help` shows a verb's options, an example and its manual page. "
		"`man xdpctl` names\n"
		"all pages.\n"
		"Exit codes: 0 done, 1 error, 2 wrong usage, 3 not attached, 4 degraded.\n");
}

void cli_help_group(const char *word)
{
	size_t length = strlen(word);

	(void)printf("xdpctl %s - verbs of two words\n\nVerbs:\n", word);
	for (const struct cli_verb *verb = cli_verbs; verb->name; verb++)
		if (strncmp(verb->name, word, length) == 0 && verb->name[length] == ' ')
			(void)printf("  %-15s %s\n", verb->name, verb->summary);
	(void)printf(
		"\n`xdpctl %s VERB --help` shows a verb's options and an example; the manual is "
		"`man xdpctl-%s`.\n",
		word, word);
}

static void print_option(const struct cli_option *option)
{
	char left[160], letter[8] = "    ";

	if (option->letter)
		(void)snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	(void)snprintf(left, sizeof(left), "%s--%s%s%s", letter, option->name,
		       option->value ? " " : "", option->value ? option->value : "");
	if (strlen(left) > 30)
		(void)printf("  %s\n%34s", left, "");
	else
		(void)printf("  %-32s", left);
	(void)printf("%s\n", option->help);
}

void cli_help_verb(const struct cli_verb *verb)
{
	const struct cli_option *option;
	size_t at = 0;

	(void)printf("xdpctl %s - %s\n\nUsage: xdpctl %s [OPTION]...", verb->name, verb->summary,
		     verb->name);
	if (verb->operands)
		(void)printf(verb->least ? " %s" : " [%s]", verb->operands);
	(void)printf("\n\n");
	if (verb->details)
		(void)printf("%s\n\n", verb->details);
	(void)printf("Options:\n");
	while ((option = cli_next_option(verb, &at)))
		print_option(option);
	(void)printf("\nExample:\n  %s\n\nManual: man %s\n", verb->example, verb->page);
}
