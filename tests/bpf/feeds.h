/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Feeds' tables made by hand: from what each address is to the layouts of
 * bpf/abi.h, written apart from userspace/lists. Called by the tests of feeds.
 */
#ifndef MXW_TESTS_FEEDS_H
#define MXW_TESTS_FEEDS_H

#include "datapath/feed_table.h"
#include "tests/bpf/harness.h"

#define FEED_UNITS 8
#define FEED_SPANS 120
#define UNIT_ADDRESSES 16384

/* What the addresses of one /18 are, and how the unit is to say so. */
#define FEED_DIRECT ((enum mxw_feed_layout)(MXW_FEED_DIRECT | MXW_FEED_NARROW))
#define FEED_DIRECT_WIDE ((enum mxw_feed_layout)(MXW_FEED_DIRECT | MXW_FEED_WIDE))

struct feed_unit_image {
	uint32_t unit; /* address >> 14 */
	enum mxw_feed_layout layout;
	uint8_t rest; /* NARROW, WIDE: the class of /24s without a leaf; those that are it have none */
	uint8_t class[UNIT_ADDRESSES];
};

/* From key on, up to the next one. */
struct feed_start {
	uint64_t key;
	uint8_t class;
};

/* A whole table. */
struct feed_image {
	struct feed_unit_image units[FEED_UNITS];
	struct feed_start starts[FEED_SPANS]; /* ascending */
	size_t unit_count, start_count;
};

/* Paints what the rows say, later ones over earlier ones; IPv6 ones ascend and are apart.
 * Units get the layout. */
void feed_paint(struct feed_image *image, const struct feed *rows, size_t count,
		enum mxw_feed_layout layout);

/* Lines of one unit, without line 0, in its layout: written to lines if that is not NULL. */
uint32_t feed_unit_lines(const struct feed_unit_image *image, uint64_t *present,
			 union mxw_feed_line *lines);

/* A unit of layout INLINE, which names its addresses. */
void feed_unit_inline(const struct feed_unit_image *image, struct mxw_feed_unit *unit);

/* Nodes of the image's IPv6 part: written to nodes if that is not NULL. */
uint32_t feed_nodes(const struct feed_image *image, struct mxw_feed_node *nodes);

/* Prepares a generation that is the image, with lines to spare. Not in force yet. */
void feed_prepare(struct mxw_feed_table *table, const struct feed_image *image, uint32_t spare);

/* The same and the flip. */
void feed_put(struct mxw_feed_table *table, const struct feed_image *image, uint32_t spare,
	      const struct mxw_feed_rule rules[MXW_FEED_CLASSES]);

/* Every class enforces. */
const struct mxw_feed_rule *feed_all_enforce(void);

/* The maps of the program, and its feeds' table; failures end the test. */
struct mxw_maps feed_maps(const struct program *program);
struct mxw_feed_table *feed_open(const struct program *program);

/* Nothing in force any more; for program_reset(). */
void feed_none(struct program *program);

/* What the program itself says of an IPv4 address or an IPv6 /64 (bpf/key.h): the class of the
 * feed that decided. Without a trace. */
uint8_t feed_ask(struct program *program, uint64_t source);

/* The same number for the same number at every run. */
uint64_t feed_random(uint64_t number);

/* A third of the /24s is the rest; in the others every /29 (every address, if wide) has a
 * class of its own, and most addresses are listed. */
void feed_fill_unit(struct feed_unit_image *unit, uint64_t seed);

/* Asks about all addresses of the unit; every class enforces. */
void feed_expect_unit(struct program *program, const struct feed_unit_image *unit);

/* First line of a test: skips it where the program could not be loaded. */
void feed_require(const struct program *program);

/* Loads *state, a struct program, with room for feeds and in enforce mode. */
int feed_group_setup(void **state);

#endif
