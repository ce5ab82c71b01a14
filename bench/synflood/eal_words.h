/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the command line that is DPDK's: where it ends, and the mistakes in
 * it for which DPDK has no clear sentence. Needs no DPDK.
 */
#ifndef SYNFLOOD_EAL_WORDS_H
#define SYNFLOOD_EAL_WORDS_H

#include <stdbool.h>

#include "base/err.h"

/* How many words of argv, with the program's name, stand before "--"; argc if none does. */
int sf_eal_words(int argc, char **argv);

/* Whether one of the words is this option of EAL, such as "--no-huge"; with
 * "=VALUE" behind it, too. */
bool sf_eal_has(int count, char **words, const char *option);

/* The interface that a word like "--vdev=net_af_packet0,iface=eth1" names. False if none. */
bool sf_eal_iface(const char *word, char *name, size_t size);

/* Looks whether the interfaces that virtual devices name exist, and whether there are
 * huge pages unless EAL is told to do without. */
int sf_eal_check(int count, char **words, struct mxw_err *err);

#endif
