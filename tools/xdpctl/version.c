// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * version: of the program, and of the maps that it works with.
 */
#include <stdio.h>

#include "bpf/abi.h"
#include "cli/terminal.h"
#include "cli/cli.h"

int verb_version(struct cli *cli)
{
	if (cli->args.json)
		return terminal_json(json_pack("{s:s, s:i}", "version", MXW_VERSION, "map_schema",
					       MXW_ABI_VERSION));
	(void)printf("xdpctl %s, map schema %d\n", MXW_VERSION, MXW_ABI_VERSION);
	return MXW_OK;
}
