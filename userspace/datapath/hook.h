/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XDP hook of an interface: who is on it, and putting our program there or
 * taking it off, either through libxdp's dispatcher, beside other programs, or
 * alone as a pinned bpf_link. What the kernel says is the truth; nothing here
 * relies on memory of its own.
 */
#ifndef MXW_HOOK_H
#define MXW_HOOK_H

#include "datapath/program.h"

/* Who holds the hook. */
enum mxw_holder {
	MXW_HOLDER_NONE = 0,
	MXW_HOLDER_LINK, /* ours alone, through a pinned link */
	MXW_HOLDER_SHARED, /* ours, through the dispatcher */
	MXW_HOLDER_DISPATCHER, /* a dispatcher without ours */
	MXW_HOLDER_FOREIGN, /* another program, alone */
};

enum mxw_xdp {
	MXW_XDP_AUTO = 0, /* native; skb, announced, where the driver has no native mode */
	MXW_XDP_NATIVE,
	MXW_XDP_SKB,
};

struct mxw_hook {
	enum mxw_holder holder;
	enum mxw_xdp xdp; /* as attached; MXW_XDP_AUTO when nothing is */
	uint32_t program_id; /* ours, or the foreign one */
	uint32_t programs; /* how many a dispatcher runs */
	char name[32]; /* of the foreign program */
};

/* Looks. MXW_E_FAIL only when the kernel cannot be asked. */
int mxw_hook_query(uint32_t ifindex, struct mxw_hook *hook, struct mxw_err *err);

/*
 * Attaches alone: a new pinned link, or, where ours is attached so already, the
 * link's program replaced in place. xdp: native or skb. Returns MXW_E_DETACHED
 * with the remedy when the kernel refuses, and then its errno in *kernel_error.
 */
int mxw_hook_attach_link(uint32_t ifindex, int program_fd, enum mxw_xdp xdp, int *kernel_error,
			 struct mxw_err *err);

/* Takes ours off, whichever way it is attached; others stay. */
int mxw_hook_detach(uint32_t ifindex, const struct mxw_hook *hook, struct mxw_err *err);

/* Pins the program of an interface, in place of an older one: what explain runs. */
int mxw_hook_pin_program(uint32_t ifindex, int program_fd, struct mxw_err *err);

/* The pinned program of an interface, or a negative MXW_E_*. The caller closes it. */
int mxw_hook_open_program(uint32_t ifindex, struct mxw_err *err);

/* Whether the interface has pins, though the program may be gone from the hook. */
bool mxw_hook_known(uint32_t ifindex);

/* What became of the link pinned under an interface's number. hook: what is on the interface
 * of that number here, NULL if there is none. */
enum mxw_link_state {
	MXW_LINK_NONE, /* there is none: attached through the dispatcher, or not at all */
	MXW_LINK_DEAD, /* its interface was deleted */
	MXW_LINK_HERE, /* on that interface */
	MXW_LINK_MOVED, /* on an interface of another network namespace */
};
enum mxw_link_state mxw_hook_link_state(uint32_t ifindex, const struct mxw_hook *hook);

/* Takes every pinned link off its interface, whatever network namespace that is in by now, and
 * adds to *count how many there were. */
int mxw_hook_detach_links(unsigned int *count, struct mxw_err *err);

/* Removes the interface's own pins. */
void mxw_hook_unpin(uint32_t ifindex);

/* "native" or "skb"; "link" or "dispatcher". */
const char *mxw_xdp_name(enum mxw_xdp xdp);
const char *mxw_holder_name(enum mxw_holder holder);

#endif
