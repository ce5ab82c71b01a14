/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of names from inside: names.c (sources, HELO, evidence), names_jobs.c (lookups
 * under way), names_setup.c (beginning, change, end). For those alone.
 */
#ifndef MXW_NAMES_INSIDE_H
#define MXW_NAMES_INSIDE_H

#include "base/clock.h"
#include "sources/names.h"
#include "sources/names_cache.h"

enum mxw_job_state {
	MXW_JOB_FREE = 0,
	MXW_JOB_PTR, /* a question is with the resolver */
	MXW_JOB_FORWARD, /* likewise, for the addresses of mxw_reverse_wants() */
	MXW_JOB_LISTS, /* the lists of names are being asked */
	MXW_JOB_RESTS, /* it is over; the resolver still looks for what it asked */
};

/*
 * A lookup under way. It has at most one question with the resolver, and is free only when
 * that has come back: so jobs bound what is in flight, however slow the servers are.
 */
struct mxw_names_job {
	uint8_t state; /* enum mxw_job_state */
	bool helo; /* of a HELO name, which begins with the lists */
	bool late; /* the patience is over; asks no more questions */
	bool silent; /* a question got no answer */
	bool skipped; /* a question had no room: the reverse name is as unknown as before */
	uint8_t rank; /* enum mxw_rank */
	uint64_t key; /* bpf/key.h; 0 of a HELO name */
	uint8_t addr[16];
	uint64_t began; /* ns */
	unsigned int waiting; /* bit per listed[] without an answer */
	uint64_t listed[MXW_NAMES_ASKED]; /* mxw_dnsbl_name_key() */
	struct mxw_names_asker asker; /* of a HELO name */
	struct mxw_reverse_search search;
};

struct mxw_names {
	struct mxw_names_setup setup;
	struct mxw_names_outside outside;
	struct mxw_names_cache cache;
	struct mxw_dnsbl *lists;
	struct mxw_names_counts counts;
	uint64_t began; /* ns; second 0 */
	struct mxw_names_job job[MXW_NAMES_JOBS];
};

static inline uint64_t mxw_names_now(const struct mxw_names *names)
{
	return names->outside.now(names->outside.context);
}

/* Seconds of the cache; > 0. */
static inline uint32_t mxw_names_second(const struct mxw_names *names)
{
	return (uint32_t)((mxw_names_now(names) - names->began) / MXW_SECOND) + 1;
}

/* names_jobs.c */

/* A free job for the source, key 0: for a HELO name; or NULL if there is none for the rank or the
 * source's net. */
struct mxw_names_job *mxw_names_job_take(struct mxw_names *names, uint64_t key, enum mxw_rank rank);

/* There was no room for a look-up of the source: it is waited for as long as one that has room. */
void mxw_names_job_skipped(const struct mxw_names *names, struct mxw_names_entry *entry);

/* The job is free again, and nobody is told. */
void mxw_names_job_drop(struct mxw_names *names, struct mxw_names_job *job);

/* Asks for the PTR records of a source. False: no room, and the job is free again. */
bool mxw_names_job_reverse(struct mxw_names *names, struct mxw_names_job *job,
			   struct mxw_names_entry *entry, const uint8_t addr[16]);

/* Asks the lists about the name. False: all they can say is known, or there are none; the job
 * is as before. */
bool mxw_names_job_lists(struct mxw_names *names, struct mxw_names_job *job, const char *name);

/* The lists have answered about a name. */
void mxw_names_job_listed(struct mxw_names *names, uint64_t name_key);

/* Tells of the job whose time is over. */
void mxw_names_job_tend(struct mxw_names *names, struct mxw_names_job *job);

static inline uint16_t mxw_names_job_number(const struct mxw_names *names,
					    const struct mxw_names_job *job)
{
	return (uint16_t)(job - names->job + 1);
}

#endif
