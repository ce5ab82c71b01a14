// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the text to the settings, with inih. Called at the start, at a reload, and by config check.
 */
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "config/config.h"
#include "config/lines.h"
#include "config/value.h"

#define KEYS 128 /* rows of the table at most */

/* Where in the value a line of the file begins. */
struct mark {
	size_t offset;
	unsigned int line;
};

#define SECTION_NAMES 200

struct parser {
	struct mxw_lines lines;
	struct mxw_mistakes *mistakes;
	struct mxw_settings *settings;
	unsigned int set_on[KEYS]; /* line of each key, by row; 0 = not set */
	/* the key whose value is being gathered */
	const struct mxw_setting *setting; /* NULL = none, or it is to be skipped */
	char *value;
	size_t length, room;
	struct mark *marks;
	size_t mark_count, mark_room;
	char section[64]; /* the last one that was told to be unknown */
	bool no_memory;
};

static size_t row_of(const struct mxw_setting *setting)
{
	size_t count;

	return (size_t)(setting - mxw_settings_table(&count));
}

static unsigned int line_of(const struct parser *parser, size_t offset)
{
	unsigned int line = parser->mark_count ? parser->marks[0].line : 0;

	for (size_t i = 1; i < parser->mark_count && parser->marks[i].offset <= offset; i++)
		line = parser->marks[i].line;
	return line;
}

static void value_mistake(void *context, size_t offset, const char *sentence)
{
	struct parser *parser = context;

	mxw_mistakes_add(parser->mistakes, line_of(parser, offset), "%s", sentence);
}

/* The value is whole: into the settings with it. */
static void finish_value(struct parser *parser)
{
	if (parser->setting && parser->value)
		(void)mxw_value_parse(parser->setting, parser->value, parser->settings,
				      value_mistake, parser); /* the mistakes are counted */
	parser->setting = NULL;
	parser->length = parser->mark_count = 0;
}

/* Adds a line to the value that is being read. Where each line begins is remembered, so that a
 * mistake in a long value is reported with its own line. false: no memory. */
static bool add_text(struct parser *parser, const char *text)
{
	struct mark *mark = mxw_grow((void **)&parser->marks, parser->mark_count,
				     &parser->mark_room, sizeof(*mark));
	size_t length = strlen(text), need = parser->length + length + 2;

	if (!mark)
		return false;
	if (need > parser->room) {
		char *larger = realloc(parser->value, need * 2);

		if (!larger)
			return false;
		parser->value = larger;
		parser->room = need * 2;
	}
	if (parser->mark_count)
		parser->value[parser->length++] = '\n';
	mark->offset = parser->length;
	mark->line = parser->lines.line;
	parser->mark_count++;
	memcpy(parser->value + parser->length, text, length + 1);
	parser->length += length;
	return true;
}

static bool section_known(const char *section)
{
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].section, section) == 0)
			return true;
	return false;
}

/* "filter, dnsbl, ...". Keys of a section stand together in the table. Returns out. */
static const char *all_sections(char out[SECTION_NAMES])
{
	size_t count, used = 0;
	const struct mxw_setting *table = mxw_settings_table(&count);

	for (size_t i = 0; i < count && used < SECTION_NAMES; i++)
		if (!i || strcmp(table[i].section, table[i - 1].section) != 0)
			used += (size_t)snprintf(out + used, SECTION_NAMES - used, "%s%s",
						 i ? ", " : "", table[i].section);
	return out;
}

/* The section that has the key, or NULL. */
static const char *home_of(const char *key)
{
	size_t count;
	const struct mxw_setting *table = mxw_settings_table(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].key, key) == 0)
			return table[i].section;
	return NULL;
}

/* Names the section that the key belongs to, where one has it. An unknown section is reported
 * once, not for each of its keys. */
static void unknown(struct parser *parser, const char *section, const char *key)
{
	const char *home = home_of(key);
	unsigned int line = parser->lines.line;
	char names[SECTION_NAMES];

	if (strcmp(section, "?") == 0)
		return; /* the section itself was a mistake */
	if (!*section) {
		mxw_mistakes_add(parser->mistakes, line,
				 "\"%.60s\" stands before any section%s%s%s", key,
				 home ? "; it belongs in [" : "", home ? home : "",
				 home ? "]" : "");
	} else if (section_known(section)) {
		mxw_mistakes_add(parser->mistakes, line, "there is no key \"%.60s\" in [%s]%s%s%s",
				 key, section, home ? "; it belongs in [" : "", home ? home : "",
				 home ? "]" : "");
	} else if (strcmp(parser->section, section) != 0) {
		(void)snprintf(parser->section, sizeof(parser->section), "%s", section);
		mxw_mistakes_add(parser->mistakes, line,
				 "there is no section [%.60s]; those are %s", section,
				 all_sections(names));
	}
}

