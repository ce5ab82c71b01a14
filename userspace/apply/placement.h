/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to get onto a hook: beside others or alone, native or skb. What is on the hook and what was
 * asked decide that. Where the two do not agree, a sentence says so.
 */
#ifndef MXW_PLACEMENT_H
#define MXW_PLACEMENT_H

#include "apply/attach.h"

struct mxw_placement {
	bool shared; /* through the dispatcher */
	enum mxw_xdp xdp; /* MXW_XDP_AUTO: native first */
};

/* Decides, or refuses with MXW_E_DETACHED and the remedy. Changes nothing. */
int mxw_placement_choose(const struct mxw_attach_options *options, const struct mxw_hook *hook,
			 struct mxw_placement *out, const struct mxw_report *report,
			 struct mxw_err *err);

/* Carries it out with the loaded program; the dispatcher loads a second copy,
 * opened with the same constants and maps. */
int mxw_placement_attach(const struct mxw_placement *placement, uint32_t ifindex,
			 struct mxw_program *program, const struct mxw_program_options *constants,
			 const struct mxw_report *report, struct mxw_err *err);

#endif
