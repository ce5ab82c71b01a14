// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who gives the command, and what a filter that drops nothing has to be told.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "datapath/pins.h"
#include "datapath/switches.h"
#include "operator.h"
#include "terminal.h"
#include "cli.h"

void cli_note_mode(struct cli *cli)
{
	struct mxw_config config;
	struct mxw_maps maps;

	if (mxw_maps_open(&maps, NULL) == MXW_OK &&
	    mxw_switches_read(&maps, &config, NULL) == MXW_OK && config.mode != MXW_MODE_ENFORCE)
		mxw_note(&cli->report,
			 "the filter is in %s mode and drops nothing: `xdpctl mode enforce` makes "
			 "it drop",
			 mxw_mode_name(config.mode));
	mxw_maps_close(&maps);
}

void cli_operator(char who[64])
{
	const char *sudo = getenv("SUDO_USER"), *login = getenv("LOGNAME");
	const struct passwd *user = getpwuid(getuid());

	if (sudo && *sudo)
		(void)terminal_safe(sudo, who, 64);
	else if (login && *login)
		(void)terminal_safe(login, who, 64);
	else
		(void)snprintf(who, 64, "%s", user ? user->pw_name : "root");
}
