/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order sources are asked about: by how hard it is for a stranger to forge them. Pure.
 */
#ifndef MXW_RANK_H
#define MXW_RANK_H

enum mxw_rank {
	MXW_RANK_PRESENT = 0, /* it has completed a connection: the address is real */
	MXW_RANK_REPEATS, /* its SYN came twice, or it is listed and its answers are about to end */
	MXW_RANK_REST, /* a SYN, which anybody can forge */
	MXW_RANKS,
};

/* "present", "repeats", "rest". Static. */
const char *mxw_rank_name(enum mxw_rank rank);

#endif
