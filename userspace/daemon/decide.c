// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way of one source: reported by the filter, asked about, judged, and put in force.
 * Called back by the parts, on the loop.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "apply/standing.h"
#include "base/addr.h"
#include "base/clock.h"
#include "daemon/daemon.h"

/* What a SYN alone leaves behind: it is sent again within 8 s. */
#define FORGED_FOR (10 * MXW_SECOND)
#define SPARED_FOR (600 * MXW_SECOND) /* a source that no list can know is not held so long */

/* xorshift: it only spreads times. */
static uint32_t random_number(struct mxw_daemon *daemon)
{
	daemon->seed ^= daemon->seed << 13;
	daemon->seed ^= daemon->seed >> 7;
	daemon->seed ^= daemon->seed << 17;
	return (uint32_t)(daemon->seed >> 16);
}

static uint64_t outside_now(void *context)
{
	(void)context;
	return mxw_clock_mono();
}

static int outside_ask(void *context, const char *name, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct mxw_daemon *daemon = context;

	return mxw_resolver_ask(daemon->resolver, name, MXW_DNS_A, urgent, waiter);
}

/* A quarter of what may be in flight is for sources that are present, however slowly the lists
 * answer about others. Sources without a place wait in the engine, in order of rank. */
static unsigned int outside_room(void *context, bool present)
{
	const struct mxw_daemon *daemon = context;
	unsigned int room = mxw_resolver_free(daemon->resolver);
	unsigned int kept = present ? 0 : (unsigned int)daemon->settings.dnsbl.in_flight / 4;

	return room > kept ? room - kept : 0;
}

static int32_t outside_beside(void *context, uint64_t key)
{
	return mxw_daemon_names_score(context, key);
}

/* The operator has decided, or nobody may: there is nothing to ask. */
static bool outside_spared(void *context, uint64_t key)
{
	const struct mxw_daemon *daemon = context;
	const struct mxw_standing standing = mxw_standing_of(&daemon->maps, key, mxw_clock_mono());

	return standing.never || standing.allowed;
}

/* The lists whose lines speak against the source. */
static uint64_t lists_behind(const struct mxw_daemon *daemon, const struct mxw_dnsbl_plan *plan,
			     const struct mxw_dnsbl_score *score)
{
	uint64_t lists = 0;

	for (unsigned int i = 0; i < score->part_count; i++) {
		const struct mxw_dnsbl_line *line = &plan->sites.line[score->part[i].line];

		if (line->weight > 0)
			lists |= daemon->list_bit[line->zone];
	}
	return lists;
}

/* *lists: those behind the decision. */
static struct mxw_sanction judge(struct mxw_daemon *daemon, const struct mxw_dnsbl_opinion *opinion,
				 uint64_t now, uint64_t *lists)
{
	const struct mxw_dnsbl_plan *plan = &mxw_dnsbl_setup_of(daemon->engine)->plan;
	const struct mxw_dnsbl_score *score = &opinion->score;
	const struct mxw_standing standing = mxw_standing_of(&daemon->maps, opinion->key, now);
	char text[256], names_text[256];
	struct mxw_evidence evidence[2] = { mxw_dnsbl_evidence(
		score, mxw_dnsbl_score_text(plan, score, text, sizeof(text))) };
	size_t count = 1;
	uint64_t names_lists = 0;

	if (mxw_daemon_names_evidence(daemon, opinion->key, names_text, sizeof(names_text),
				      &evidence[1], &names_lists))
		count++;
	*lists = lists_behind(daemon, plan, score) | names_lists;
	return mxw_sanction_decide(&daemon->policy, &standing, evidence, count, now,
				   random_number(daemon));
}

static void log_decision(const struct mxw_daemon *daemon, const struct mxw_dnsbl_opinion *opinion,
			 const struct mxw_sanction *sanction)
{
	char addr[MXW_ADDR_TEXT], life[16];

	if (daemon->log.level < MXW_LOG_DEBUG)
		return;
	(void)snprintf(life, sizeof(life), "%" PRIu32, sanction->life);
	mxw_log_event(&daemon->log, MXW_LOG_DEBUG, "decision", "source",
		      mxw_addr_format(opinion->addr, addr), "rung", mxw_rung_name(sanction->rung),
		      "for", life, "why", sanction->why, MXW_LOG_END);
}

/* What the source is to the limits, as long as there is nothing better to do with it. */
static uint8_t class_of(enum mxw_rung rung)
{
	switch (rung) {
	case MXW_RUNG_ALLOW:
		return MXW_LIMIT_GOOD;
	case MXW_RUNG_LIMIT:
	case MXW_RUNG_GREY:
		return MXW_LIMIT_GREY;
	case MXW_RUNG_REJECT:
		return MXW_LIMIT_SANCTIONED;
	default:
		return MXW_LIMIT_UNKNOWN;
	}
}

/* Whether what is noted about an unknown source is to stay because evidence is missing. A fault of
 * the DNS, or an allow list that is not asked about clean sources, does not turn a known
 * good sender into an unknown one; a list that is not believed any more does. */
