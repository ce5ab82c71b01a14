// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Logging. Called by the controller alone.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"

#define LINE_BYTES 2048

struct line {
	char text[LINE_BYTES];
	size_t length;
};

void mxw_log_init(struct mxw_log *log, const struct mxw_controller_settings *settings)
{
	log->level = (enum mxw_log_level)settings->log_level;
	log->journal = settings->log == MXW_LOG_JOURNAL ||
		       (settings->log == MXW_LOG_AUTO && getenv("JOURNAL_STREAM"));
}

/* What is too long is cut; a newline always fits. */
static void add(struct line *line, const char *text, size_t length)
{
	size_t room = sizeof(line->text) - 2 - line->length;

	if (length > room)
		length = room;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void add_text(struct line *line, const char *text)
{
	add(line, text, strlen(text));
}

/* As is if it is a plain word, else in quotes with all that is not printable as \xNN. */
static void add_value(struct line *line, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.:/_-+*@%,[]";
	char hex[8];

	if (*value && !value[strspn(value, plain)]) {
		add_text(line, value);
		return;
	}
	add_text(line, "\"");
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			add_text(line, "\\");
		if (*value >= ' ' && *value <= '~') {
			add(line, value, 1);
			continue;
		}
		(void)snprintf(hex, sizeof(hex), "\\x%02x", (unsigned char)*value);
		add_text(line, hex);
	}
	add_text(line, "\"");
}

static void begin(const struct mxw_log *log, struct line *line, enum mxw_log_level level)
{
	static const char *const priorities[] = { "<3>", "<4>", "<6>", "<7>" };
	static const char *const names[] = { "error", "warning", "info", "debug" };
	time_t now = time(NULL);
	struct tm parts;
	char when[32];

	if (log->journal) {
		add_text(line, priorities[level]);
	} else if (gmtime_r(&now, &parts) && strftime(when, sizeof(when), "time=%FT%TZ ", &parts)) {
		add_text(line, when);
	}
	add_text(line, "level=");
	add_text(line, names[level]);
}

static void end(struct line *line)
{
	line->text[line->length++] = '\n';
	if (write(STDERR_FILENO, line->text, line->length) < 0)
		return; /* nobody reads it: there is nowhere to say so */
}

void mxw_log_event(const struct mxw_log *log, enum mxw_log_level level, const char *event, ...)
{
	struct line line = { .length = 0 };
	const char *key, *value;
	va_list args;

	if (level > log->level)
		return;
	begin(log, &line, level);
	add_text(&line, " event=");
	add_value(&line, event);
	va_start(args, event);
	while ((key = va_arg(args, const char *))) {
		value = va_arg(args, const char *);
		add_text(&line, " ");
		add_text(&line, key);
		add_text(&line, "=");
		add_value(&line, value);
	}
	va_end(args);
	end(&line);
}

void mxw_log_say(const struct mxw_log *log, enum mxw_log_level level, const char *format, ...)
{
	char sentence[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args); /* cut is fine */
	va_end(args);
	mxw_log_event(log, level, "note", "text", sentence, MXW_LOG_END);
}
