// SPDX-License-Identifier: GPL-2.0
/*
 * The program on the cgroup root: connections that were completed. An address that has completed
 * a handshake is real, which a SYN does not show; and here each connection has a beginning
 * and an end, also behind NAT and in containers.
 *
 * Which connections: to a protected port in the filter's network namespace, or whose SYN
 * the XDP program noted (noted.h). A connection is told by a record in its socket, so those that
 * were there before the program are not counted. It counts from SYN_RECV to
 * ESTABLISHED on, since a socket of TCP fast open is there before its peer has shown
 * anything, and until it is closed. Whatever goes wrong, it is not counted.
 *
 * The kernel calls this at every step of every connection of the host: what is not a passive
 * open, or the end of a connection with a record, leaves at once.
 */
#include "abi.h"
#include "maps.h"
#include "policy.h"
#include "conn.h"
#include "noted.h"

#define MXW_AF_INET 2

/* What a socket remembers. */
struct mxw_conn {
	__u64 source; /* key.h */
	__u16 port; /* the protected one */
	__u16 open; /* 1: it is complete, and its end will count */
	__u32 counted; /* MXW_CONN_* */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct mxw_conn);
} mxw_conns SEC(".maps");

/* Two words of an address. Each is read by itself, since the verifier accepts no wider load. */
MXW_INLINE __u64 mxw_conn_half(const volatile __u32 *words)
{
	__u32 high = words[0], low = words[1];

	return (__u64)bpf_ntohl(high) << 32 | bpf_ntohl(low);
}

/* The connection as the parser would have seen its SYN. */
MXW_INLINE void mxw_conn_facts(struct bpf_sock_ops *ctx, const struct mxw_config *config,
			       struct mxw_packet *p)
{
	if (ctx->family == MXW_AF_INET) {
		p->saddr_lo = MXW_IPV4_MAPPED | bpf_ntohl(ctx->remote_ip4);
		p->daddr_lo = MXW_IPV4_MAPPED | bpf_ntohl(ctx->local_ip4);
	} else {
		p->saddr_hi = mxw_conn_half(&ctx->remote_ip6[0]);
		p->saddr_lo = mxw_conn_half(&ctx->remote_ip6[2]);
		p->daddr_hi = mxw_conn_half(&ctx->local_ip6[0]);
		p->daddr_lo = mxw_conn_half(&ctx->local_ip6[2]);
	}
	p->source = mxw_key_v6(p->saddr_hi, p->saddr_lo);
	p->sport = (__u16)bpf_ntohl(ctx->remote_port);
	p->dport = (__u16)ctx->local_port;
	p->isn = bpf_htonl(ctx->rcv_nxt - 1);
	p->kind = MXW_KIND_SYN;
	mxw_untranslate(config, p);
}

MXW_INLINE int mxw_conn_loopback(const struct mxw_packet *p)
{
	if (p->saddr_hi)
		return 0;
	return p->saddr_lo == 1 || p->saddr_lo >> 24 == (MXW_IPV4_MAPPED | 0x7f000000) >> 24;
}

/* Whether an interface's filter protects the port at that destination. */
MXW_INLINE int mxw_slot_protects(const struct mxw_config *config, __u32 slot,
				 const struct mxw_packet *p)
{
	const struct mxw_slot *place = &config->slots[slot & (MXW_MAX_IFACES - 1)];

	if (!place->ifindex || !mxw_port_protected(place->ports, p->dport) ||
	    mxw_slot_expired(config, slot))
		return 0;
	return !(place->flags & MXW_SLOT_DEST) || mxw_dest_listed(p);
}

/* Whether some interface's filter protects the port at that destination. A function of its own,
 * and not static, for the verifier's sake: see mxw_limit_ask(). */
__attribute__((noinline)) int mxw_conn_protected(struct mxw_packet *p)
{
	const struct mxw_config *config;
	__u32 zero = 0;
	int protects = 0;

	config = bpf_map_lookup_elem(&mxw_config, &zero);
	if (!config || !p || mxw_conn_loopback(p))
		return 0;
	for (__u32 slot = 0; slot < MXW_MAX_IFACES && !protects; slot++)
		protects = mxw_slot_protects(config, slot, p);
	return protects;
}

