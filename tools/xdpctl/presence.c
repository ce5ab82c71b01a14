// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completed connections: whether they are seen, and how many. Called by status, check and verify.
 */
#include <stdio.h>

#include <unistd.h>

#include "base/num.h"
#include "datapath/sockops.h"
#include "host/cgroup.h"
#include "host/check_add.h"
#include "presence.h"

#define FOREIGN_MOST 8 /* that check names; the number of others is one finding more */

#define WITHOUT                                                                             \
	"completed connections are not seen: no rate and no limit of connections applies, " \
	"and the controller cannot tell real addresses from forged ones"

void presence_look(const struct mxw_maps *maps, struct presence_state *state)
{
	*state = (struct presence_state){ .on = mxw_presence_here(),
					  .possible = mxw_presence_possible() };
	if (maps)
		(void)mxw_presence_read(maps, &state->counts, NULL); /* zeros if it fails */
}

static uint64_t still_open(const struct mxw_presence *counts)
{
	return counts->established > counts->ended ? counts->established - counts->ended : 0;
}

json_t *presence_json(const struct presence_state *state)
{
	const struct mxw_presence *counts = &state->counts;

	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I}", "on", state->on, "established",
			 (json_int_t)counts->established, "ended", (json_int_t)counts->ended,
			 "open", (json_int_t)still_open(counts), "full", (json_int_t)counts->full,
			 "untold", (json_int_t)counts->untold);
}

const char *presence_remedy(const struct presence_state *state)
{
	return state->possible ? "run `xdpctl attach` again for an interface that the filter is on"
			       : "mount cgroup v2 (`mount -t cgroup2 none /sys/fs/cgroup`, or "
				 "beside version 1 on /sys/fs/cgroup/unified), then run `xdpctl "
				 "attach` again";
}

void presence_print(const struct presence_state *state)
{
	char completed[MXW_DURATION_TEXT], open[MXW_DURATION_TEXT];

	if (!state->on) {
		(void)printf("connections: NOT SEEN: " WITHOUT "; %s\n", presence_remedy(state));
		return;
	}
	(void)printf("connections: %s open, %s completed",
		     mxw_number_format(still_open(&state->counts), open),
		     mxw_number_format(state->counts.established, completed));
	if (state->counts.full)
		(void)printf(", %llu not counted because there was no room",
			     (unsigned long long)state->counts.full);
	if (state->counts.untold)
		(void)printf(", %llu to other ports, which may have been protected ones before NAT",
			     (unsigned long long)state->counts.untold);
	(void)putchar('\n');
}

/* What a walk through the cgroups adds to. */
struct foreign {
	struct mxw_check *check;
	size_t named;
};

static void add_foreign(void *context, const struct mxw_sockops *one)
{
	struct foreign *foreign = context;

	if (foreign->named++ < FOREIGN_MOST)
		mxw_check_add(
			foreign->check, MXW_LEVEL_NOTE, "connections",
			"the sockops program \"%s\" (id %u) is on the cgroup %.200s: if it "
			"clears a socket's callback flags, connections there are not counted, "
			"or count as open for up to an hour after their end",
			one->name, one->id, one->cgroup);
}

/* Programs of others that could keep ours from seeing connections. */
static void check_foreign(struct mxw_check *check)
{
	struct foreign foreign = { .check = check };
	int root = mxw_cgroup_root(NULL);

	if (root < 0)
		return;
	(void)mxw_sockops_foreign(root, add_foreign, &foreign);
	(void)close(root);
	if (foreign.named > FOREIGN_MOST)
		mxw_check_add(check, MXW_LEVEL_NOTE, "connections",
			      "%zu more sockops programs are on cgroups; `bpftool cgroup tree` "
			      "shows them",
			      foreign.named - FOREIGN_MOST);
}

void presence_check(bool attached, struct mxw_check *check)
{
	struct presence_state state;

	presence_look(NULL, &state);
	if (attached && state.on)
		mxw_check_add(check, MXW_LEVEL_OK, "connections",
			      "completed connections are seen, by a program on the cgroup root");
	else if (attached || !state.possible)
		mxw_check_add(check, MXW_LEVEL_WARN, "connections", WITHOUT "; %s",
			      presence_remedy(&state));
	else
		mxw_check_add(check, MXW_LEVEL_OK, "connections",
			      "cgroup v2 is mounted: completed connections can be seen");
	check_foreign(check);
}
