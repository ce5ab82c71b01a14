/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One loaded copy of the XDP program with its own unpinned maps, fed with
 * packets by BPF_PROG_TEST_RUN: nothing is attached and nothing outlives the
 * process. Needs root. Failures end the running cmocka test with a sentence.
 */
#ifndef MXW_TESTS_HARNESS_H
#define MXW_TESTS_HARNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "tests/bpf/packet.h"

struct mxwall; /* the skeleton */
struct mxw_feed_table;

/* What attach sets before load. Zero: port 25, slot 0, no switch set. */
struct knobs { /* without padding: they are compared as bytes */
	uint16_t ports[MXW_MAX_PORTS];
	uint32_t slot;
	uint32_t ring_bytes; /* of mxw_events; 0 = as in maps.h */
	uint32_t limit_lines; /* of mxw_limit_lines; 0 = few */
	uint8_t check_dest;
	uint8_t drop_fragmented;
	uint8_t test_clock; /* the limits' time is mxw_limits.test_ns */
	uint8_t feeds; /* 1: room for feeds, which costs 8 MiB */
};

/* A point of CLOCK_MONOTONIC that does not depend on how long a test takes. */
enum moment {
	UNSET = 0, /* stored as 0 */
	PAST, /* long ago */
	NOW, /* when the table is written to the maps */
	FUTURE, /* in an hour */
};

/* As a moment is stored. */
uint64_t moment_ns(enum moment moment);

/* One entry of a class map, as a table row shows it. */
struct entry {
	enum mxw_class class;
	const char *prefix; /* as for mxw_prefix_parse(); a whole address goes to the exact map, a
			     * never-block one of IPv6 to the hosts' */
	enum mxw_entry_mode mode;
	enum moment expires;
	bool unmarked; /* of an exact one: its bit in the hint table is left out */
	bool exempt; /* of the never-block set: needs no proof either */
};

/* One range of a feed, as a table row shows it, and what its class does. */
struct feed {
	const char *prefix; /* as for mxw_prefix_parse() */
	uint8_t class; /* MXW_FEED_CLASS() */
	enum mxw_feed_action action;
	enum moment expires;
};

/* Whether the program is told to rely on the hint table. */
enum hinting {
	HINT_EITHER = 0, /* as an attach does; a table row is checked without it as well */
	HINT_USED,
	HINT_IGNORED,
};

/* mxw_config and mxw_heartbeat, as a table row shows them. */
struct setup {
	enum mxw_mode mode; /* 0 = enforce */
	uint32_t event_budget;
	uint64_t deadman_ns;
	enum moment heartbeat;
	enum moment confirm_until[MXW_MAX_IFACES];
	bool used_clear; /* leave out all MXW_USED_* bits */
	enum hinting hint;
	const char *nat64; /* as for mxw_nat64_parse(); NULL = none */
};

/* A source and a destination, as the program sees them in a packet. */
struct target {
	uint64_t source;
	uint8_t dest[16];
};

struct program {
	struct mxwall *skel;
	struct mxw_hint *hint, *hint_auto; /* the tables themselves, mapped */
	struct mxw_feed_table *feeds; /* NULL without the knob */
	struct knobs knobs;
	uint32_t used; /* MXW_USED_* bits of the entries added since the reset */
	struct target aim; /* of the last program_aim() */
};

/* What one run gave. */
struct answer {
	uint32_t action; /* enum xdp_action */
	struct mxw_probe probe; /* as the program left it, after program_probe() */
};

struct counters {
	struct mxw_counter of[MXW_MAX_REASONS]; /* summed over CPUs */
};

/* Whether this process may load programs; prints the reason if not. */
bool harness_may_run(void);

/* A load that fails is a failed test, not a skipped one: root should have BPF.
 * The caller closes with program_unload(). */
void program_load(struct program *program, const struct knobs *knobs);
void program_unload(struct program *program);

/* Empties all maps, as after load. */
void program_reset(struct program *program);

void program_add_entry(struct program *program, const struct entry *entry);

/* Puts the rows in force, in place of what is; IPv4 ones in units of that layout. Any number
 * of classes, but IPv6 rows ascend and are apart. */
void program_put_feeds(struct program *program, const struct feed *rows, size_t count,
		       enum mxw_feed_layout layout);

/* Sets bits of the hint table, 1 << class each, in the slot of a whole address; hint is the
 * program's, or its hint_auto. */
void program_mark(struct mxw_hint *hint, const char *source, uint8_t classes);

/* Protects a destination: dest is an IPv4 or IPv6 address with an optional length. */
void program_add_dest(struct program *program, const char *dest);

/* Makes source the only block, as an exact key, and dest the only protected
 * destination, in place of those of the last call. */
void program_aim(struct program *program, const struct target *target);

/* Writes mxw_config and the heartbeat. To be called after the entries were added. */
void program_configure(struct program *program, const struct setup *setup);

/* Runs the packet, of 14 bytes at least. */
void program_run(struct program *program, const struct packet *packet, struct answer *answer);

/* The same with *probe as metadata in front of the packet. */
void program_probe(struct program *program, const struct packet *packet,
		   const struct mxw_probe *probe, struct answer *answer);

void program_counters(struct program *program, struct counters *counters);

/* What the class of a feed decided; and which classes decided anything at all. */
void program_feed_counter(struct program *program, uint8_t class, struct mxw_counter *counter);
size_t program_feeds_counted(struct program *program);

/* Hits of an entry that was added. */
uint64_t program_hits(struct program *program, const struct entry *entry);

/* Sums over all CPUs; window is that of the CPU which ran last. */
void program_budget(struct program *program, struct mxw_event_budget *budget);

/* Copies up to max events to *events and empties the ring. Returns how many it held. */
size_t program_events(struct program *program, struct mxw_event *events, size_t max);

#endif
