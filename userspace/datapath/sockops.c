// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Called by check.
 */
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "datapath/pins.h"
#include "datapath/sockops.h"

#define PROGRAMS 64 /* on one cgroup; BPF_CGROUP_MAX_PROGS */

/* One look at the hierarchy. */
struct search {
	mxw_sockops_visit *visit;
	void *context;
	uint32_t ours; /* id of our program, 0 if it is not there */
	size_t found;
	const char *cgroup; /* that is looked at, below the root */
};

static uint32_t our_program(void)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);
	char path[MXW_PIN_PATH];
	int link = bpf_obj_get(mxw_pin_path("presence", path));

	if (link < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(link, &info, &length) || info.type != BPF_LINK_TYPE_CGROUP)
		info.prog_id = 0;
	(void)close(link);
	return info.prog_id;
}

static void tell(struct search *s, uint32_t id)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);
	int program = bpf_prog_get_fd_by_id(id);
	struct mxw_sockops one = { .id = id, .name = info.name, .cgroup = s->cgroup };

	if (program >= 0) {
		(void)bpf_obj_get_info_by_fd(program, &info, &length); /* then it has no name */
		(void)close(program);
	}
	s->found++;
	s->visit(s->context, &one);
}

static void look_at(struct search *s, int cgroup)
{
	__u32 ids[PROGRAMS] = { 0 }, count = PROGRAMS, flags = 0;

	if (bpf_prog_query(cgroup, BPF_CGROUP_SOCK_OPS, 0, &flags, ids, &count))
		return;
	for (__u32 i = 0; i < count; i++)
		if (ids[i] != s->ours)
			tell(s, ids[i]);
}

/* One cgroup of the walk; what has gone meanwhile is left out. */
static void look_into(struct search *s, const char *path)
{
	int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (cgroup < 0)
		return;
	look_at(s, cgroup);
	(void)close(cgroup);
}

size_t mxw_sockops_foreign(int root, mxw_sockops_visit *visit, void *context)
{
	struct search s = { .visit = visit, .context = context, .ours = our_program() };
	char start[40], *starts[] = { start, NULL };
	const FTSENT *entry;
	FTS *tree;

	(void)snprintf(start, sizeof(start), "/proc/self/fd/%d/.", root);
	tree = fts_open(starts, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_D)
			continue;
		s.cgroup = entry->fts_path[strlen(start)] ? entry->fts_path + strlen(start) : "/";
		look_into(&s, entry->fts_path);
	}
	if (tree)
		(void)fts_close(tree);
	return s.found;
}
