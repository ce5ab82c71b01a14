/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The controller as a whole: what its parts share. For userspace/daemon/ alone.
 *
 * One thread with a libuv loop; the database is written on one of libuv's own.
 */
#ifndef MXW_DAEMON_H
#define MXW_DAEMON_H

#include <stdbool.h>
#include <uv.h>

#include "apply/auto.h"
#include "config/config.h"
#include "daemon/control.h"
#include "daemon/latency.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/rights.h"
#include "datapath/news.h"
#include "sources/dnsbl.h"
#include "sources/names.h"
#include "state/asked.h"

struct mxw_daemon_quotas {
	char path[MXW_SETTING_TEXT + 16];
	struct mxw_asked *writing; /* libuv's thread's while it is set, with error and err */
	int error;
	struct mxw_err err;
	bool failed; /* the last time */
	uint64_t next; /* CLOCK_MONOTONIC ns */
	uv_work_t work;
};

/* Changes of automatic entries that had no line of their own in the log. */
struct mxw_daemon_changes {
	uint64_t second; /* CLOCK_MONOTONIC s; of the lines */
	unsigned int lines; /* in it */
	uint64_t left_out[MXW_AUTO_WHATS]; /* since they were summed up */
	uint64_t summed; /* CLOCK_MONOTONIC ns */
};

struct mxw_daemon {
	const char *config_path;
	struct mxw_settings settings; /* in force */
	struct mxw_log log;
	int notify; /* mxw_notify_open() */
	struct mxw_rights rights;
	pid_t keeper; /* the helper process; 0: not started */
	bool keeper_stopped; /* by a signal of somebody's */
	struct mxw_maps maps;
	int pins; /* mxw_pins_watch() */
	bool presence; /* completed connections were seen at the start; the link itself would let
			* whoever takes over this process detach the program */
	struct mxw_news_reader *news;
	struct mxw_auto *automatic;
	struct mxw_resolver *resolver;
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS]; /* that it asks */
	size_t server_count;
	struct mxw_dnsbl *engine;
	struct mxw_names *names; /* NULL as long as no settings have wanted them */
	uint64_t names_bit[MXW_DNSBL_ZONES]; /* as list_bit, of the lists of names */
	struct mxw_sanction_policy policy;
	uint64_t list_bit[MXW_DNSBL_ZONES]; /* mxw_auto_list() by the engine's number */
	bool port_25_only; /* the filter protects no other port; ports.c */
	uint64_t reports, decisions; /* since the start */
	uint64_t rungs[MXW_RUNGS]; /* those decisions, by what they came to */
	struct mxw_latency latency; /* from SYN to verdict */
	struct mxw_daemon_changes changes;
	uint64_t alarmed; /* lists behind too many new blocks, by mxw_auto_list() */
	uint64_t said_stats; /* CLOCK_MONOTONIC ns; when the figures were logged last */
	uint64_t said_failed; /* ... and that questions could not be asked */
	uint64_t failed; /* such questions, as seen last */
	uint64_t known_cursor; /* mxw_known_sweep() */
	uint64_t seed; /* of random numbers that spread times */
	/* loop.c */
	struct mxw_daemon_control control;
	struct mxw_daemon_metrics metrics;
	struct mxw_daemon_quotas quotas;
	uv_loop_t loop;
	uv_timer_t tick, second;
	uv_poll_t ring;
	uv_signal_t hangup, term, interrupt;
	uv_work_t writing;
	struct mxw_auto_batch *batch; /* that is being written */
	int exit_code;
};

/* start.c: from the settings to a process without rights that is ready to run. The sentence is
 * for the log. */
int mxw_daemon_start(struct mxw_daemon *daemon, struct mxw_err *err);
void mxw_daemon_end(struct mxw_daemon *daemon);

/* setup.c: what the settings mean for each part. setup is large: keep it off the stack. */
void mxw_daemon_setup(const struct mxw_daemon *daemon, const struct mxw_settings *settings,
		      struct mxw_dnsbl_setup *setup);
/* ... what all lists have in common, of addresses or of names; setup->plan is made. */
void mxw_daemon_setup_lists(const struct mxw_settings *settings, struct mxw_dnsbl_setup *setup);
struct mxw_auto_rules mxw_daemon_auto_rules(const struct mxw_settings *settings);

