// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program on the cgroup root. Called by attach, detach, and the verbs that show it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "datapath/presence.h"
#include "presence.skel.h"

static const char link_pin[] = "presence";
static const char conns_pin[] = "mxw_conns";

/* One attach in progress. */
struct placing {
	const struct mxw_maps *maps;
	struct presence *skel;
	int root; /* the cgroup's */
	int link; /* the one that is there, -1 if none is */
};

static int open_link(void)
{
	char path[MXW_PIN_PATH];

	return bpf_obj_get(mxw_pin_path(link_pin, path));
}

/* A link that was detached names no cgroup. */
static bool is_on(int link)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);

	return link >= 0 && bpf_obj_get_info_by_fd(link, &info, &length) == 0 &&
	       info.type == BPF_LINK_TYPE_CGROUP && info.cgroup.cgroup_id != 0;
}

bool mxw_presence_here(void)
{
	int link = open_link();
	bool on = is_on(link);

	if (link >= 0)
		(void)close(link);
	return on;
}

static void unpin(const char *name)
{
	char path[MXW_PIN_PATH];

	(void)unlink(mxw_pin_path(name, path)); /* gone is gone */
}

void mxw_presence_detach(void)
{
	int link = open_link();

	if (link >= 0) {
		(void)bpf_link_detach(link); /* an error means that it is on no cgroup any more */
		(void)close(link);
	}
	unpin(link_pin);
	unpin(conns_pin);
}

/* The records of sockets stay with the program that is replaced. */
static int reuse_conns(struct placing *p)
{
	char path[MXW_PIN_PATH];
	int fd = bpf_obj_get(mxw_pin_path(conns_pin, path)), error;

	if (fd < 0)
		return -errno;
	error = bpf_map__reuse_fd(p->skel->maps.mxw_conns, fd);
	(void)close(fd); /* the object keeps its own copy */
	return error;
}

/* Opens the link, if it is there with all that belongs to it; clears away the rest of one. */
static void look(struct placing *p)
{
	p->link = open_link();
	if (is_on(p->link) && reuse_conns(p) == 0)
		return;
	if (p->link >= 0)
		(void)close(p->link);
	p->link = -1;
	mxw_presence_detach();
}

static int use_maps(struct placing *p, struct mxw_err *err)
{
	for (int i = 0; i < MXW_MAP_COUNT; i++) {
		struct bpf_map *map =
			bpf_object__find_map_by_name(p->skel->obj, mxw_map_name((enum mxw_map)i));

		if (map && bpf_map__reuse_fd(map, p->maps->fd[i]))
			return mxw_fail(err, MXW_E_FAIL, "the map %s cannot be used",
					mxw_map_name((enum mxw_map)i));
	}
	p->skel->rodata->mxw_limit_line_count = bpf_map__max_entries(p->skel->maps.mxw_limit_lines);
	p->skel->rodata->mxw_news_line_count = bpf_map__max_entries(p->skel->maps.mxw_news_lines);
	return MXW_OK;
}

static int load(struct placing *p, struct mxw_err *err)
{
	int error = use_maps(p, err);

	if (error)
		return error;
	error = presence__load(p->skel);
	return error ? mxw_fail(err, MXW_E_FAIL, "the kernel did not load the program: %s",
				strerror(-error))
		     : MXW_OK;
}

static int clear_open(const struct mxw_maps *maps)
{
	const size_t bytes = MXW_OPEN_LINES * sizeof(struct mxw_open_line);
	void *open =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, maps->fd[MXW_MAP_OPEN], 0);

	if (open == MAP_FAILED)
		return -1;
	memset(open, 0, bytes);
	return munmap(open, bytes);
}

/* Nobody writes them while no program is on the cgroup root. */
static int begin_with_nothing(const struct mxw_maps *maps, struct mxw_err *err)
{
	int cpus = libbpf_num_possible_cpus(), error;
	struct mxw_presence *none = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*none));
	__u32 zero = 0;

	if (!none)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	error = bpf_map_update_elem(maps->fd[MXW_MAP_PRESENCE], &zero, none, BPF_ANY);
	free(none);
	return error || clear_open(maps)
		       ? mxw_fail(err, MXW_E_FAIL, "the counts cannot be cleared: %s",
				  strerror(errno))
		       : MXW_OK;
}

static int pin_as(int fd, const char *name, struct mxw_err *err)
{
	char path[MXW_PIN_PATH];

	if (bpf_obj_pin(fd, mxw_pin_path(name, path)))
		return mxw_fail(err, MXW_E_FAIL, "cannot pin %s: %s", path, strerror(errno));
	return MXW_OK;
}

/* A new link lives by its pin, which comes last: killed before that, all is gone with the
 * process. */
static int create(const struct placing *p, struct mxw_err *err)
{
	int error = begin_with_nothing(p->maps, err), link;

	link = error ? -1
		     : bpf_link_create(bpf_program__fd(p->skel->progs.mxwall_presence), p->root,
				       BPF_CGROUP_SOCK_OPS, NULL);
	if (!error && link < 0)
		error = mxw_fail(err, MXW_E_FAIL,
				 "the kernel refused the program on the cgroup root: %s",
				 strerror(errno));
	if (!error)
		error = pin_as(bpf_map__fd(p->skel->maps.mxw_conns), conns_pin, err);
	if (!error)
		error = pin_as(link, link_pin, err);
	if (link >= 0)
		(void)close(link);
	return error;
}

static int put_in_place(struct placing *p, struct mxw_err *err)
{
	int error = load(p, err);

	if (error || p->link < 0)
		return error ? error : create(p, err);
	if (bpf_link_update(p->link, bpf_program__fd(p->skel->progs.mxwall_presence), NULL))
		return mxw_fail(err, MXW_E_FAIL, "the program cannot be replaced: %s",
				strerror(errno));
	return MXW_OK;
}

int mxw_presence_attach(const struct mxw_maps *maps, int root, struct mxw_err *err)
{
	struct placing p = { .maps = maps, .skel = presence__open(), .root = root, .link = -1 };
	int error;

	if (!p.skel)
		return mxw_fail(err, MXW_E_FAIL, "the built-in BPF object does not open: %s",
				strerror(errno));
	look(&p);
	error = put_in_place(&p, err);
	if (p.link >= 0)
		(void)close(p.link);
	presence__destroy(p.skel);
	return error;
}

int mxw_presence_read(const struct mxw_maps *maps, struct mxw_presence *out, struct mxw_err *err)
{
	int cpus = libbpf_num_possible_cpus();
	struct mxw_presence *each = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*each));
	__u32 zero = 0;

	*out = (struct mxw_presence){ 0 };
	if (!each || bpf_map_lookup_elem(maps->fd[MXW_MAP_PRESENCE], &zero, each)) {
		free(each);
		return mxw_fail(err, MXW_E_FAIL, "cannot read the count of connections: %s",
				strerror(errno));
	}
	for (int cpu = 0; cpu < cpus; cpu++) {
		out->established += each[cpu].established;
		out->ended += each[cpu].ended;
		out->full += each[cpu].full;
		out->untold += each[cpu].untold;
		out->reported += each[cpu].reported;
		out->suppressed += each[cpu].suppressed;
	}
	free(each);
	return MXW_OK;
}
