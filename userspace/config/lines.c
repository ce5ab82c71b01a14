// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Between the file and inih.
 */
#include <string.h>

#include "config/config.h"
#include "config/lines.h"

#define SECTION_MOST 49 /* inih cuts section names to this */

static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline : end;
}

static void check_line(const char *at, const char *end, unsigned int line,
		       struct mxw_mistakes *mistakes)
{
	if (end - at > MXW_CONFIG_LINE) {
		mxw_mistakes_add(mistakes, line, "this line is longer than %d bytes",
				 MXW_CONFIG_LINE);
		return;
	}
	for (; at < end; at++) {
		if (*at == '\0')
			mxw_mistakes_add(mistakes, line, "there is a NUL byte in this line");
		else if ((*at > '\0' && *at < ' ' && *at != '\t' && *at != '\r') || *at == 0x7f)
			mxw_mistakes_add(mistakes, line,
					 "there is a control character (0x%02x) in this line",
					 (unsigned int)*at);
		else
			continue;
		return;
	}
}

bool mxw_lines_check(const char *text, size_t length, struct mxw_mistakes *mistakes)
{
	const char *at = text, *end = text + length;
	size_t before = mistakes->total;

	for (unsigned int line = 1; at < end; line++) {
		const char *stop = line_end(at, end);

		check_line(at, stop, line, mistakes);
		at = stop + 1;
	}
	return mistakes->total == before;
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r';
}

/* Where the content ends: before a comment behind a blank, without blanks. */
static const char *content_end(const char *at, const char *end)
{
	for (const char *p = at + 1; p < end; p++)
		if (*p == ';' && is_blank(p[-1]))
			end = p;
	while (end > at && is_blank(end[-1]))
		end--;
	return end;
}

static char *hand_out(char *out, const char *lead, const char *at, const char *end)
{
	size_t lead_length = strlen(lead), length = (size_t)(end - at);

	memcpy(out, lead, lead_length + 1);
	memcpy(out + lead_length, at, length);
	out[lead_length + length] = '\n';
	out[lead_length + length + 1] = '\0';
	return out;
}

static char *nothing(char *out)
{
	return hand_out(out, "", "", "");
}

/* The next piece of a long line, cut where a list may be cut. */
static char *piece(struct mxw_lines *lines, char *out, const char *lead)
{
	const char *at = lines->rest, *cut = lines->end;

	if (cut - at >= MXW_INIH_LINE) {
		cut = at + MXW_INIH_LINE - 1;
		while (cut > at && !is_blank(cut[-1]) && cut[-1] != ',')
			cut--;
	}
	if (cut == at) {
		mxw_mistakes_add(lines->mistakes, lines->line,
				 "there is a word of more than %d bytes in this line",
				 MXW_INIH_LINE - 1);
		lines->rest = NULL;
		return nothing(out);
	}
	lines->rest = cut < lines->end ? cut : NULL;
	while (lines->rest && lines->rest < lines->end && is_blank(*lines->rest))
		lines->rest++;
	lines->expects = true;
	return hand_out(out, lead, at, cut);
}

static char *section(struct mxw_lines *lines, char *out, const char *at, const char *end)
{
	lines->in_key = false;
	if (end[-1] != ']' || end - at - 2 > SECTION_MOST) {
		mxw_mistakes_add(lines->mistakes, lines->line,
				 "\"%.*s\" is not a section: write it as [name]", (int)(end - at),
				 at);
		return hand_out(out, "", "[?]", strchr("[?]", '\0'));
	}
	return hand_out(out, "", at, end);
}

static char *fresh_line(struct mxw_lines *lines, char *out)
{
	const char *all = lines->text + lines->length, *begin = lines->text + lines->at,
		   *at = begin;
	const char *stop = line_end(at, all), *end;

	lines->at = (size_t)(stop - lines->text) + 1;
	lines->line++;
	while (at < stop && is_blank(*at))
		at++;
	if (at == stop || *at == '#' || *at == ';')
		return nothing(out);
	end = content_end(at, stop);
	lines->continues = at > begin && lines->in_key;
	if (*at == '[' && !lines->continues)
		return section(lines, out, at, end);
	lines->rest = at;
	lines->end = end;
	return piece(lines, out, lines->continues ? "\t" : "");
}

char *mxw_lines_next(char *out, int size, void *stream)
{
	struct mxw_lines *lines = stream;

	mxw_lines_over(lines);
	if (size < MXW_INIH_LINE + 3)
		return NULL;
	if (lines->rest) {
		lines->continues = true;
		return piece(lines, out, "\t");
	}
	return lines->at < lines->length ? fresh_line(lines, out) : NULL;
}

void mxw_lines_taken(struct mxw_lines *lines)
{
	lines->expects = false;
	lines->in_key = true;
}

void mxw_lines_over(struct mxw_lines *lines)
{
	if (lines->expects)
		mxw_mistakes_add(lines->mistakes, lines->line,
				 "this line is neither a [section] nor key = value");
	lines->expects = false;
}
