// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lookups under way: the PTR records of an address, then the addresses of its names one after the
 * other until one leads back, then the lists of names. Called by the engine of names and, with
 * answers, by the resolver.
 */
#include <string.h>

#include "base/text.h"
#include "policy/dnsbl_name.h"
#include "sources/names_inside.h"

#define OF_A_NET 8 /* jobs of one IPv6 /48 or IPv4 /24 at a time: with one host comes its net */
#define RESTS (60 * MXW_SECOND) /* since it began: how long resolvers try slow name servers */

/* Strangers who forge sources with slow name servers take no more than half of the jobs. */
static uint32_t jobs_for(const struct mxw_names *names, enum mxw_rank rank)
{
	uint32_t jobs = names->setup.jobs;

	return rank == MXW_RANK_PRESENT || jobs < 2 ? jobs : jobs / 2;
}

static uint64_t net_of(uint64_t key)
{
	return key >> 32 ? key >> 16 : key >> 8;
}

/* The name servers of a net are its owner's. If they never answer, he has no more than a few jobs. */
static bool net_has_room(const struct mxw_names *names, uint64_t key)
{
	unsigned int count = 0;

	for (uint32_t i = 0; i < MXW_NAMES_JOBS && key; i++)
		count += names->job[i].state != MXW_JOB_FREE && names->job[i].key &&
			 net_of(names->job[i].key) == net_of(key);
	return count < OF_A_NET;
}

struct mxw_names_job *mxw_names_job_take(struct mxw_names *names, uint64_t key, enum mxw_rank rank)
{
	bool room = names->counts.jobs + names->counts.resting < jobs_for(names, rank) &&
		    net_has_room(names, key);

	for (uint32_t i = 0; i < names->setup.jobs && room; i++)
		if (names->job[i].state == MXW_JOB_FREE) {
			memset(&names->job[i], 0, sizeof(names->job[i]));
			names->job[i].key = key;
			names->job[i].began = mxw_names_now(names);
			names->job[i].rank = (uint8_t)rank;
			names->counts.jobs++;
			return &names->job[i];
		}
	names->counts.unasked++;
	return NULL;
}

void mxw_names_job_skipped(const struct mxw_names *names, struct mxw_names_entry *entry)
{
	uint64_t patience = (names->setup.patience + MXW_SECOND - 1) / MXW_SECOND;

	if (!entry->forgone)
		entry->forgone = mxw_names_second(names) + (uint32_t)patience;
}

void mxw_names_job_drop(struct mxw_names *names, struct mxw_names_job *job)
{
	struct mxw_names_entry *entry = job->helo ? NULL
						  : mxw_names_cache_find(&names->cache, job->key);

	if (entry && entry->job == mxw_names_job_number(names, job))
		entry->job = 0;
	job->state = job->silent ? MXW_JOB_RESTS : MXW_JOB_FREE;
	names->counts.resting += job->silent;
	names->counts.jobs--;
}

/* Everything is in. A late one is reported again, for its score may be another now. */
static void end(struct mxw_names *names, struct mxw_names_job *job)
{
	mxw_names_job_drop(names, job);
	if (job->helo)
		job->asker.done(job->asker.context, job->asker.cookie);
	else
		names->outside.told(names->outside.context, job->key);
}

static uint32_t clamp(int64_t ttl, uint32_t low, uint32_t high)
{
	if (ttl < (int64_t)low)
		return low;
	return ttl > (int64_t)high ? high : (uint32_t)ttl;
}

static uint32_t life(const struct mxw_names *names, const struct mxw_reverse_search *search)
{
	const struct mxw_dnsbl_ttls *ttls = &names->setup.lists.ttls;

	switch (search->kind) {
	case MXW_REVERSE_UNKNOWN:
		return ttls->error;
	case MXW_REVERSE_CONFIRMED:
		return clamp(search->ttl, ttls->positive_min, ttls->positive_max);
	default:
		return clamp(search->ttl, ttls->negative_min, ttls->negative_max);
	}
}

/* A name that had no room is looked up again when its source comes again. For a while it counts as
 * skipped, so that it holds a drop back. */
static void keep(struct mxw_names *names, const struct mxw_names_job *job)
{
	uint32_t now = mxw_names_second(names), seconds = life(names, &job->search);
	struct mxw_names_entry *entry = mxw_names_cache_take(&names->cache, job->key, now);

	names->counts.found[job->search.kind]++;
	if (!entry)
		return;
	if (job->skipped) {
		mxw_names_job_skipped(names, entry);
		return;
	}
	entry->forgone = 0;
	entry->kind = (uint8_t)job->search.kind;
	entry->until = now + (seconds ? seconds : 1);
	(void)mxw_text(entry->name, sizeof(entry->name), "%s", mxw_reverse_name(&job->search));
}

/* The reverse name is judged: on to the lists. */
static void judged(struct mxw_names *names, struct mxw_names_job *job)
{
	const char *name = mxw_reverse_name(&job->search);

	keep(names, job);
	if (job->late || job->skipped || !*name || !mxw_names_job_lists(names, job, name))
		end(names, job);
}

static void on_answer(const struct mxw_resolver_waiter *waiter,
		      const struct mxw_dns_answer *answer);

static bool ask(struct mxw_names *names, const struct mxw_names_job *job, const char *name,
		enum mxw_dns_type type)
{
	struct mxw_resolver_waiter waiter = { .done = on_answer,
					      .context = names,
					      .cookie = (uint64_t)(job - names->job) };

