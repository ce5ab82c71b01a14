/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nft in its own words: what `nft list set`, `list table` and `list ruleset` print, and scripts for
 * `nft -f` that add elements. For nft.c, which has nft's JSON, alone.
 */
#ifndef MXW_FORMAT_NFT_H
#define MXW_FORMAT_NFT_H

#include "lists/formats/reader.h"

struct mxw_nft;

/* NULL without memory; free() ends it. */
struct mxw_nft *mxw_nft_new(void);

/* A line; mxw_nft_end() after the last. */
int mxw_nft_line(struct mxw_nft *nft, struct mxw_reader *reader, struct mxw_text line);
int mxw_nft_end(const struct mxw_nft *nft, struct mxw_err *err);

#endif