static bool note_stays(const struct mxw_daemon *daemon, const struct mxw_dnsbl_opinion *opinion,
		       const struct mxw_sanction *sanction)
{
	if (opinion->withdrawn)
		return false;
	return sanction->incomplete ||
	       (sanction->doubtful &&
		mxw_known_class(&daemon->maps, opinion->key, mxw_clock_mono()) == MXW_LIMIT_GOOD);
}

/* Until when a source is known, whatever its class. Where it is known who has completed a connection, others
 * are known for a few seconds only: anybody can forge so many of them that they take all places. A
 * real sender is present a moment later, and before that no limit counts it. */
static uint64_t known_until(const struct mxw_daemon *daemon, bool present, uint64_t until)
{
	uint64_t soon = mxw_clock_mono() + FORGED_FOR;

	if (present || until < soon || !mxw_dnsbl_knows_presence(daemon->engine))
		return until;
	return soon;
}

/* Tells the filter what a source is that is not blocked. */
static void note_known(const struct mxw_daemon *daemon, const struct mxw_dnsbl_opinion *opinion,
		       const struct mxw_sanction *sanction)
{
	struct mxw_known known = { .until_ns =
					   known_until(daemon, opinion->present, sanction->until),
				   .class = class_of(sanction->rung) };
	bool stays = known.class == MXW_LIMIT_UNKNOWN && note_stays(daemon, opinion, sanction);

	if (sanction->rung != MXW_RUNG_DROP &&
	    (known.class != MXW_LIMIT_UNKNOWN || daemon->settings.filter.hold_unknown))
		(void)mxw_known_put(&daemon->maps, opinion->key, &known, stays,
				    NULL); /* a full map costs a second, or the class */
	else if (!stays)
		mxw_known_drop(&daemon->maps, opinion->key);
}

/* Puts an opinion in force. */
static void carry_out(struct mxw_daemon *daemon, const struct mxw_dnsbl_opinion *opinion)
{
	uint64_t now = mxw_clock_mono();
	uint64_t lists;
	struct mxw_sanction sanction = judge(daemon, opinion, now, &lists);
	const struct mxw_auto_order order = { .source = opinion->key,
					      .sanction = &sanction,
					      .lists = lists,
					      .who = "dnsbl",
					      .present = opinion->present };

	daemon->decisions++;
	daemon->rungs[sanction.rung]++;
	mxw_auto_decide(daemon->automatic, &order, now);
	mxw_latency_end(&daemon->latency, opinion->key, mxw_clock_mono());
	log_decision(daemon, opinion, &sanction);
	note_known(daemon, opinion, &sanction);
}

/* The source's names add to what the lists say, now or when they have been looked up. */
static void look_at_names(struct mxw_daemon *daemon, const struct mxw_dnsbl_opinion *opinion)
{
	bool suspect = opinion->score.score >= mxw_sanction_suspect(&daemon->policy);

	mxw_daemon_names_seen(daemon, opinion->addr,
			      opinion->present ? MXW_RANK_PRESENT : MXW_RANK_REST, suspect);
}

static void outside_told(void *context, const struct mxw_dnsbl_opinion *opinion)
{
	if (!opinion->withdrawn) /* of those there may be very many at a time */
		look_at_names(context, opinion);
	carry_out(context, opinion);
}

void mxw_daemon_decide_again(struct mxw_daemon *daemon, uint64_t key)
{
	struct mxw_dnsbl_opinion opinion;

	if (mxw_dnsbl_again(daemon->engine, key) == MXW_SEEN_READY &&
	    mxw_dnsbl_opinion(daemon->engine, key, &opinion))
		carry_out(daemon, &opinion);
}

void mxw_daemon_list_changed(struct mxw_daemon *daemon, const struct mxw_dnsbl *engine,
			     unsigned int list, uint64_t bit,
			     const struct mxw_health_change *change)
{
	const struct mxw_list_health *health = mxw_dnsbl_health(engine, list);
	bool calm = change->online || change->cleared;
	char name[MXW_DNSBL_ZONE_TEXT], count[24], why[300];
	size_t gone = 0;

	(void)mxw_dnsbl_mask(mxw_dnsbl_setup_of(engine)->plan.sites.zone[list], name);
	if (change->withdraw) {
		(void)snprintf(why, sizeof(why), "%s is not believed: %s", name,
			       mxw_list_health_name(health));
		gone = mxw_auto_withdraw(daemon->automatic, bit, why);
	}
	(void)snprintf(count, sizeof(count), "%zu", gone);
	mxw_log_event(&daemon->log, calm ? MXW_LOG_INFO : MXW_LOG_WARNING, "list", "list", name,
		      "state", mxw_list_health_name(health), "withdrawn", count, "why",
		      change->online	? ""
		      : change->cleared ? "examined, and nothing contradicts it"
					: mxw_list_health_hint(health),
		      MXW_LOG_END);
}

