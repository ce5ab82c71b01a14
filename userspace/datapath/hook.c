// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hook of an interface. Called by attach, detach and status; the dispatcher's part is in
 * dispatcher.c.
 */
#include <dirent.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/num.h"
#include "datapath/dispatcher.h"
#include "datapath/hook.h"

const char *mxw_xdp_name(enum mxw_xdp xdp)
{
	return xdp == MXW_XDP_SKB ? "skb" : "native";
}

const char *mxw_holder_name(enum mxw_holder holder)
{
	return holder == MXW_HOLDER_SHARED ? "dispatcher" : "link";
}

static const char *pin_of(const char *kind, uint32_t ifindex, char path[MXW_PIN_PATH])
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%s-%u", kind, ifindex);
	return mxw_pin_path(name, path);
}

/* The link pinned under ifindex, or -1. info->xdp.ifindex is where it is now: 0 once its
 * interface was deleted, and another number if it moved to another network namespace. */
static int open_link(uint32_t ifindex, struct bpf_link_info *info)
{
	__u32 len = sizeof(*info);
	char path[MXW_PIN_PATH];
	int fd = bpf_obj_get(pin_of("link", ifindex, path));

	memset(info, 0, sizeof(*info));
	if (fd >= 0 && bpf_obj_get_info_by_fd(fd, info, &len) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static void name_program(struct mxw_hook *hook)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(hook->program_id);

	if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &len) == 0)
		(void)snprintf(hook->name, sizeof(hook->name), "%s", info.name);
	if (fd >= 0)
		(void)close(fd);
}

/* Tells whose the attached program is. */
static void find_holder(uint32_t ifindex, struct mxw_hook *hook)
{
	struct bpf_link_info info;
	uint32_t ours;
	int link = open_link(ifindex, &info);

	name_program(hook);
	hook->holder = MXW_HOLDER_FOREIGN;
	if (link >= 0)
		(void)close(link);
	if (link >= 0 && info.xdp.ifindex && info.prog_id == hook->program_id) {
		hook->holder = MXW_HOLDER_LINK;
	} else if (mxw_dispatcher_query(ifindex, &ours, &hook->programs)) {
		hook->holder = ours ? MXW_HOLDER_SHARED : MXW_HOLDER_DISPATCHER;
		hook->program_id = ours ? ours : hook->program_id;
	}
}

int mxw_hook_query(uint32_t ifindex, struct mxw_hook *hook, struct mxw_err *err)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);
	int error = bpf_xdp_query((int)ifindex, 0, &opts);

	memset(hook, 0, sizeof(*hook));
	if (error)
		return mxw_fail(err, MXW_E_FAIL, "cannot ask the kernel about interface %u: %s",
				ifindex, strerror(-error));
	if (opts.attach_mode == XDP_ATTACHED_NONE)
		return MXW_OK;
	hook->xdp = opts.attach_mode == XDP_ATTACHED_SKB ? MXW_XDP_SKB : MXW_XDP_NATIVE;
	hook->program_id = opts.prog_id ? opts.prog_id : opts.drv_prog_id;
	find_holder(ifindex, hook);
	return MXW_OK;
}

/* What the kernel's error most likely means here, and what to do about it. The kernel gives a
 * number and nothing else. */
static int attach_failed(int code, enum mxw_xdp xdp, struct mxw_err *err)
{
	switch (code) {
	case EBUSY:
	case EEXIST:
		return mxw_fail(err, MXW_E_DETACHED,
				"another XDP program came onto the interface, or onto a bridge, "
				"bond or VLAN above it: see `bpftool net`; nothing was changed");
	case EOPNOTSUPP:
		return mxw_fail(
			err, MXW_E_DETACHED,
			"the driver refuses XDP in %s mode: see `xdpctl check IFACE`, or use "
			"--xdp skb",
			mxw_xdp_name(xdp));
	case EINVAL:
	case ERANGE:
	case ENOMEM:
		return mxw_fail(err, MXW_E_DETACHED,
				"the driver refuses the program (%s), most often for a large MTU, "
				"missing queues or LRO: see `xdpctl check IFACE` and dmesg, or use "
				"--xdp skb",
				strerror(code));
	default:
		return mxw_fail(err, MXW_E_DETACHED, "the kernel refused to attach: %s",
				strerror(code));
	}
}

/* A new link lives by its pin; killed before that, it is gone with the process. */
static int create_link(uint32_t ifindex, int program_fd, enum mxw_xdp xdp, int *kernel_error,
		       struct mxw_err *err)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = xdp == MXW_XDP_SKB ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	char path[MXW_PIN_PATH];
	int link = bpf_link_create(program_fd, (int)ifindex, BPF_XDP, &opts), error = MXW_OK;

	if (link < 0) {
		*kernel_error = errno;
		return attach_failed(errno, xdp, err);
	}
	if (bpf_obj_pin(link, pin_of("link", ifindex, path)))
		error = mxw_fail(err, MXW_E_FAIL, "cannot pin %s: %s", path, strerror(errno));
	(void)close(link);
	return error;
}

