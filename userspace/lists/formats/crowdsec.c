// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CrowdSec's decisions, and its CSV: `cscli decisions list -o raw`, and the files that `cscli
 * decisions import` takes. Registered in format.c.
 */
#include <stdlib.h>
#include <string.h>

#include "lists/formats/crowdsec.h"
#include "lists/formats/csv.h"
#include "lists/formats/time.h"

enum column {
	COLUMN_IP = 0, /* "Ip:192.0.2.7" */
	COLUMN_SCOPE,
	COLUMN_VALUE,
	COLUMN_TYPE,
	COLUMN_DURATION,
	COLUMN_SIMULATED,
	COLUMN_COUNT,
	COLUMN_OTHER = COLUMN_COUNT,
};

/* Where each column stands, from 1; 0 = nowhere. */
struct csv {
	bool has_header;
	unsigned int at[COLUMN_COUNT];
};

int mxw_crowdsec_put(struct mxw_reader *reader, const struct mxw_crowdsec_item *decision)
{
	struct mxw_text duration = decision->duration;
	struct mxw_keys keys;
	const char *why;
	uint64_t left;

	if (decision->simulated || mxw_text_begins(decision->duration, "-"))
		return MXW_OK;
	if (decision->type.size && !mxw_text_is_any_case(decision->type, "ban"))
		return mxw_reader_refuse(reader, decision->value, "the decision is not a ban");
	if (decision->scope.size && !mxw_text_is_any_case(decision->scope, "ip") &&
	    !mxw_text_is_any_case(decision->scope, "range"))
		return mxw_reader_refuse(reader, decision->value,
					 "the decision is not on an address or a range");
	why = mxw_prefix_scan(decision->value, &keys);
	reader->until = 0;
	if (mxw_scan_duration(&duration, &left))
		reader->until = mxw_end_in(reader, left);
	else if (duration.size)
		why = "says when its ban ends in words that are not understood";
	return why ? mxw_reader_refuse(reader, decision->value, why)
		   : mxw_reader_put(reader, MXW_SAYS_BLOCK, keys);
}

static int csv_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct csv));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for decisions");
}

/* cscli prints one set of titles, and imports another. */
static enum column column_by_name(struct mxw_text name)
{
	static const struct {
		const char *name;
		enum column column;
	} rows[] = {
		{ "ip", COLUMN_IP },
		{ "scope", COLUMN_SCOPE },
		{ "value", COLUMN_VALUE },
		{ "type", COLUMN_TYPE },
		{ "action", COLUMN_TYPE },
		{ "duration", COLUMN_DURATION },
		{ "expiration", COLUMN_DURATION },
		{ "simulated", COLUMN_SIMULATED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mxw_text_is_any_case(name, rows[i].name))
			return rows[i].column;
	return COLUMN_OTHER;
}

static int header(struct mxw_reader *reader, struct mxw_text line)
{
	struct csv *csv = reader->state;
	struct mxw_text rest = line;

	for (unsigned int i = 1; rest.size; i++) {
		struct mxw_field field;
		enum column column;

		mxw_field_take(&rest, ',', &field);
		column = column_by_name(mxw_field_text(&field));
		if (column < COLUMN_COUNT && !csv->at[column])
			csv->at[column] = i;
	}
	csv->has_header = csv->at[COLUMN_IP] || csv->at[COLUMN_VALUE];
	return csv->has_header
		       ? MXW_OK
		       : mxw_reader_refuse(reader, line,
					   "is before a line of titles with \"value\" or \"ip\"");
}

/* "Ip:192.0.2.7" comes apart; in "2001:db8::1" what is before the colon could be a number. */
static void split_scope(struct mxw_crowdsec_item *decision)
{
	struct mxw_text rest = decision->value, scope = mxw_text_until(&rest, ':');

	for (size_t i = 0; i < scope.size && rest.size; i++)
		if (!strchr("0123456789abcdefABCDEF.", scope.at[i])) {
			decision->scope = scope;
			decision->value = rest;
			return;
		}
}

/* The order of the columns is that of the titles, so a line before those cannot be read. */
static int csv_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	const struct csv *csv = reader->state;
	struct mxw_field fields[COLUMN_COUNT] = { 0 };
	struct mxw_crowdsec_item decision;

	(void)err;
	line = mxw_text_trim(line);
	if (!line.size || line.at[0] == '#')
		return MXW_OK;
	if (!csv->has_header)
		return header(reader, line);
	for (unsigned int i = 1; line.size; i++) {
		struct mxw_field field;

		mxw_field_take(&line, ',', &field);
		for (int column = 0; column < COLUMN_COUNT; column++)
			if (csv->at[column] == i)
				fields[column] = field;
	}
	decision = (struct mxw_crowdsec_item){
		.scope = mxw_field_text(&fields[COLUMN_SCOPE]),
		.value = mxw_field_text(&fields[csv->at[COLUMN_VALUE] ? COLUMN_VALUE : COLUMN_IP]),
		.type = mxw_field_text(&fields[COLUMN_TYPE]),
		.duration = mxw_field_text(&fields[COLUMN_DURATION]),
		.simulated =
			mxw_text_is_any_case(mxw_field_text(&fields[COLUMN_SIMULATED]), "true"),
	};
	if (!csv->at[COLUMN_VALUE])
		split_scope(&decision);
	return mxw_crowdsec_put(reader, &decision);
}

const struct mxw_syntax mxw_syntax_crowdsec_csv = {
	.open = csv_open,
	.take = mxw_take_lines,
	.line = csv_line,
};
