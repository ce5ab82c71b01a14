// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * allow, unallow: the operator's allows.
 */
#include "change.h"

int verb_allow(struct cli *cli)
{
	return change_entries(cli, MXW_CLASS_ALLOW, false, NULL);
}

int verb_unallow(struct cli *cli)
{
	return change_entries(cli, MXW_CLASS_ALLOW, true, NULL);
}