/* The file is read all the same; a warning says so. */
static void note_old_name(struct parser *parser, const char *section, const char *key)
{
	size_t count;
	const struct mxw_renamed_key *renamed = mxw_renamed_keys(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(renamed[i].section, section) == 0 && strcmp(renamed[i].old, key) == 0)
			parser->settings->old_names |= 1U << i;
}

static void begin_value(struct parser *parser, const char *section, const char *key)
{
	const struct mxw_setting *setting = mxw_setting_find(section, key);
	unsigned int *set_on;

	finish_value(parser);
	if (!setting) {
		unknown(parser, section, key);
		return;
	}
	set_on = &parser->set_on[row_of(setting)];
	if (*set_on) {
		mxw_mistakes_add(parser->mistakes, parser->lines.line,
				 "\"%s\" is already set on line %u", key, *set_on);
		return;
	}
	*set_on = parser->lines.line;
	parser->setting = setting;
	note_old_name(parser, section, key);
}

/* inih's handler. One call per key, and one more for each line or piece that continues. */
static int take(void *user, const char *section, const char *key, const char *value)
{
	struct parser *parser = user;
	bool continues = parser->lines.continues;

	mxw_lines_taken(&parser->lines);
	if (!continues)
		begin_value(parser, section, key);
	if (!parser->setting)
		return 1;
	if (continues && !mxw_value_is_list(parser->setting)) {
		mxw_mistakes_add(parser->mistakes, parser->lines.line,
				 "\"%s\" takes one value, which does not go on: begin a new key at "
				 "the start of a line",
				 key);
		parser->setting = NULL;
		return 1;
	}
	if (!add_text(parser, value))
		parser->no_memory = true;
	return 1;
}

static unsigned int line_of_key(const struct parser *parser, const char *section, const char *key)
{
	return parser->set_on[row_of(mxw_setting_find(section, key))];
}

static void in_order(struct parser *parser, const char *low, uint64_t least, const char *high,
		     uint64_t most)
{
	unsigned int line = line_of_key(parser, "dnsbl", low);

	if (least <= most)
		return;
	mxw_mistakes_add(parser->mistakes, line ? line : line_of_key(parser, "dnsbl", high),
			 "%s is above %s", low, high);
}

/* What one value says about another. */
static void check_together(struct parser *parser)
{
	const struct mxw_dnsbl_settings *d = &parser->settings->dnsbl;
	const struct {
		const char *key;
		int64_t value;
	} rungs[] = { { "limit_threshold", d->limit },
		      { "grey_threshold", d->grey },
		      { "sanction_threshold", d->reject },
		      { "drop_threshold", d->drop } };
	size_t before = 0;

	for (size_t i = 1; i < sizeof(rungs) / sizeof(rungs[0]); i++) {
		if (rungs[before].value && rungs[i].value)
			in_order(parser, rungs[before].key, (uint64_t)rungs[before].value,
				 rungs[i].key, (uint64_t)rungs[i].value);
		if (rungs[i].value || !rungs[before].value)
			before = i;
	}
	in_order(parser, "ttl_min", d->ttl_min, "ttl_max", d->ttl_max);
	in_order(parser, "negative_ttl_min", d->negative_ttl_min, "negative_ttl_max",
		 d->negative_ttl_max);
	in_order(parser, "drop_min", d->drop_min, "drop_max", d->drop_max);
}

static void parse(struct parser *parser)
{
	if (ini_parse_stream(mxw_lines_next, &parser->lines, take, parser) < 0)
		parser->no_memory = true;
	mxw_lines_over(&parser->lines);
	finish_value(parser);
	if (parser->no_memory)
		mxw_mistakes_add(parser->mistakes, 0, "there is not enough memory to read it");
	if (!parser->mistakes->total)
		check_together(parser);
}

int mxw_config_parse(const char *text, size_t length, const char *file,
		     struct mxw_settings *settings, struct mxw_mistakes *mistakes)
{
	struct parser parser = { .lines = { .text = text, .length = length, .mistakes = mistakes },
				 .mistakes = mistakes,
				 .settings = calloc(1, sizeof(*settings)) };

	mxw_mistakes_init(mistakes, file);
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		parser.lines.at = 3; /* an editor's byte order mark */
	if (!parser.settings) {
		mxw_mistakes_add(mistakes, 0, "there is not enough memory to read it");
		return MXW_E_FAIL;
	}
	mxw_config_defaults(parser.settings);
	if (mxw_lines_check(text, length, mistakes))
		parse(&parser);
	if (!mistakes->total)
		*settings = *parser.settings;
	free(parser.settings);
	free(parser.value);
	free(parser.marks);
	return mistakes->total ? MXW_E_USAGE : MXW_OK;
}