/* Whether the connection is to a protected port, without any translation. */
MXW_INLINE int mxw_conn_direct(struct bpf_sock_ops *ctx, const struct mxw_config *config,
			       struct mxw_packet *p)
{
	return mxw_conn_protected(p) &&
	       (!config->netns_cookie || bpf_get_netns_cookie(ctx) == config->netns_cookie);
}

/* Whether the connection is one to count; p->dport is then the protected port. */
MXW_INLINE int mxw_conn_told(struct bpf_sock_ops *ctx, const struct mxw_config *config,
			     struct mxw_presence *presence, struct mxw_packet *p)
{
	if (mxw_conn_direct(ctx, config, p))
		return 1;
	switch (mxw_noted_get(p, &p->dport)) {
	case MXW_NOTED_MAIL:
		return 1;
	case MXW_NOTED_LOST:
		presence->untold++;
		return 0;
	default:
		return 0;
	}
}

/* Gives a new connection its record, and asks for the changes of its state. */
MXW_INLINE void mxw_conn_new(struct bpf_sock_ops *ctx, const struct mxw_config *config,
			     struct mxw_presence *presence)
{
	struct bpf_sock *sk = ctx->sk;
	struct mxw_packet p = {};
	struct mxw_conn *conn;

	if (!sk)
		return;
	mxw_conn_facts(ctx, config, &p);
	if (!mxw_conn_told(ctx, config, presence, &p))
		return;
	conn = bpf_sk_storage_get(&mxw_conns, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!conn || bpf_sock_ops_cb_flags_set(ctx, (int)(ctx->bpf_sock_ops_cb_flags |
							  BPF_SOCK_OPS_STATE_CB_FLAG))) {
		presence->full++;
		return;
	}
	conn->source = p.source;
	conn->port = p.dport;
}

/* The handshake is complete. */
MXW_INLINE void mxw_conn_begins(struct bpf_sock_ops *ctx, const struct mxw_config *config,
				struct mxw_presence *presence, struct mxw_conn *conn)
{
	struct mxw_packet p = {};

	conn->open = 1;
	__sync_fetch_and_add(&presence->established, 1);
	mxw_conn_facts(ctx, config, &p);
	p.dport = conn->port;
	conn->counted = (__u32)mxw_conn_completed(&p);
}

MXW_INLINE void mxw_conn_ends(struct mxw_presence *presence, struct mxw_conn *conn)
{
	if (!conn->open)
		return;
	conn->open = 0;
	__sync_fetch_and_add(&presence->ended, 1);
	mxw_conn_closed(conn->source, conn->counted);
}

MXW_INLINE void mxw_conn_changes(struct bpf_sock_ops *ctx, const struct mxw_config *config,
				 struct mxw_presence *presence)
{
	__u32 from = ctx->args[0], to = ctx->args[1];
	struct bpf_sock *sk = ctx->sk;
	struct mxw_conn *conn;

	if (!sk || (to != BPF_TCP_CLOSE && (from != BPF_TCP_SYN_RECV || to != BPF_TCP_ESTABLISHED)))
		return;
	conn = bpf_sk_storage_get(&mxw_conns, sk, NULL, 0);
	if (!conn)
		return;
	if (to == BPF_TCP_CLOSE)
		mxw_conn_ends(presence, conn);
	else
		mxw_conn_begins(ctx, config, presence, conn);
}

SEC("sockops")
int mxwall_presence(struct bpf_sock_ops *ctx)
{
	const struct mxw_config *config;
	struct mxw_presence *presence;
	__u32 zero = 0, op = ctx->op;

	if (op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB && op != BPF_SOCK_OPS_STATE_CB)
		return 1;
	config = bpf_map_lookup_elem(&mxw_config, &zero);
	presence = bpf_map_lookup_elem(&mxw_presence, &zero);
	if (!config || !presence)
		return 1;
	if (op == BPF_SOCK_OPS_STATE_CB)
		mxw_conn_changes(ctx, config, presence);
	else
		mxw_conn_new(ctx, config, presence);
	return 1;
}

char mxw_license[] SEC("license") = "GPL";
