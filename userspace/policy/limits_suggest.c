// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rates from debts. Called by `xdpctl limits suggest`.
 */
#include "policy/limits_suggest.h"

#define LEAST_BURST 5 /* a sender's queue run opens a few connections at once */

static struct mxw_rate with_burst(uint64_t period, uint64_t burst)
{
	return (struct mxw_rate){ .period = period, .tau = (burst - 1) * period };
}

/*
 * A source that owes so much has had so many periods charged at once as a burst of that number lets
 * through. Over tau is where the rate there is refuses, and charges no more.
 */
void mxw_limits_suggest(const struct mxw_rate *rate, const struct mxw_limits_seen *seen,
			struct mxw_suggestion *out)
{
	uint64_t burst = rate->tau / rate->period + 1;

	*out = (struct mxw_suggestion){ .kind = MXW_SUGGEST_FITS, .rate = *rate };
	out->needed = (seen->most + rate->period - 1) / rate->period;
	if (seen->most > rate->tau) {
		out->kind = MXW_SUGGEST_WIDER;
		out->rate = with_burst((rate->period + 1) / 2, burst * 2);
	} else if (seen->accounts < MXW_SUGGEST_ACCOUNTS) {
		out->kind = MXW_SUGGEST_NOTHING;
	} else {
		burst = out->needed + (out->needed + 1) / 2;
		out->rate = with_burst(rate->period, burst > LEAST_BURST ? burst : LEAST_BURST);
	}
}
