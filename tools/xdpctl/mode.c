// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mode: monitor, enforce or bypass.
 */
#include <stdio.h>
#include <string.h>

#include "apply/apply.h"
#include "datapath/switches.h"
#include "state/lock.h"
#include "cli/terminal.h"
#include "cli/cli.h"

static int find_mode(struct cli *cli, const char *word, uint32_t *mode)
{
	for (*mode = MXW_MODE_MONITOR; *mode <= MXW_MODE_BYPASS; ++*mode)
		if (strcmp(mxw_mode_name(*mode), word) == 0)
			return MXW_OK;
	return mxw_fail(&cli->err, MXW_E_USAGE,
			"\"%.40s\" is not a mode: choose monitor, enforce or bypass", word);
}

static int print_mode(struct cli *cli, uint32_t mode, uint32_t before)
{
	if (cli->args.json)
		return terminal_json(json_pack("{s:s, s:s, s:b}", "mode", mxw_mode_name(mode),
					       "before", mxw_mode_name(before), "dry_run",
					       cli->args.dry_run));
	if (cli->args.operands.count)
		(void)printf("%s%s, was %s\n", cli->args.dry_run ? "would be " : "",
			     mxw_mode_name(mode), mxw_mode_name(before));
	else
		(void)printf("%s\n", mxw_mode_name(mode));
	return MXW_OK;
}

/* Bypass and monitor have to come into force while another process hangs with the lock, and a
 * look needs none. Enforce is a change like any other. */
static int begin_mode(struct cli *cli, struct mxw_session *session, bool set, uint32_t mode)
{
	char holder[MXW_LOCK_HOLDER];
	int error;

	if (!set)
		return mxw_session_peek(session, &cli->err);
	if (mode == MXW_MODE_ENFORCE)
		return mxw_session_maps(session, &cli->err);
	error = mxw_session_way_out(session, &cli->err);
	if (error || session->lock >= 0)
		return error;
	mxw_lock_holder(holder);
	mxw_note(&cli->report,
		 "%s holds the lock, so %s was set without it: look at the mode again when that "
		 "process has ended",
		 holder, mxw_mode_name(mode));
	return MXW_OK;
}

int verb_mode(struct cli *cli)
{
	bool set = cli->args.operands.count == 1;
	struct mxw_session session;
	struct mxw_config config = { 0 };
	uint32_t mode = 0;
	int error = set ? find_mode(cli, cli->args.operands.items[0], &mode) : MXW_OK;

	if (error)
		return error;
	error = begin_mode(cli, &session, set && !cli->args.dry_run, mode);
	if (!error)
		error = mxw_switches_read(&session.maps, &config, &cli->err);
	if (!error && set && !cli->args.dry_run)
		error = mxw_apply_mode(&session, mode, &cli->err);
	mxw_session_end(&session);
	return error ? error : print_mode(cli, set ? mode : config.mode, config.mode);
}
