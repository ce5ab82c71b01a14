// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The judgement of a reply. Called by the engine for every reply and by list_health.
 */
#include <string.h>

#include "policy/dnsbl_answer.h"

#define LOOPBACK 0x7f000001U /* 127.0.0.1 */
#define NO_ACCOUNT 0x7f0000ffU /* 127.0.0.255 */

enum { NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5 };

static const struct {
	const char *name, *hint;
	bool of_list;
} faults[MXW_DNSBL_FAULTS] = {
	[MXW_DNSBL_FINE] = { "none", "the list answers", false },
	[MXW_DNSBL_TIMEOUT] = { "timeout", "no reply: look at the resolver and the network",
				false },
	[MXW_DNSBL_SERVFAIL] = { "servfail", "the resolver got no answer from the list's servers",
				 false },
	[MXW_DNSBL_REFUSED] = { "refused",
				"the server refuses: register with the list, or ask through "
				"another resolver",
				false },
	[MXW_DNSBL_RCODE] = { "rcode", "the server answers with an error", false },
	[MXW_DNSBL_MALFORMED] = { "malformed", "the reply is not one that a list gives", false },
	[MXW_DNSBL_OUTSIDE] = { "outside",
				"it answers with an address outside 127.0.0.0/8: the domain has "
				"expired or is parked, or a resolver on the way rewrites answers",
				true },
	[MXW_DNSBL_CODE_NAME] = { "code-name",
				  "127.255.255.252: the list's name is mistyped; correct sites",
				  true },
	[MXW_DNSBL_CODE_RESOLVER] = { "code-resolver",
				      "127.255.255.254: the list does not answer public "
				      "resolvers; run a resolver of your own",
				      true },
	[MXW_DNSBL_CODE_QUOTA] = { "code-quota",
				   "127.255.255.255: too many queries; lower the quota or "
				   "subscribe to the list",
				   true },
	[MXW_DNSBL_CODE_OTHER] = { "code-other",
				   "a code of 127.255.255.0/24, the list's way to say that it "
				   "cannot answer",
				   true },
	[MXW_DNSBL_BLOCKED] = { "blocked",
				"its code for users who may not ask: over the quota, or not "
				"registered",
				true },
};

bool mxw_dnsbl_fault_of_list(enum mxw_dnsbl_fault fault)
{
	return fault < MXW_DNSBL_FAULTS && faults[fault].of_list;
}

const char *mxw_dnsbl_fault_name(enum mxw_dnsbl_fault fault)
{
	return fault < MXW_DNSBL_FAULTS ? faults[fault].name : "unknown";
}

const char *mxw_dnsbl_fault_hint(enum mxw_dnsbl_fault fault)
{
	return fault < MXW_DNSBL_FAULTS ? faults[fault].hint : "unknown";
}

struct mxw_dnsbl_ttls mxw_dnsbl_default_ttls(void)
{
	return (struct mxw_dnsbl_ttls){ .positive_min = 60,
					.positive_max = 3600,
					.negative_min = 60,
					.negative_max = 3600,
					.error = 60 };
}

static uint32_t clamp(int64_t ttl, uint32_t low, uint32_t high)
{
	if (ttl < (int64_t)low)
		return low;
	return ttl > (int64_t)high ? high : (uint32_t)ttl;
}

static enum mxw_dnsbl_fault rcode_fault(const struct mxw_dnsbl_reply *reply)
{
	if (reply->outcome == MXW_DNSBL_NO_REPLY)
		return MXW_DNSBL_TIMEOUT;
	if (reply->outcome == MXW_DNSBL_GARBLED)
		return MXW_DNSBL_MALFORMED;
	switch (reply->rcode) {
	case NOERROR:
	case NXDOMAIN:
		return reply->count > MXW_DNSBL_CODES ? MXW_DNSBL_MALFORMED : MXW_DNSBL_FINE;
	case SERVFAIL:
		return MXW_DNSBL_SERVFAIL;
	case REFUSED:
		return MXW_DNSBL_REFUSED;
	default:
		return MXW_DNSBL_RCODE;
	}
}

/* What holds for every list and every question. */
static enum mxw_dnsbl_fault reserved_fault(uint32_t record)
{
	if (record >> 24 != 127)
		return MXW_DNSBL_OUTSIDE;
	if (record >> 8 != 0x7fffff)
		return MXW_DNSBL_FINE;
	switch (record & 0xff) {
	case 252:
		return MXW_DNSBL_CODE_NAME;
	case 254:
		return MXW_DNSBL_CODE_RESOLVER;
	case 255:
		return MXW_DNSBL_CODE_QUOTA;
	default:
		return MXW_DNSBL_CODE_OTHER;
	}
}

/* rules NULL: the reply to a probe. */
static enum mxw_dnsbl_fault record_fault(uint32_t record, const struct mxw_list_rules *rules)
{
	enum mxw_dnsbl_fault fault = reserved_fault(record);

	if (fault)
		return fault;
	if (!rules)
		return record == NO_ACCOUNT ? MXW_DNSBL_BLOCKED : MXW_DNSBL_FINE;
	if (record == LOOPBACK && !rules->loopback_listed)
		return MXW_DNSBL_BLOCKED;
	for (unsigned int i = 0; i < rules->error_count; i++)
		if (mxw_dnsbl_filter_match(&rules->errors[i], record))
			return MXW_DNSBL_BLOCKED;
	return MXW_DNSBL_FINE;
}

/* The first fault by record, but one that is outside 127/8 before any code. */
static enum mxw_dnsbl_fault records_fault(const struct mxw_dnsbl_reply *reply,
					  const struct mxw_list_rules *rules)
{
	enum mxw_dnsbl_fault found = MXW_DNSBL_FINE;

	for (size_t i = 0; i < reply->count; i++) {
		enum mxw_dnsbl_fault fault = record_fault(reply->records[i], rules);

		if (fault == MXW_DNSBL_OUTSIDE)
			return fault;
		if (!found)
			found = fault;
	}
	return found;
}

/* Faults come first: what looks like a listing may be a list's way to say that one may not ask. */
static struct mxw_dnsbl_answer judge(const struct mxw_dnsbl_reply *reply,
				     const struct mxw_list_rules *rules,
				     const struct mxw_dnsbl_ttls *ttls)
{
	struct mxw_dnsbl_answer answer = { .state = MXW_DNSBL_ERROR, .ttl = ttls->error };
	enum mxw_dnsbl_fault fault = rcode_fault(reply);

	if (!fault)
		fault = records_fault(reply, rules);
	answer.fault = (uint8_t)fault;
	if (fault)
		return answer;
	if (reply->rcode == NXDOMAIN || !reply->count) {
		answer.state = MXW_DNSBL_NOT_LISTED;
		answer.ttl = clamp(reply->ttl, ttls->negative_min, ttls->negative_max);
		return answer;
	}
	answer.state = MXW_DNSBL_LISTED;
	answer.ttl = clamp(reply->ttl, ttls->positive_min, ttls->positive_max);
	answer.count = (uint8_t)reply->count;
	memcpy(answer.codes, reply->records, reply->count * sizeof(answer.codes[0]));
	return answer;
}

struct mxw_dnsbl_answer mxw_dnsbl_judge(const struct mxw_dnsbl_reply *reply,
					const struct mxw_list_rules *rules,
					const struct mxw_dnsbl_ttls *ttls)
{
	return judge(reply, rules, ttls);
}

struct mxw_dnsbl_answer mxw_dnsbl_judge_probe(const struct mxw_dnsbl_reply *reply,
					      const struct mxw_dnsbl_ttls *ttls)
{
	return judge(reply, NULL, ttls);
}