	if (!names->outside.ask(names->outside.context, name, type, false, &waiter))
		return true;
	names->counts.unasked++;
	return false;
}

static bool is_ipv6(const struct mxw_names_job *job)
{
	return job->key >> 32 != 0;
}

/* Looks up the next name, or has the end of it. */
static void forward(struct mxw_names *names, struct mxw_names_job *job)
{
	const char *name = mxw_reverse_wants(&job->search);

	if (!name) {
		judged(names, job);
		return;
	}
	job->state = MXW_JOB_FORWARD;
	if (!job->late) {
		if (ask(names, job, name, is_ipv6(job) ? MXW_DNS_AAAA : MXW_DNS_A))
			return;
		job->skipped = true;
	}
	job->search.kind = MXW_REVERSE_UNKNOWN;
	judged(names, job);
}

/* Whether the job's address is among those of the answer. */
static bool leads_back(const struct mxw_names_job *job, const struct mxw_dns_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		if (!is_ipv6(job)) {
			if (i < MXW_DNS_RECORDS && answer->records[i] == (uint32_t)job->key)
				return true;
		} else if (i < MXW_DNS_ADDRESSES &&
			   memcmp(answer->addresses[i], job->addr, sizeof(job->addr)) == 0) {
			return true;
		}
	}
	return false;
}

/* Lines in the text. */
static size_t count_names(const char *text)
{
	size_t count = *text != '\0';

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static struct mxw_reverse_reply reply_of(const struct mxw_names_job *job,
					 const struct mxw_dns_answer *answer)
{
	struct mxw_reverse_reply reply = { .answered = answer->outcome == MXW_DNS_ANSWERED,
					   .rcode = answer->rcode,
					   .ttl = answer->ttl,
					   .count = answer->count,
					   .names = "" };

	if (!reply.answered)
		return reply;
	if (job->state == MXW_JOB_PTR) {
		reply.names = answer->text;
		reply.complete = count_names(answer->text) == answer->count;
		return reply;
	}
	reply.leads_back = leads_back(job, answer);
	reply.complete = answer->count < (is_ipv6(job) ? MXW_DNS_ADDRESSES + 1 : MXW_DNS_RECORDS);
	return reply;
}

static void on_answer(const struct mxw_resolver_waiter *waiter, const struct mxw_dns_answer *answer)
{
	struct mxw_names *names = waiter->context;
	struct mxw_names_job *job = &names->job[waiter->cookie];
	const struct mxw_reverse_reply reply = reply_of(job, answer);

	job->silent |= answer->outcome == MXW_DNS_TIMEOUT;
	if (job->state == MXW_JOB_PTR)
		mxw_reverse_begin(&job->search, &reply);
	else
		mxw_reverse_take(&job->search, &reply);
	forward(names, job);
}

bool mxw_names_job_reverse(struct mxw_names *names, struct mxw_names_job *job,
			   struct mxw_names_entry *entry, const uint8_t addr[16])
{
	const char *zone;
	char name[MXW_DNS_NAME];

	memcpy(job->addr, addr, sizeof(job->addr));
	job->state = MXW_JOB_PTR;
	zone = is_ipv6(job) ? "ip6.arpa" : "in-addr.arpa";
	if (mxw_dnsbl_name(addr, zone, name) || !ask(names, job, name, MXW_DNS_PTR)) {
		mxw_names_job_drop(names, job);
		return false;
	}
	entry->job = mxw_names_job_number(names, job);
	names->counts.looked_up++;
	return true;
}

bool mxw_names_job_lists(struct mxw_names *names, struct mxw_names_job *job, const char *name)
{
	const char *asked[MXW_NAMES_ASKED];
	unsigned int count = mxw_name_ask(name, asked);

	if (!names->setup.lists.plan.sites.zone_count)
		return false;
	job->waiting = 0;
	for (unsigned int i = 0; i < count; i++) {
		job->listed[i] = mxw_dnsbl_name_key(names->lists, asked[i]);
		if (mxw_dnsbl_seen_name(names->lists, asked[i], (enum mxw_rank)job->rank) ==
		    MXW_SEEN_WAIT)
			job->waiting |= 1U << i;
	}
	if (!job->waiting)
		return false;
	job->state = MXW_JOB_LISTS;
	return true;
}

void mxw_names_job_listed(struct mxw_names *names, uint64_t name_key)
{
	for (uint32_t n = 0; n < MXW_NAMES_JOBS && names->counts.jobs; n++) {
		struct mxw_names_job *job = &names->job[n];

		if (job->state != MXW_JOB_LISTS)
			continue;
		for (unsigned int i = 0; i < MXW_NAMES_ASKED; i++)
			if (job->waiting >> i & 1 && job->listed[i] == name_key)
				job->waiting &= ~(1U << i);
		if (!job->waiting)
			end(names, job);
	}
}

void mxw_names_job_tend(struct mxw_names *names, struct mxw_names_job *job)
{
	uint64_t age = mxw_names_now(names) - job->began;

	if (job->state == MXW_JOB_RESTS && age >= RESTS) {
		job->state = MXW_JOB_FREE;
		names->counts.resting--;
	}
	if (job->state == MXW_JOB_FREE || job->state == MXW_JOB_RESTS || job->late ||
	    age < names->setup.patience)
		return;
	names->counts.late++;
	if (job->state == MXW_JOB_LISTS) {
		end(names, job); /* the lists go on by themselves */
		return;
	}
	job->late = true;
	names->outside.told(names->outside.context, job->key);
}
