// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An inquiry's questions, asked. Called by the daemon, and by xdpctl where none runs.
 */
#include "sources/dnsbl_inside.h"
#include "sources/inquiry.h"

static void one_less(struct mxw_inquiry_run *run)
{
	if (--run->waiting == 0)
		run->done(run);
}

static void on_answer(const struct mxw_resolver_waiter *waiter, const struct mxw_dns_answer *answer)
{
	struct mxw_inquiry_run *run = waiter->context;
	struct mxw_inquiry_item *item = &run->inquiry->item[waiter->tag];
	struct mxw_dnsbl_reply reply;

	if (mxw_dnsbl_reply(answer, &reply)) {
		mxw_inquiry_take(run->inquiry, item, &reply, answer->took);
	} else {
		item->state = MXW_INQUIRY_UNASKED;
		item->unasked = "the resolver had no room for it";
	}
	one_less(run);
}

static void ask(struct mxw_inquiry_run *run, uint32_t number)
{
	const struct mxw_resolver_waiter waiter = { .done = on_answer,
						    .context = run,
						    .tag = number };
	struct mxw_inquiry_item *item = &run->inquiry->item[number];
	char name[MXW_DNS_NAME];

	item->unasked = run->may ? run->may(run->context, item->list) : NULL;
	if (!item->unasked && mxw_inquiry_name(run->inquiry, item, name))
		item->unasked = "the name would be too long";
	if (!item->unasked && run->ask(run->context, name, &waiter))
		item->unasked = "the resolver has no room for it";
	if (item->unasked)
		item->state = MXW_INQUIRY_UNASKED;
	else
		run->waiting++;
}

void mxw_inquiry_start(struct mxw_inquiry_run *run)
{
	run->waiting = 1; /* for the time of asking, so that done comes last */
	for (uint32_t i = 0; i < run->inquiry->count; i++)
		ask(run, i);
	one_less(run);
}
