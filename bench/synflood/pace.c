// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rate and retransmissions. Called in each turn of the sending loop.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "bench/synflood/pace.h"

#define CATCH_UP_PARTS 20 /* of a second: 50 ms */
#define LOOKS 2048 /* flows to look at before the loop gets its turn back */

__extension__ typedef unsigned __int128 wide;

uint64_t sf_part(uint64_t total, uint32_t sender, uint32_t senders)
{
	return total / senders + (total % senders > sender);
}

uint64_t sf_pace_allows(struct sf_pace *pace, uint64_t now, uint64_t most)
{
	uint64_t due, slack = pace->rate / pace->senders / CATCH_UP_PARTS + most;

	if (!pace->rate)
		return most;
	due = (uint64_t)((wide)now * pace->rate / MXW_SECOND);
	due = sf_part(due, pace->sender, pace->senders);
	due -= pace->sent + pace->missed;
	if (due > slack) {
		pace->missed += due - slack;
		due = slack;
	}
	return due < most ? due : most;
}

int sf_retry_make(struct sf_retry *retry, const uint32_t *delays, unsigned int tries,
		  struct mxw_err *err)
{
	*retry = (struct sf_retry){ .tries = tries };
	for (unsigned int i = 0; i < tries; i++)
		retry->delay[i] = delays[i];
	retry->reached = tries ? calloc(SF_RETRY_SLOTS, sizeof(*retry->reached)) : NULL;
	if (tries && !retry->reached)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for retransmissions");
	return MXW_OK;
}

void sf_retry_free(struct sf_retry *retry)
{
	free(retry->reached);
	retry->reached = NULL;
}

void sf_retry_note(struct sf_retry *retry, uint64_t now, uint64_t next_flow)
{
	if (now - retry->now >= SF_RETRY_SLOTS) /* a stall of a minute: all slots are this one */
		retry->now = now - SF_RETRY_SLOTS;
	while (retry->now < now)
		retry->reached[++retry->now % SF_RETRY_SLOTS] = next_flow;
}

/* The first flow that is not yet due for a try. */
static uint64_t due_until(const struct sf_retry *retry, unsigned int try)
{
	if (retry->now < retry->delay[try])
		return 0;
	return retry->reached[(retry->now - retry->delay[try]) % SF_RETRY_SLOTS];
}

unsigned int sf_retry_take(struct sf_retry *retry, const struct sf_ledger *ledger, uint64_t *flows,
			   unsigned int most)
{
	unsigned int taken = 0, looks = LOOKS;

	for (unsigned int try = 0; try < retry->tries; try++) {
		uint64_t until = due_until(retry, try), *next = &retry->next[try];

		for (; *next < until && taken < most && looks; looks--, (*next)++)
			if (!sf_ledger_is_marked(ledger, *next))
				flows[taken++] = *next;
	}
	return taken;
}

bool sf_retry_is_done(const struct sf_retry *retry, uint64_t next_flow)
{
	return !retry->tries || retry->next[retry->tries - 1] >= next_flow;
}