int mxw_hook_attach_link(uint32_t ifindex, int program_fd, enum mxw_xdp xdp, int *kernel_error,
			 struct mxw_err *err)
{
	struct bpf_link_info info;
	int link = open_link(ifindex, &info), error = MXW_OK;

	*kernel_error = 0;
	if (link >= 0 && !info.xdp.ifindex) { /* of a deleted interface that had the number */
		(void)close(link);
		mxw_hook_unpin(ifindex);
		link = -1;
	}
	if (link < 0)
		return create_link(ifindex, program_fd, xdp, kernel_error, err);
	if (bpf_link_update(link, program_fd, NULL))
		error = mxw_fail(err, MXW_E_FAIL,
				 "cannot replace the attached program: %s; the old one stays",
				 strerror(errno));
	(void)close(link);
	return error;
}

static int detach_link(uint32_t ifindex, struct mxw_err *err)
{
	struct bpf_link_info info;
	char path[MXW_PIN_PATH];
	int link = open_link(ifindex, &info), error = MXW_OK;

	if (link < 0)
		return MXW_OK;
	/* Explicit, because another process may hold the link open. */
	if (bpf_link_detach(link))
		error = mxw_fail(err, MXW_E_FAIL, "cannot detach: %s", strerror(errno));
	(void)close(link);
	if (!error)
		(void)unlink(pin_of("link", ifindex, path)); /* gone is gone */
	return error;
}

int mxw_hook_detach(uint32_t ifindex, const struct mxw_hook *hook, struct mxw_err *err)
{
	int error = MXW_OK;

	if (hook->holder == MXW_HOLDER_LINK)
		error = detach_link(ifindex, err);
	else if (hook->holder == MXW_HOLDER_SHARED)
		error = mxw_dispatcher_detach(ifindex, 0, err);
	if (!error)
		mxw_hook_unpin(ifindex);
	return error;
}

int mxw_hook_pin_program(uint32_t ifindex, int program_fd, struct mxw_err *err)
{
	char fresh[MXW_PIN_PATH], path[MXW_PIN_PATH];

	(void)unlink(pin_of("fresh", ifindex, fresh)); /* left by a killed attach */
	if (bpf_obj_pin(program_fd, fresh))
		return mxw_fail(err, MXW_E_FAIL, "cannot pin %s: %s", fresh, strerror(errno));
	if (rename(fresh, pin_of("prog", ifindex, path)))
		return mxw_fail(err, MXW_E_FAIL, "cannot pin %s: %s", path, strerror(errno));
	return MXW_OK;
}

int mxw_hook_open_program(uint32_t ifindex, struct mxw_err *err)
{
	char path[MXW_PIN_PATH];
	int fd = bpf_obj_get(pin_of("prog", ifindex, path));

	if (fd < 0)
		return mxw_fail(err, MXW_E_DEGRADED,
				"the pin %s is gone: attach again to have the program replaced in "
				"place",
				path);
	return fd;
}

bool mxw_hook_known(uint32_t ifindex)
{
	char path[MXW_PIN_PATH];

	return access(pin_of("prog", ifindex, path), F_OK) == 0;
}

enum mxw_link_state mxw_hook_link_state(uint32_t ifindex, const struct mxw_hook *hook)
{
	struct bpf_link_info info;
	int link = open_link(ifindex, &info);

	if (link < 0)
		return MXW_LINK_NONE;
	(void)close(link);
	if (!info.xdp.ifindex)
		return MXW_LINK_DEAD;
	return hook && hook->holder == MXW_HOLDER_LINK ? MXW_LINK_HERE : MXW_LINK_MOVED;
}

static int detach_one(uint32_t ifindex, unsigned int *count, struct mxw_err *err)
{
	struct bpf_link_info info;
	int link = open_link(ifindex, &info), error = MXW_OK;

	if (link < 0)
		return MXW_OK;
	if (info.xdp.ifindex && bpf_link_detach(link))
		error = mxw_fail(err, MXW_E_FAIL, "cannot detach: %s", strerror(errno));
	else
		*count += info.xdp.ifindex != 0;
	(void)close(link);
	return error;
}

int mxw_hook_detach_links(unsigned int *count, struct mxw_err *err)
{
	static const char kind[] = "link-";
	DIR *dir = opendir(MXW_PIN_DIR);
	struct dirent *item;
	int error = MXW_OK;
	uint64_t ifindex;

	while (dir && !error && (item = readdir(dir)))
		if (strncmp(item->d_name, kind, strlen(kind)) == 0 &&
		    mxw_number_parse(item->d_name + strlen(kind), 1, UINT32_MAX, &ifindex))
			error = detach_one((uint32_t)ifindex, count, err);
	if (dir)
		(void)closedir(dir);
	return error;
}

void mxw_hook_unpin(uint32_t ifindex)
{
	static const char *const kinds[] = { "fresh", "prog", "link" };
	char path[MXW_PIN_PATH];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		(void)unlink(pin_of(kinds[i], ifindex, path)); /* gone is gone */
}
