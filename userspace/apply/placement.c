// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Choosing and taking a place on the hook.
 */
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "apply/placement.h"
#include "apply/stack.h"
#include "datapath/dispatcher.h"
#include "host/check.h"
#include "host/nic.h"

static int refuse_foreign(const struct mxw_attach_options *options, const struct mxw_hook *hook,
			  struct mxw_err *err)
{
	if (strcmp(hook->name, "xdp_dispatcher") == 0)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"%s has libxdp's dispatcher, but its pins under %s/xdp are gone, so it "
			"runs nothing: `ip link set dev %s xdp off` takes it off, then attach "
			"again; nothing was changed",
			options->ifname, MXW_BPFFS, options->ifname);
	return mxw_fail(err, MXW_E_DETACHED,
			"another XDP program, \"%s\" (id %u), holds %s alone and cannot be joined: "
			"detach it with the tool that loaded it, or load it through libxdp "
			"(xdp-loader), then attach again; nothing was changed",
			hook->name, hook->program_id, options->ifname);
}

/* What is on the hook decides first: nobody else's program is pushed aside. */
static int choose_beside(const struct mxw_attach_options *options, const struct mxw_hook *hook,
			 struct mxw_placement *out, struct mxw_err *err)
{
	bool shared = hook->holder != MXW_HOLDER_LINK;
	char programs[MXW_COUNT_TEXT];

	if (hook->holder == MXW_HOLDER_FOREIGN)
		return refuse_foreign(options, hook, err);
	if (shared && options->sharing == MXW_SHARING_EXCLUSIVE)
		return mxw_fail(err, MXW_E_DETACHED,
				"%s has libxdp's dispatcher with %s, so --exclusive would "
				"push off what it runs: attach without it, or detach that first; "
				"nothing was "
				"changed",
				options->ifname,
				mxw_count_format(hook->programs, "program", programs));
	if (!shared && options->sharing == MXW_SHARING_SHARED)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"the filter is on %s alone: run `xdpctl detach %s` before attaching "
			"it with --shared; nothing was changed",
			options->ifname, options->ifname);
	if (options->xdp != MXW_XDP_AUTO && options->xdp != hook->xdp)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"%s runs XDP in %s mode and cannot change in place: detach first, or "
			"attach without --xdp; nothing was changed",
			options->ifname, mxw_xdp_name(hook->xdp));
	out->shared = shared;
	out->xdp = hook->xdp;
	return MXW_OK;
}

static int choose_first(const struct mxw_attach_options *options, struct mxw_placement *out,
			const struct mxw_report *report, struct mxw_err *err)
{
	out->shared = options->sharing != MXW_SHARING_EXCLUSIVE;
	if (!out->shared || mxw_dispatcher_supported())
		return MXW_OK;
	if (options->sharing == MXW_SHARING_SHARED)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"this kernel refuses the EXT programs that libxdp's dispatcher needs: "
			"attach without --shared to have the interface alone; nothing was "
			"changed");
	out->shared = false;
	mxw_note(report,
		 "this kernel refuses the EXT programs that libxdp's dispatcher needs: attaching "
		 "alone, as a pinned bpf_link; no other XDP program can join %s",
		 options->ifname);
	return MXW_OK;
}

/* Native where it is asked for, or known to work; else skb, said aloud. */
static int choose_xdp(const struct mxw_attach_options *options, const struct mxw_nic *nic,
		      enum mxw_xdp *xdp, const struct mxw_report *report, struct mxw_err *err)
{
	*xdp = options->xdp;
	if (*xdp == MXW_XDP_AUTO && !mxw_check_native(nic)) {
		*xdp = MXW_XDP_SKB;
		mxw_note(report,
			 "%s has no native XDP as it is set up (`xdpctl check %s` says why): "
			 "attaching "
			 "in skb mode, which is slower",
			 options->ifname, options->ifname);
	}
	return mxw_check_attachable(options->ifname, nic, *xdp != MXW_XDP_SKB, err);
}

/* What the kernel would refuse, or what would judge each packet twice. */
static int look_at_stack(const struct mxw_nic *nic, const struct mxw_report *report,
			 struct mxw_err *err)
{
	struct mxw_stacked other;

	if (mxw_stack_above(nic, &other))
		return mxw_fail(err, MXW_E_DETACHED, "%s; nothing was changed", other.text);
	if (mxw_stack_below(nic, &other))
		mxw_note(report, "%s", other.text);
	return MXW_OK;
}

int mxw_placement_choose(const struct mxw_attach_options *options, const struct mxw_hook *hook,
			 struct mxw_placement *out, const struct mxw_report *report,
			 struct mxw_err *err)
{
	struct mxw_nic nic;
	int error;

	*out = (struct mxw_placement){ 0 };
	if (hook->holder != MXW_HOLDER_NONE)
		return choose_beside(options, hook, out, err);
	error = mxw_nic_read(options->ifname, &nic, err);
	if (!error)
		error = look_at_stack(&nic, report, err);
	if (!error)
		error = choose_xdp(options, &nic, &out->xdp, report, err);
	return error ? error : choose_first(options, out, report, err);
}

/* The dispatcher loads a copy of its own, which takes over the pinned maps. */
static int attach_shared(const struct mxw_placement *placement, uint32_t ifindex,
			 const struct mxw_program_options *constants, int *kernel_error,
			 struct mxw_err *err)
{
	struct mxw_program *copy;
	int error = mxw_program_open(constants, &copy, err);

	if (!error)
		error = mxw_dispatcher_attach(ifindex, copy, placement->xdp, kernel_error, err);
	mxw_program_close(copy);
	return error;
}

static int attach_once(const struct mxw_placement *placement, uint32_t ifindex,
		       struct mxw_program *program, const struct mxw_program_options *constants,
		       int *kernel_error, struct mxw_err *err)
{
	*kernel_error = 0;
	if (placement->shared)
		return attach_shared(placement, ifindex, constants, kernel_error, err);
	return mxw_hook_attach_link(ifindex, mxw_program_fd(program), placement->xdp, kernel_error,
				    err);
}

int mxw_placement_attach(const struct mxw_placement *placement, uint32_t ifindex,
			 struct mxw_program *program, const struct mxw_program_options *constants,
			 const struct mxw_report *report, struct mxw_err *err)
{
	struct mxw_placement chosen = *placement;
	int kernel_error, error;

	if (chosen.xdp == MXW_XDP_AUTO)
		chosen.xdp = MXW_XDP_NATIVE;
	error = attach_once(&chosen, ifindex, program, constants, &kernel_error, err);
	if (!error || placement->xdp != MXW_XDP_AUTO || kernel_error != EOPNOTSUPP)
		return error;
	mxw_note(report, "the driver has no native XDP: attaching in skb mode, which is slower");
	chosen.xdp = MXW_XDP_SKB;
	return attach_once(&chosen, ifindex, program, constants, &kernel_error, err);
}
