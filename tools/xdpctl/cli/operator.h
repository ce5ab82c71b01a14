/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gives the command, and what a change has to tell where the filter drops nothing.
 */
#ifndef MXW_CLI_OPERATOR_H
#define MXW_CLI_OPERATOR_H

#include "cli.h"

/* A note where what was changed drops nothing because of the filter's mode. */
void cli_note_mode(struct cli *cli);

/* The operator's login name, with root's real one behind sudo; printable. */
void cli_operator(char who[64]);

#endif
