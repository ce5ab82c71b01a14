// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * flush: all entries of the operator out.
 */
#include <stdio.h>

#include "state/intents.h"
#include "apply/apply.h"
#include "base/num.h"
#include "change.h"
#include "cli/terminal.h"

static int count_all(struct mxw_session *session, uint64_t *total, struct mxw_err *err)
{
	uint64_t exact, nets;
	int error = MXW_OK;

	*total = 0;
	for (int c = MXW_CLASS_ALLOW; c <= MXW_CLASS_BLOCK && !error; c++) {
		error = mxw_store_count(session->store, (enum mxw_class)c, &exact, &nets, err);
		*total += exact + nets;
	}
	return error;
}

/* Removes what was entered by hand, over many days perhaps, so it wants --yes. */
int verb_flush(struct cli *cli)
{
	struct mxw_session session;
	uint64_t removed = 0;
	char text[MXW_COUNT_TEXT];
	int error;

	if (!cli->args.yes && !cli->args.dry_run)
		return mxw_fail(
			&cli->err, MXW_E_USAGE,
			"`flush` removes all operator entries, allows too: add --yes to do it");
	error = change_begin(cli, &session);
	if (!error)
		error = cli->args.dry_run ? count_all(&session, &removed, &cli->err)
					  : mxw_apply_flush(&session, &removed, &cli->err);
	mxw_session_end(&session);
	if (error)
		return error;
	if (cli->args.json)
		return terminal_json(json_pack("{s:I, s:b}", "removed", (json_int_t)removed,
					       "dry_run", cli->args.dry_run));
	(void)printf("%sremove%s %s\n", cli->args.dry_run ? "would " : "",
		     cli->args.dry_run ? "" : "d", mxw_count_format(removed, "entry", text));
	return MXW_OK;
}
