// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unnever: what was wrongly put into the never-block set, or is no longer wanted there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/apply.h"
#include "apply/never.h"
#include "base/num.h"
#include "cli/nat64.h"
#include "cli/cli.h"
#include "cli/terminal.h"

/* Own addresses stay: nothing is gained without them. */
static int check(const struct cli *cli, const struct mxw_never_item *item, struct mxw_err *err)
{
	struct mxw_never_list host;
	char text[MXW_ADDR_TEXT];
	int error;

	mxw_never_init(&host);
	error = mxw_never_collect(&host, err);
	for (size_t i = 0; i < host.count && !error; i++) {
		const struct mxw_never_item *told = &host.items[i];

		if (strcmp(mxw_never_format(told, text),
			   mxw_never_format(item, (char[MXW_ADDR_TEXT]){ 0 })) != 0)
			continue;
		if (told->own)
			error = mxw_fail(
				err, MXW_E_USAGE,
				"%s is this machine's own (%s) and stays in the never-block "
				"set",
				text, told->why);
		else
			mxw_note(&cli->report,
				 "%s is still in use by this machine (%s): the next attach adds it "
				 "again, and so does mxwalld",
				 text, told->why);
	}
	mxw_never_free(&host);
	return error;
}

static int parse_all(struct cli *cli, struct mxw_never_item **out)
{
	size_t count = cli->args.operands.count;
	struct mxw_never_item *items = calloc(count + 1, sizeof(*items));
	int error = items ? MXW_OK : mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	char inside[MXW_ADDR_TEXT];
	struct mxw_nat64 nat64;

	*out = items;
	nat64_of_filter(&nat64);
	for (size_t i = 0; i < count && !error; i++) {
		error = mxw_never_parse(nat64_word(&nat64, cli->args.operands.items[i], inside),
					&items[i], &cli->err);
		if (!error)
			error = check(cli, &items[i], &cli->err);
	}
	return error;
}

/* A host inside the NAT64 prefix may be there as its IPv6 address too, from before the prefix was given. */
static int remove_item(struct cli *cli, const struct mxw_maps *maps, const char *word,
		       const struct mxw_never_item *item, bool *found)
{
	struct mxw_never_item typed = *item;
	bool there = false;
	int error = mxw_never_parse(word, &typed, &cli->err);

	*found = mxw_never_has(maps, item) || mxw_never_has(maps, &typed);
	if (error || cli->args.dry_run)
		return error;
	error = mxw_never_remove(maps, item, &there, &cli->err);
	return error ? error : mxw_never_remove(maps, &typed, &there, &cli->err);
}

static int remove_all(struct cli *cli, const struct mxw_never_item *items, size_t *found)
{
	struct mxw_session session;
	int error = cli->args.dry_run ? mxw_session_peek(&session, &cli->err)
				      : mxw_session_maps(&session, &cli->err);

	for (size_t i = 0; i < cli->args.operands.count && !error; i++) {
		bool there = false;

		error = remove_item(cli, &session.maps, cli->args.operands.items[i], &items[i],
				    &there);
		*found += there;
	}
	mxw_session_end(&session);
	return error;
}

static int report(struct cli *cli, size_t found)
{
	size_t count = cli->args.operands.count;
	char text[MXW_COUNT_TEXT];

	if (cli->args.json)
		return terminal_json(json_pack(
			"{s:s, s:I, s:I, s:b}", "verb", "unnever", "entries", (json_int_t)found,
			"not_found", (json_int_t)(count - found), "dry_run", cli->args.dry_run));
	(void)printf("%sunnever %s\n", cli->args.dry_run ? "would " : "",
		     mxw_count_format(found, "entry", text));
	return MXW_OK;
}

/* All addresses are parsed before one is taken out, so that a typing mistake changes nothing. */
int verb_unnever(struct cli *cli)
{
	struct mxw_never_item *items;
	size_t found = 0;
	int error = parse_all(cli, &items);

	if (!error)
		error = remove_all(cli, items, &found);
	free(items);
	if (error)
		return error;
	error = report(cli, found);
	if (!error && found < cli->args.operands.count)
		error = mxw_fail(&cli->err, MXW_E_FAIL,
				 "%zu of %zu are not in the never-block set: `xdpctl list never` "
				 "shows it",
				 cli->args.operands.count - found, cli->args.operands.count);
	return error;
}
