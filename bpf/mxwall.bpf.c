// SPDX-License-Identifier: GPL-2.0
/*
 * The XDP program: the table of contents of the datapath. One frame is parsed,
 * judged, accounted for, and passed or dropped. Whatever is not a SYN to a
 * protected port leaves after parsing, without a map access.
 *
 * Loaded by userspace/datapath/; struct layouts in abi.h, maps in maps.h.
 */
#include "abi.h"
#include "maps.h"
#include "parse.h"
#include "policy.h"
#include "order.h"
#include "account.h"
#include "noted.h"

/* Only packets that are about mail to a protected destination are judged. */
MXW_INLINE struct mxw_verdict mxw_judge(const struct mxw_config *config, const struct mxw_packet *p)
{
	if (p->kind == MXW_KIND_MALFORMED)
		return mxw_pass(MXW_PASS_MALFORMED, NULL);
	if (!mxw_dest_protected(p))
		return mxw_pass(MXW_REASON_NONE, NULL);
	return mxw_decide(config, p);
}

/*
 * What happens to the packet, an enum xdp_action. A function of its own, and not static: so
 * the verifier looks at it once, not once for each way that leads through the parser. It
 * therefore has to take anything as its argument.
 */
__attribute__((noinline)) int mxw_handle(struct xdp_md *ctx, struct mxw_packet *p)
{
	struct mxw_verdict verdict;
	struct mxw_config *config;
	__u32 zero = 0;

	config = bpf_map_lookup_elem(&mxw_config, &zero);
	if (!config || !p)
		return XDP_PASS;
	mxw_untranslate(config, p);
	p->dry = mxw_probe_of(ctx) != NULL;
	verdict = mxw_judge(config, p);
	if (verdict.reason != MXW_REASON_NONE)
		mxw_account(ctx, config, p, &verdict);
	if (mxw_noted_wanted(p, &verdict))
		mxw_noted_put(p);
	return verdict.action;
}

/* xdp.frags: takes packets in several buffers, so that jumbo MTUs attach; all
 * headers it reads are in the first one. */
SEC("xdp.frags")
int mxwall(struct xdp_md *ctx)
{
	struct mxw_packet p = {};

	mxw_parse((void *)(long)ctx->data, (void *)(long)ctx->data_end, mxw_ports, &p);
	return p.kind == MXW_KIND_IGNORE ? XDP_PASS : mxw_handle(ctx, &p);
}

char mxw_license[] SEC("license") = "GPL";
