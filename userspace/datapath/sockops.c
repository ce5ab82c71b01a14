// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Called by check.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "datapath/pins.h"
#include "datapath/sockops.h"

#define DEEPEST 16
#define PROGRAMS 64 /* on one cgroup; BPF_CGROUP_MAX_PROGS */

/* One look at the hierarchy. */
struct search {
	mxw_sockops_visit *visit;
	void *context;
	uint32_t ours; /* id of our program, 0 if it is not there */
	size_t found;
	char path[4096]; /* of the cgroup that is looked at; "" is the root */
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
	struct mxw_sockops one = { .id = id,
				   .name = info.name,
				   .cgroup = s->path[0] ? s->path : "/" };

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

static void walk(struct search *s, int cgroup, int depth);

/* One cgroup below the one of path. */
static void descend(struct search *s, int parent, const char *name, int depth)
{
	size_t length = strlen(s->path);
	int child = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (child < 0)
		return;
	if (snprintf(s->path + length, sizeof(s->path) - length, "/%s", name) <
	    (int)(sizeof(s->path) - length))
		walk(s, child, depth + 1);
	s->path[length] = '\0';
	(void)close(child);
}

static void walk(struct search *s, int cgroup, int depth)
{
	const struct dirent *entry;
	int copy = openat(cgroup, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);

	look_at(s, cgroup);
	while (folder && depth < DEEPEST && (entry = readdir(folder)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			descend(s, cgroup, entry->d_name, depth);
	if (folder)
		(void)closedir(folder);
	else if (copy >= 0)
		(void)close(copy);
}

size_t mxw_sockops_foreign(int root, mxw_sockops_visit *visit, void *context)
{
	struct search s = { .visit = visit, .context = context, .ours = our_program() };

	walk(&s, root, 0);
	return s.found;
}
