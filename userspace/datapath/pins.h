/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pinned maps: names, paths, opening. Everything that reads or writes a map
 * takes a struct mxw_maps.
 */
#ifndef MXW_PINS_H
#define MXW_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/report.h"
#include "bpf/abi.h"

#define MXW_BPFFS "/sys/fs/bpf"
#define MXW_PIN_DIR MXW_BPFFS "/mxwall"
#define MXW_PIN_PATH 300 /* room for any path below MXW_PIN_DIR */

/* In the order of the name table in pins.c. Class maps: exact, then prefixes. */
enum mxw_map {
	MXW_MAP_CLASS = 0, /* + 2 * class, + 1 for the prefixes */
	MXW_MAP_DEST = 2 * MXW_CLASS_COUNT,
	MXW_MAP_HINT,
	MXW_MAP_FEEDS,
	MXW_MAP_FEED_UNITS,
	MXW_MAP_FEED_PARTS,
	MXW_MAP_FEED_COUNTERS,
	MXW_MAP_LIMITS,
	MXW_MAP_LIMIT_LINES,
	MXW_MAP_LIMIT_STATS,
	MXW_MAP_FLOOD,
	MXW_MAP_FLOOD_CPU,
	MXW_MAP_PROOF_LINES,
	MXW_MAP_RECENT,
	MXW_MAP_CONFIG,
	MXW_MAP_HEARTBEAT,
	MXW_MAP_COUNTERS,
	MXW_MAP_BUDGET,
	MXW_MAP_EVENTS,
	MXW_MAP_NEWS_RULES,
	MXW_MAP_NEWS_LINES,
	MXW_MAP_NEWS_STATS,
	MXW_MAP_NEWS,
	MXW_MAP_KNOWN,
	MXW_MAP_NEVER_HOST,
	MXW_MAP_HINT_AUTO,
	MXW_MAP_NOTED,
	MXW_MAP_OPEN,
	MXW_MAP_PRESENCE,
	MXW_MAP_OPEN_LAST,
	MXW_MAP_COUNT,
};

struct mxw_maps {
	int fd[MXW_MAP_COUNT]; /* -1 where not open */
};

/* "mxw_block_net" and so on. */
const char *mxw_map_name(enum mxw_map map);

/* The descriptor of a class's map of exact keys, or of prefixes. */
int mxw_maps_class(const struct mxw_maps *maps, enum mxw_class class, bool net);

/* Opens every pinned map and checks their version. MXW_E_DETACHED when nothing is
 * pinned. The caller closes them, also after a failure. */
int mxw_maps_open(struct mxw_maps *maps, struct mxw_err *err);

/* Opens what the controller needs, and all that it only reads read-only: in its hands the
 * never-block set and the operator's entries cannot be written. */
int mxw_maps_open_controller(struct mxw_maps *maps, struct mxw_err *err);
void mxw_maps_close(struct mxw_maps *maps);

/* Whether the pin directory holds a config map at all. */
bool mxw_maps_pinned(void);

/* Opens the pin directory, so that mxw_pins_gone() can tell without any right whether it was
 * removed: the filter is detached then, and open maps serve nothing any more. Returns a
 * descriptor of the caller's, or a negative MXW_E_*. */
int mxw_pins_watch(struct mxw_err *err);
bool mxw_pins_gone(int watch);

/* Refuses a pinned config map of another version with the remedy; 0 if fit. */
int mxw_maps_check_version(int config_fd, struct mxw_err *err);

/* Path of a pin in the pin directory. Returns out. */
const char *mxw_pin_path(const char *name, char out[MXW_PIN_PATH]);

/* Makes sure that bpffs is mounted at MXW_BPFFS, and that the pin directory
 * exists. A mount it had to make is announced. */
int mxw_pins_prepare(const struct mxw_report *report, struct mxw_err *err);

/* Removes every pin and the directory. */
int mxw_pins_remove(struct mxw_err *err);

/* Removes pins named as base plus anything: "link-3", "prog-3-new". */
void mxw_pins_remove_matching(const char *base);

#endif
