// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a list goes offline.
 */
#include "policy/list_health_inside.h"

struct mxw_health_change mxw_list_health_offline(struct mxw_list_health *health,
						 enum mxw_health_reason reason, unsigned int fault,
						 uint64_t now)
{
	struct mxw_health_change change = { .offline = health->state != MXW_HEALTH_OFFLINE };

	/* From bad to worse is a change too: now it is not believed any more. */
	change.withdraw = mxw_health_distrusts(reason) &&
			  (change.offline || !mxw_health_distrusts(health->reason));
	if (health->state != MXW_HEALTH_OFFLINE)
		health->since = now;
	health->state = MXW_HEALTH_OFFLINE;
	health->reason = (uint8_t)reason;
	health->fault = (uint8_t)fault;
	health->suspicion = MXW_UNSUSPECTED;
	health->exam_at = 0;
	(void)mxw_list_control_judge(&health->control); /* ends the examination */
	if (!health->waiting && health->next_round > now + health->backoff)
		health->next_round = now + health->backoff;
	return change;
}

/* What the sample shows, the probes may not: they come from the resolver's cache. So a pause
 * before it may come back, and then an examination. */
struct mxw_health_change mxw_list_health_trip(struct mxw_list_health *health,
					      enum mxw_health_reason reason, unsigned int fault,
					      uint64_t now)
{
	uint64_t pause = mxw_health_distrusts(reason) ? health->pause : health->rules.pause;

	if (mxw_health_distrusts(reason))
		health->pause = pause < health->rules.pause_max / 2 ? pause * 2
								    : health->rules.pause_max;
	health->held_until = now + pause;
	health->doubted = true;
	return mxw_list_health_offline(health, reason, fault, now);
}