/* The lists of an engine among those of a mask. */
static void suspect_all(struct mxw_dnsbl *engine, const uint64_t *bits, uint64_t lists)
{
	unsigned int count = (unsigned int)mxw_dnsbl_setup_of(engine)->plan.sites.zone_count;

	for (unsigned int list = 0; list < count; list++)
		if (bits[list] & lists)
			mxw_dnsbl_suspect(engine, list, MXW_SUSPECT_BLOCKS);
}

void mxw_daemon_alarms_second(struct mxw_daemon *daemon)
{
	uint64_t lists = daemon->alarmed;

	daemon->alarmed = 0;
	if (!lists)
		return;
	suspect_all(daemon->engine, daemon->list_bit, lists);
	if (daemon->names)
		suspect_all(mxw_names_lists(daemon->names), daemon->names_bit, lists);
}

static void outside_health(void *context, unsigned int list, const struct mxw_health_change *change)
{
	struct mxw_daemon *daemon = context;

	mxw_daemon_list_changed(daemon, daemon->engine, list, daemon->list_bit[list], change);
}

struct mxw_dnsbl_outside mxw_daemon_outside(struct mxw_daemon *daemon)
{
	return (struct mxw_dnsbl_outside){ .context = daemon,
					   .now = outside_now,
					   .ask = outside_ask,
					   .room = outside_room,
					   .beside = outside_beside,
					   .spared = outside_spared,
					   .told = outside_told,
					   .health = outside_health };
}

/* Has the engine look at a source; what is known already is put in force at once. */
static void look_at(struct mxw_daemon *daemon, uint64_t key, const uint8_t addr[16],
		    enum mxw_rank rank)
{
	const struct mxw_known spared = { .until_ns = known_until(daemon, rank == MXW_RANK_PRESENT,
								  mxw_clock_mono() + SPARED_FOR) };
	struct mxw_dnsbl_opinion opinion;

	switch (mxw_dnsbl_seen(daemon->engine, addr, rank)) {
	case MXW_SEEN_READY:
		if (!mxw_dnsbl_opinion(daemon->engine, key, &opinion))
			break;
		look_at_names(daemon, &opinion);
		carry_out(daemon, &opinion);
		break;
	case MXW_SEEN_SPARED:
		if (daemon->settings.filter.hold_unknown)
			(void)mxw_known_put(&daemon->maps, key, &spared, false,
					    NULL); /* as above */
		break;
	case MXW_SEEN_WAIT:
		if (rank == MXW_RANK_PRESENT &&
		    (!mxw_dnsbl_opinion(daemon->engine, key, &opinion) || !opinion.present))
			rank = MXW_RANK_REPEATS; /* too many of its net are */
		mxw_daemon_names_seen(daemon, addr, rank, false);
		break;
	case MXW_SEEN_SHED: /* as unknown as before; the filter reports it again */
		break;
	}
}

static enum mxw_rank rank_of(const struct mxw_news *news)
{
	if (news->present)
		return MXW_RANK_PRESENT;
	return news->repeats ? MXW_RANK_REPEATS : MXW_RANK_REST;
}

void mxw_daemon_on_news(void *context, const struct mxw_news *news)
{
	struct mxw_daemon *daemon = context;

	daemon->reports++;
	mxw_latency_begin(&daemon->latency, news->source, news->time_ns);
	look_at(daemon, news->source, news->saddr, rank_of(news));
}

void mxw_daemon_number_lists(struct mxw_daemon *daemon)
{
	const struct mxw_dnsbl_sites *sites = &mxw_dnsbl_setup_of(daemon->engine)->plan.sites;

	for (size_t i = 0; i < sites->zone_count; i++)
		daemon->list_bit[i] = mxw_auto_list(daemon->automatic, sites->zone[i]);
}

/* The source of an entry that is half over: an IPv6 address as it was asked for before. */
static void on_active(void *context, uint64_t source)
{
	struct mxw_daemon *daemon = context;
	struct mxw_dnsbl_opinion opinion;
	uint8_t addr[16];

	if (mxw_dnsbl_opinion(daemon->engine, source, &opinion))
		memcpy(addr, opinion.addr, sizeof(addr));
	else
		mxw_addr_of_key(source, addr);
	look_at(daemon, source, addr, MXW_RANK_REPEATS);
}

/* The engine is examined from the loop: this may be called out of it. */
static void on_alarm(void *context, uint64_t lists)
{
	struct mxw_daemon *daemon = context;

	daemon->alarmed |= lists;
}

static void on_note(void *context, const char *sentence)
{
	const struct mxw_daemon *daemon = context;

	mxw_log_say(&daemon->log, MXW_LOG_WARNING, "%s", sentence);
}

struct mxw_auto_events mxw_daemon_auto_events(struct mxw_daemon *daemon)
{
	return (struct mxw_auto_events){
		.context = daemon,
		.changed = mxw_daemon_on_change,
		.active = on_active,
		.alarm = on_alarm,
		.note = on_note,
	};
}
