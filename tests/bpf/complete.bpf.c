// SPDX-License-Identifier: GPL-2.0
/*
 * What the program on the cgroup root does with a connection (bpf/conn.h), for tests: no
 * test can call a sockops program. A frame with a SYN stands for the connection that came of it.
 */
#include "bpf/abi.h"
#include "bpf/maps.h"
#include "bpf/conn.h"

MXW_INLINE void complete_parse(struct xdp_md *ctx, struct mxw_packet *p)
{
	mxw_parse((void *)(long)ctx->data, (void *)(long)ctx->data_end, mxw_ports, p);
}

/* It is complete. Returns MXW_CONN_*. */
SEC("xdp")
int complete(struct xdp_md *ctx)
{
	struct mxw_packet p = {};

	complete_parse(ctx, &p);
	if (!mxw_is_syn(p.kind))
		return 0;
	p.dport = mxw_port_of(&p);
	p.kind = MXW_KIND_SYN;
	return mxw_conn_completed(&p);
}

/* It has ended. */
SEC("xdp")
int ended(struct xdp_md *ctx)
{
	struct mxw_packet p = {};

	complete_parse(ctx, &p);
	if (mxw_is_syn(p.kind))
		mxw_conn_closed(p.source, MXW_CONN_SOURCE | MXW_CONN_NET);
	return 0;
}

char mxw_license[] SEC("license") = "GPL";