/* reload.c: reads the file again; takes all of it or changes nothing, and says which. */
void mxw_daemon_reload(struct mxw_daemon *daemon);
/* ... logs what is wrong with the file, one line each. */
void mxw_daemon_log_mistakes(const struct mxw_log *log, const struct mxw_mistakes *mistakes);
void mxw_daemon_log_warnings(const struct mxw_log *log, const struct mxw_settings *settings);

/* resolvers.c: has the resolver ask those that the settings, or else /etc/resolv.conf, name now; to be
 * called each second. */
void mxw_daemon_resolvers_follow(struct mxw_daemon *daemon);
/* ... says so in the log if /etc/resolv.conf names a public resolver, and is used. */
void mxw_daemon_warn_of_resolvers(const struct mxw_daemon *daemon);

/* decide.c: from a report to a decision. */
struct mxw_dnsbl_outside mxw_daemon_outside(struct mxw_daemon *daemon);
struct mxw_auto_events mxw_daemon_auto_events(struct mxw_daemon *daemon);
void mxw_daemon_on_news(void *context, const struct mxw_news *news);
/* ... has the lists examined that were behind too many new blocks; to be called every second. */
void mxw_daemon_alarms_second(struct mxw_daemon *daemon);
/* ... after the lists of the engine have changed. */
void mxw_daemon_number_lists(struct mxw_daemon *daemon);

/* ... a list of the engine has gone online or offline, or is suspected: logs it, and withdraws what rests on it
 * and is not believed any more. bit: mxw_auto_list(). */
void mxw_daemon_list_changed(struct mxw_daemon *daemon, const struct mxw_dnsbl *engine,
			     unsigned int list, uint64_t bit,
			     const struct mxw_health_change *change);
/* ... puts in force what is known about the source, if the lists have answered. */
void mxw_daemon_decide_again(struct mxw_daemon *daemon, uint64_t key);

/* changes.c: a change of an automatic entry, for the log; and each second, those that had no line. */
void mxw_daemon_on_change(void *context, const struct mxw_auto_change *change);
void mxw_daemon_changes_second(struct mxw_daemon *daemon, uint64_t now);

/* ports.c: reads which ports are protected; the second, to be called every second, has the engine
 * follow. */
void mxw_daemon_ports_read(struct mxw_daemon *daemon);
void mxw_daemon_ports_second(struct mxw_daemon *daemon);

/* names.c: makes the engine of names what the settings want. Returns 0, or MXW_E_FAIL with a
 * sentence, and then it is as before. */
int mxw_daemon_names_tune(struct mxw_daemon *daemon, const struct mxw_settings *settings,
			  struct mxw_err *err);
/* ... whether the settings want them now. */
bool mxw_daemon_names_on(const struct mxw_daemon *daemon);
/* ... has the source's names looked up, if they are wanted, not known, and worth it. suspect: the
 * lists speak against it. */
void mxw_daemon_names_seen(struct mxw_daemon *daemon, const uint8_t addr[16], enum mxw_rank rank,
			   bool suspect);
/* ... what they add to its score now; 0 if they are not wanted. */
int32_t mxw_daemon_names_score(const struct mxw_daemon *daemon, uint64_t key);
/* ... the evidence that they are; false: they are not wanted. *lists: mxw_auto_list() of those
 * against the source. */
bool mxw_daemon_names_evidence(const struct mxw_daemon *daemon, uint64_t key, char *text,
			       size_t size, struct mxw_evidence *evidence, uint64_t *lists);

/* quotas.c: goes on with what the lists were asked before the start; writes that down each minute;
 * and at the end, when the loop has ended. */
void mxw_daemon_quotas_resume(struct mxw_daemon *daemon);
void mxw_daemon_quotas_second(struct mxw_daemon *daemon, uint64_t now);
void mxw_daemon_quotas_end(struct mxw_daemon *daemon);

/* loop.c: holds the signals that it takes back until it is there to take them. */
void mxw_daemon_signals(bool held);
/* ... runs until a signal, or until the filter is gone. */
int mxw_daemon_run(struct mxw_daemon *daemon, struct mxw_err *err);

#endif
