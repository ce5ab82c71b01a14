/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table tests: one row is one cmocka test. Each runs one packet through the
 * program and compares everything the program can have changed: the action,
 * all counters, the hits of all entries, the event ring.
 */
#ifndef MXW_TESTS_FIXTURE_H
#define MXW_TESTS_FIXTURE_H

#include <linux/bpf.h>

#include "tests/bpf/harness.h"

#define FIXTURE_ENTRIES 5
#define FIXTURE_DESTS 2
#define FIXTURE_MARKS 2
#define FIXTURE_FEEDS 4

/* Addresses the tables agree on. Entries name the rest. */
#define MX4 "203.0.113.25" /* the protected mail host */
#define MX6 "2001:db8:25::25"
#define BAD4 "192.0.2.66" /* a source to block */
#define BAD6 "2001:db8:bad:1::66"
#define STRANGER4 "198.51.100.9" /* a source that no entry names */
#define STRANGER6 "2001:db8:900d:1::9"

/* Initialisers for struct entry. clang-format takes them for blocks. */
/* clang-format off */
#define NEVER(text, ...) { .class = MXW_CLASS_NEVER, .prefix = (text), __VA_ARGS__ }
#define ALLOW(text, ...) { .class = MXW_CLASS_ALLOW, .prefix = (text), __VA_ARGS__ }
#define BLOCK(text, ...) { .class = MXW_CLASS_BLOCK, .prefix = (text), __VA_ARGS__ }
#define AUTO(text, ...) { .class = MXW_CLASS_AUTO, .prefix = (text), __VA_ARGS__ }
/* clang-format on */

/* Initialisers for struct want. */
/* clang-format off */
#define PASS(why, ...) { .action = XDP_PASS, .reason = (why), __VA_ARGS__ }
#define DROP(why, ...) { .action = XDP_DROP, .reason = (why), __VA_ARGS__ }
/* clang-format on */

/* The usual packets of the tables. */
#define SYN4(from) ETH(), IPV4((from), MX4), TCP(40000, 25, SYN)
#define SYN6(from) ETH(), IPV6((from), MX6), TCP(40000, 25, SYN)

struct want {
	uint32_t action; /* enum xdp_action */
	uint32_t reason; /* enum mxw_reason; MXW_REASON_NONE: no counter moves */
	uint8_t by; /* where an entry decides: its index in entries */
	uint8_t feed; /* where a feed decides: its class */
};

/* Bits in the hint table beside those of the entries. */
struct mark {
	const char *source; /* a whole address */
	uint8_t classes; /* 1 << class each */
};

struct fixture {
	const char *name; /* starts with the number of its case, if it has one */
	struct layer packet[PACKET_LAYERS];
	struct entry entries[FIXTURE_ENTRIES];
	const char *dests[FIXTURE_DESTS]; /* protected destinations */
	struct mark marks[FIXTURE_MARKS];
	struct feed feeds[FIXTURE_FEEDS]; /* want the knob */
	struct knobs knobs;
	struct setup setup;
	struct want want;
};

/* Runs the table as one cmocka group. Returns the exit code for main(). */
int fixture_run_table(const char *group, const struct fixture *table, size_t count);

/* The check of one row, for tests that make rows as they go: program fits
 * fixture->knobs and packet is the row's, or the same cut or changed. */
void fixture_check(struct program *program, const struct fixture *fixture,
		   const struct packet *packet);

#endif
