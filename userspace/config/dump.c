// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The settings as text, and the documents that follow from the table. Called by xdpctl config
 * and by the tests.
 */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/value.h"
#include "policy/known_lists.h"

static const struct {
	const char *name, *help;
} sections[] = {
	{ "filter", "What the filter does with what the controller finds." },
	{ "dnsbl", "Which DNS lists are asked, and what follows from their answers." },
	{ "names", "What the names of sources add to the score. Names alone decide nothing." },
	{ "limits", "How much the controller remembers and takes on." },
	{ "controller", "The process: its rights, files, log, and what it serves." },
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

/* None of the defaults has a mistake; a test holds the table to that. */
static void ignore(void *context, size_t offset, const char *sentence)
{
	(void)context;
	(void)offset;
	(void)sentence;
}

void mxw_config_defaults(struct mxw_settings *settings)
{
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	memset(settings, 0, sizeof(*settings));
	for (size_t i = 0; i < count; i++)
		(void)mxw_value_parse(&table[i], table[i].preset, settings, ignore, NULL);
}

void mxw_config_dump(const struct mxw_settings *settings, enum mxw_dump what, bool secrets,
		     FILE *out)
{
	struct mxw_settings *defaults = malloc(sizeof(*defaults));
	const char *section = "";
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	if (defaults)
		mxw_config_defaults(defaults);
	for (size_t i = 0; i < count; i++) {
		/* Without memory to compare, everything is shown. */
		if (what == MXW_DUMP_CHANGED && defaults &&
		    mxw_value_equal(&table[i], settings, defaults))
			continue;
		if (strcmp(section, table[i].section) != 0)
			(void)fprintf(out, "%s[%s]\n", *section ? "\n" : "", table[i].section);
		section = table[i].section;
		(void)fprintf(out, "%s = ", table[i].key);
		mxw_value_print(&table[i], settings, secrets, out);
		(void)fputc('\n', out);
	}
	free(defaults);
}

/* Text behind "# ", in lines of at most 80. */
static void comment(const char *text, FILE *out)
{
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, " ");

		if (column && column + 1 + length > 80) {
			(void)fputc('\n', out);
			column = 0;
		}
		(void)fprintf(out, "%s%.*s", column ? " " : "# ", (int)length, text);
		column += (column ? 1 : 2) + length;
		text += length + (text[length] == ' ');
	}
	(void)fputc('\n', out);
}

static void default_sites(FILE *out)
{
	const char *text = mxw_known_default_sites();

	(void)fprintf(out, "#sites =\n");
	while (*text) {
		size_t length = strcspn(text, " ");

		(void)fprintf(out, "#\t%.*s\n", (int)length, text);
		text += length + (text[length] == ' ');
	}
}

static void example_section(const char *section, FILE *out)
{
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(table[i].section, section) != 0)
			continue;
		(void)fputc('\n', out);
		comment(table[i].help, out);
		if (strcmp(table[i].key, "sites") == 0)
			default_sites(out);
		else
			(void)fprintf(out, "#%s = %s\n", table[i].key, table[i].preset);
	}
}

void mxw_config_example(FILE *out)
{
	(void)fprintf(out,
		      "# mxwall.conf. Every key stands here at its default; see mxwall.conf(5).\n"
		      "# xdpctl config check finds mistakes before a reload does.\n");
	for (size_t i = 0; i < SECTIONS; i++) {
		(void)fputc('\n', out);
		comment(sections[i].help, out);
		(void)fprintf(out, "[%s]\n", sections[i].name);
		example_section(sections[i].name, out);
	}
}

/* scdoc gives a meaning to some characters. */
static void escape(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (strchr("_*\\[]<>#", *text))
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
}

static void manual_key(const struct mxw_setting *setting, FILE *out)
{
	char range[160];

	(void)fprintf(out, "*%s*\n\t", setting->key);
	escape(setting->help, out);
	(void)fprintf(out, " Value: ");
	escape(mxw_value_range(setting, range), out);
	(void)fprintf(out, ". Default: ");
	escape(*setting->preset ? setting->preset : "empty", out);
	(void)fprintf(out, ".\n\n");
}

void mxw_config_manual(FILE *out)
{
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	for (size_t s = 0; s < SECTIONS; s++) {
		(void)fprintf(out, "## [%s]\n\n%s\n\n", sections[s].name, sections[s].help);
		for (size_t i = 0; i < count; i++)
			if (strcmp(table[i].section, sections[s].name) == 0)
				manual_key(&table[i], out);
	}
}
