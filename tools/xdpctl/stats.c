// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats: how many packets each reason has had.
 */
#include <stdio.h>

#include "base/num.h"
#include "datapath/counters.h"
#include "cli/terminal.h"
#include "cli/cli.h"

static json_t *reasons_json(const struct mxw_counters *counters)
{
	json_t *object = json_object();
	size_t count;
	const struct mxw_reason_info *reasons = mxw_reasons(&count);

	for (size_t i = 0; i < count; i++) {
		const struct mxw_counter *c = &counters->reason[reasons[i].number];

		(void)json_object_set_new(object, reasons[i].name,
					  json_pack("{s:I, s:I}", "packets", (json_int_t)c->packets,
						    "bytes", (json_int_t)c->bytes));
	}
	return object;
}

/* Every reason has a row, also those that have no packet: a missing row would look like a
 * missing feature. */
static void print_reasons(const struct cli *cli, const struct mxw_counters *counters)
{
	static const char *const headings[] = { "REASON", "PACKETS", "BYTES", "MEANING", NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);
	size_t count;
	const struct mxw_reason_info *reasons = mxw_reasons(&count);

	for (size_t i = 0; i < count; i++) {
		const struct mxw_counter *c = &counters->reason[reasons[i].number];
		char packets[MXW_DURATION_TEXT], bytes[MXW_DURATION_TEXT];
		const char *const cells[] = { reasons[i].name, packets, bytes, reasons[i].text };

		if (cli->args.porcelain) {
			(void)snprintf(packets, sizeof(packets), "%llu",
				       (unsigned long long)c->packets);
			(void)snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)c->bytes);
		} else {
			(void)mxw_number_format(c->packets, packets);
			(void)mxw_number_format(c->bytes, bytes);
		}
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

/* The counters, summed over CPUs and interfaces, and how many events `watch` could not show. */
int verb_stats(struct cli *cli)
{
	struct mxw_counters counters;
	struct mxw_maps maps;
	char text[MXW_COUNT_TEXT];
	int error = mxw_maps_open(&maps, &cli->err);

	if (!error)
		error = mxw_counters_read(&maps, &counters, &cli->err);
	mxw_maps_close(&maps);
	if (error)
		return error;
	if (cli->args.json)
		return terminal_json(json_pack("{s:o, s:I}", "reasons", reasons_json(&counters),
					       "events_suppressed",
					       (json_int_t)counters.suppressed));
	print_reasons(cli, &counters);
	if (!cli->args.porcelain)
		(void)printf(
			"\n%s could not be sent: the budget was used up, or nobody read them\n",
			mxw_count_format(counters.suppressed, "event", text));
	return MXW_OK;
}
