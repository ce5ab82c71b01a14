/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health of a list from inside: list_health.c (rounds of probes, states, budgets) and
 * list_health_exam.c (suspicion, examinations, the control sample). For those alone.
 */
#ifndef MXW_LIST_HEALTH_INSIDE_H
#define MXW_LIST_HEALTH_INSIDE_H

#include "policy/list_health.h"

/* The list goes offline, or is not believed any more; what changed by that. */
struct mxw_health_change mxw_list_health_offline(struct mxw_list_health *health,
						 enum mxw_health_reason reason, unsigned int fault,
						 uint64_t now);

/* list_health.c: offline, for a pause, until an examination has disproved it. The pause is longer
 * each time if the list is not to be trusted. */
struct mxw_health_change mxw_list_health_trip(struct mxw_list_health *health,
					      enum mxw_health_reason reason, unsigned int fault,
					      uint64_t now);

/* list_health_exam.c: begins an examination. */
void mxw_list_health_examine(struct mxw_list_health *health, uint64_t now);

/* ... what is due with each round. */
void mxw_list_health_sample(struct mxw_list_health *health);

/* ... the examination has all its answers, or its time is over. */
struct mxw_health_change mxw_list_health_exam_over(struct mxw_list_health *health, uint64_t now);

/* ... what was said while it was offline says nothing about now. */
void mxw_list_health_forget_sample(struct mxw_list_health *health);

#endif
