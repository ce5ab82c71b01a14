// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxdp's dispatcher. Called by apply, and by the hook.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "datapath/dispatcher.h"

#define PROGRAM_NAME "mxwall"
#define SECTION "xdp.frags"

static int no_print(enum libxdp_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

bool mxw_dispatcher_supported(void)
{
	return libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_EXT, NULL) > 0;
}

/* The dispatcher of ifindex, NULL if there is none or a program is there alone. */
static struct xdp_multiprog *open_dispatcher(uint32_t ifindex)
{
	struct xdp_multiprog *dispatcher;

	(void)libxdp_set_print(no_print);
	dispatcher = xdp_multiprog__get_from_ifindex((int)ifindex);
	if (libxdp_get_error(dispatcher))
		return NULL;
	if (!xdp_multiprog__is_legacy(dispatcher))
		return dispatcher;
	xdp_multiprog__close(dispatcher);
	return NULL;
}

/* The newest of our programs: during an upgrade there are two. */
bool mxw_dispatcher_query(uint32_t ifindex, uint32_t *program_id, uint32_t *programs)
{
	struct xdp_multiprog *dispatcher = open_dispatcher(ifindex);
	struct xdp_program *program = NULL;

	*program_id = *programs = 0;
	if (!dispatcher)
		return false;
	while ((program = xdp_multiprog__next_prog(program, dispatcher))) {
		++*programs;
		if (strcmp(xdp_program__name(program), PROGRAM_NAME) == 0 &&
		    xdp_program__id(program) > *program_id)
			*program_id = xdp_program__id(program);
	}
	xdp_multiprog__close(dispatcher);
	return true;
}

static enum xdp_attach_mode attach_mode(enum mxw_xdp xdp)
{
	return xdp == MXW_XDP_SKB ? XDP_MODE_SKB : XDP_MODE_NATIVE;
}

static int attach_failed(int code, struct mxw_err *err)
{
	if (code == EBUSY)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"libxdp's dispatcher cannot take another program on this interface, "
			"or its pins under %s/xdp are damaged: see `xdp-loader status`; "
			"nothing was changed",
			MXW_BPFFS);
	if (code == ERANGE)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"the MTU of this interface, or of a veth's peer, is too large for libxdp's "
			"dispatcher, because a program beside mxwall may not take packets in "
			"fragments; use a smaller MTU, or --exclusive, or --xdp skb");
	return mxw_fail(err, MXW_E_DETACHED,
			"libxdp could not attach through its dispatcher: %s; see `xdpctl check "
			"IFACE`, or use --exclusive",
			strerror(code));
}

/* libxdp attaches alone where it cannot build a dispatcher, and says nothing. */
static int refuse_lone_attach(uint32_t ifindex, struct xdp_program *program,
			      enum xdp_attach_mode mode, struct mxw_err *err)
{
	if (xdp_program__detach(program, (int)ifindex, mode, 0))
		(void)bpf_xdp_detach((int)ifindex, 0, NULL); /* the second of two ways */
	return mxw_fail(
		err, MXW_E_DETACHED,
		"this kernel refuses the EXT programs that libxdp's dispatcher needs, so the "
		"program cannot share the interface: use --exclusive; nothing was changed");
}

/* libxdp falls back silently to being alone on the interface, so whether there is a dispatcher
 * is looked at afterwards, and the attach undone if not. */
static int attach_program(uint32_t ifindex, struct xdp_program *program, enum mxw_xdp xdp,
			  int *kernel_error, struct mxw_err *err)
{
	enum xdp_attach_mode mode = attach_mode(xdp);
	struct xdp_multiprog *dispatcher;
	int error;

	/* libxdp does not look at the section's name, and leaves the flag out where the kernel does
	 * not know it. Without it, a jumbo MTU is refused. */
	(void)xdp_program__set_xdp_frags_support(program, true);
	(void)xdp_program__set_run_prio(program, MXW_DISPATCHER_PRIORITY);
	(void)xdp_program__set_chain_call_enabled(program, XDP_PASS, true);
	error = xdp_program__attach(program, (int)ifindex, mode, 0);
	if (error) {
		*kernel_error = -error;
		return attach_failed(-error, err);
	}
	dispatcher = open_dispatcher(ifindex);
	if (!dispatcher)
		return refuse_lone_attach(ifindex, program, mode, err);
	xdp_multiprog__close(dispatcher);
	return MXW_OK;
}

int mxw_dispatcher_attach(uint32_t ifindex, struct mxw_program *program, enum mxw_xdp xdp,
			  int *kernel_error, struct mxw_err *err)
{
	struct xdp_program *handle;
	uint32_t newest, programs;
	int error;

	*kernel_error = 0;
	(void)libxdp_set_print(no_print);
	handle = xdp_program__from_bpf_obj(mxw_program_object(program), SECTION);
	if (libxdp_get_error(handle))
		return mxw_fail(err, MXW_E_FAIL, "libxdp does not take the program: %s",
				strerror((int)-libxdp_get_error(handle)));
	error = attach_program(ifindex, handle, xdp, kernel_error, err);
	xdp_program__close(handle);
	if (!error && mxw_dispatcher_query(ifindex, &newest, &programs))
		error = mxw_dispatcher_detach(ifindex, newest, err);
	return error;
}

/* The next program of ours to go, NULL if none is left. Owned by dispatcher. */
static struct xdp_program *find_ours(const struct xdp_multiprog *dispatcher, uint32_t keep)
{
	struct xdp_program *program = NULL;

	while ((program = xdp_multiprog__next_prog(program, dispatcher)))
		if (strcmp(xdp_program__name(program), PROGRAM_NAME) == 0 &&
		    xdp_program__id(program) != keep)
			break;
	return program;
}

/* Takes one off. Each time is a dispatcher of its own, so it is opened again. */
static int detach_one(uint32_t ifindex, uint32_t keep, bool *found)
{
	struct xdp_multiprog *dispatcher = open_dispatcher(ifindex);
	struct xdp_program *program;
	int error = 0;

	*found = false;
	if (!dispatcher)
		return 0;
	program = find_ours(dispatcher, keep);
	if (program) {
		*found = true;
		error = xdp_program__detach(program, (int)ifindex,
					    xdp_multiprog__attach_mode(dispatcher), 0);
	}
	xdp_multiprog__close(dispatcher);
	return error;
}

int mxw_dispatcher_detach(uint32_t ifindex, uint32_t keep, struct mxw_err *err)
{
	bool found = true;
	int error = 0;

	while (found && !error)
		error = detach_one(ifindex, keep, &found);
	if (!error)
		return MXW_OK;
	return mxw_fail(err, MXW_E_FAIL,
			"libxdp could not take the program off: %s; see `xdp-loader status`",
			strerror(-error));
}
