// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries, stored and enforced. Called by verify.
 */
#include <unistd.h>

#include "apply/auto_compare.h"
#include "auto_reasons.h"
#include "base/clock.h"
#include "datapath/switches.h"
#include "verify_auto.h"

#define ALIVE (5 * MXW_SECOND) /* its heartbeat comes every second */

static int look(struct cli *cli, const struct mxw_maps *maps, struct mxw_auto_looked *out)
{
	struct mxw_auto_reader *store = auto_reasons_open();
	int error = mxw_auto_look(store, maps, mxw_clock_mono(), out, &cli->err);

	mxw_auto_reader_close(store);
	return error;
}

static bool controller_lives(const struct mxw_maps *maps)
{
	uint64_t beat = mxw_switches_heartbeat(maps);

	return beat && mxw_clock_mono() - beat < ALIVE;
}

/* The controller stores a moment later than it enforces. */
static int look_again(struct cli *cli, const struct mxw_maps *maps, struct mxw_auto_looked *found)
{
	struct mxw_auto_looked later;
	int error;

	(void)sleep(MXW_AUTO_COMPARE_APART);
	error = look(cli, maps, &later);
	mxw_auto_looked_common(found, &later);
	mxw_auto_looked_free(found);
	*found = later;
	return error;
}

static void fill(struct mxw_differences *out, const struct mxw_auto_looked *found)
{
	*out = (struct mxw_differences){ .checked = found->checked,
					 .count = found->count + found->overlooked,
					 .overlooked = found->overlooked };
	for (size_t i = 0; i < found->count && i < MXW_DIFFERENCES_SHOWN; i++)
		out->first[i] = found->items[i];
}

int verify_automatic(struct cli *cli, struct mxw_differences *out)
{
	struct mxw_auto_looked found = { 0 };
	struct mxw_maps maps;
	int error = mxw_maps_open(&maps, &cli->err);

	if (error)
		return error;
	error = look(cli, &maps, &found);
	if (!error && found.count + found.overlooked && controller_lives(&maps))
		error = look_again(cli, &maps, &found);
	fill(out, &found);
	mxw_auto_looked_free(&found);
	mxw_maps_close(&maps);
	return error;
}

int verify_automatic_result(struct cli *cli, const struct mxw_differences *found)
{
	if (!found->count)
		return MXW_OK;
	return mxw_fail(&cli->err, MXW_E_DEGRADED,
			"automatic entries differ from what the controller has stored: it repairs "
			"them within a minute; start or restart mxwalld, and look at its log");
}
