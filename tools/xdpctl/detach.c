// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * detach: the filter off an interface, or off all.
 */
#include <stdio.h>

#include "apply/attach.h"
#include "base/num.h"
#include "datapath/program.h"
#include "cli/terminal.h"
#include "cli/cli.h"

static int report_detach(struct cli *cli, unsigned int count)
{
	char interfaces[MXW_COUNT_TEXT];

	if (cli->args.json)
		return terminal_json(json_pack("{s:i, s:b}", "detached", (int)count, "dry_run",
					       cli->args.dry_run));
	if (cli->args.dry_run)
		(void)printf("would detach from %s\n",
			     cli->args.all ? "every interface" : cli->args.operands.items[0]);
	else if (cli->args.all)
		(void)printf("detached from %s, no pins left; stored entries stay\n",
			     mxw_count_format(count, "interface", interfaces));
	else
		(void)printf("detached from %s; stored entries stay\n",
			     cli->args.operands.items[0]);
	return MXW_OK;
}

int verb_detach(struct cli *cli)
{
	unsigned int count = 1;
	int error = MXW_OK;

	if (cli->args.all == (cli->args.operands.count == 1))
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"`xdpctl detach` needs either an interface or --all");
	mxw_program_quiet();
	if (!cli->args.all)
		error = mxw_detach(cli->args.operands.items[0], cli->args.dry_run, &cli->err);
	else if (!cli->args.dry_run)
		error = mxw_detach_all(&count, &cli->report, &cli->err);
	return error ? error : report_detach(cli, count);
}
