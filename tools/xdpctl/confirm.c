// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * confirm: an attach on trial stays.
 */
#include <stdio.h>

#include "apply/attach.h"
#include "cli/terminal.h"
#include "cli/cli.h"

int verb_confirm(struct cli *cli)
{
	const char *ifname = cli->args.operands.count ? cli->args.operands.items[0] : NULL;
	unsigned int count = 0;
	int error = MXW_OK;

	if (!cli->args.dry_run)
		error = mxw_confirm(ifname, &count, &cli->err);
	if (error)
		return error;
	if (cli->args.json)
		return terminal_json(json_pack("{s:i, s:b}", "confirmed", (int)count, "dry_run",
					       cli->args.dry_run));
	if (cli->args.dry_run)
		(void)printf("would confirm %s\n", ifname ? ifname : "every attach");
	else
		(void)printf(count ? "confirmed: the filter stays\n"
				   : "nothing waits for a confirmation\n");
	return MXW_OK;
}
