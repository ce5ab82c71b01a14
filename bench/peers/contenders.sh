# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The contenders: what each needs, how a list of addresses gets into it, and how
# many packets it says it has dropped. Sourced by the scripts beside it, at the
# top of the tree. All drop SYNs to TCP port 25 from a listed source, and nothing
# else; what differs from that is said in label().
#
# ANOTHER CONTENDER is a name in CONTENDERS, a line in label(), load() and dropped(),
# and, where they are not as for most, in tools_of(), most() and drops_other(); a
# colour in style.gp. Another way of filling this filter is one too, as mxwall-feed is. An
# XDP program goes beside this file as NAME.bpf.c and is loaded by `peer load NAME`.
#
# shellcheck disable=SC2034 # the scripts use them

# In the order of the tables.
CONTENDERS=(floor headers mxwall mxwall-feed xdp-hash xdp-lpm nft-hash nft-interval ipset-ip ipset-net xdp-filter)
XDPFILTER_MOST=10000 # what its map holds
XDPFILTER_CALLS=50 # of its tool, timed; the rest of the list goes in at once
PEER=build/bench/peer

# One line for people: label CONTENDER
label()
{
	case $1 in
	floor) echo "XDP program that drops all and looks at nothing: the driver's own cost" ;;
	headers) echo "XDP program that reads the headers and drops every SYN: what any filter pays" ;;
	mxwall) echo "this filter, enforcing, with the list blocked by hand (xdpctl block --file)" ;;
	mxwall-feed) echo "this filter, enforcing, with the list as a feed (xdpctl feed add)" ;;
	xdp-hash) echo "XDP program with a plain BPF hash, and an LRU rate limiter for unlisted sources" ;;
	xdp-lpm) echo "XDP program with a BPF LPM trie, and the same limiter" ;;
	nft-hash) echo "nft, netdev ingress, a set of addresses of known size" ;;
	nft-interval) echo "nft, netdev ingress, a set with flags interval" ;;
	ipset-ip) echo "iptables raw PREROUTING with ipset hash:ip" ;;
	ipset-net) echo "iptables raw PREROUTING with ipset hash:net" ;;
	xdp-filter) echo "xdp-filter -f ipv4, at most $XDPFILTER_MOST addresses; it looks at no port and" \
		"drops every packet of a listed source" ;;
	esac
}

# The tools it cannot do without: tools_of CONTENDER
tools_of()
{
	case $1 in
	nft-*) echo nft ;;
	ipset-*) echo ipset iptables ;;
	xdp-filter) echo xdp-filter ;;
	esac
}

# Those of its tools that are not installed.
missing_tools()
{
	local tool

	for tool in $(tools_of "$1"); do
		command -v "$tool" > /dev/null || echo "$tool"
	done
}

# The most entries it can hold, 0 for as many as asked: most CONTENDER
most()
{
	case $1 in
	xdp-filter) echo $XDPFILTER_MOST ;;
	*) echo 0 ;;
	esac
}

# A file of addresses becomes a file for nft: nft_ruleset SET-PROPERTIES DEVICE LIST
# What passes is counted in a table of its own behind: nft reads every element of a
# table to print one of its counters.
nft_ruleset()
{
	printf 'table netdev bench {\n set block {\n  type ipv4_addr; %s\n  elements = {' "$1"
	paste -sd, "$3"
	printf '  }\n }\n chain ingress {\n  type filter hook ingress device "%s" priority 0; policy accept;\n' "$2"
	printf '  tcp dport 25 tcp flags & (fin | syn | rst | ack) == syn ip saddr @block drop\n }\n}\n'
	printf 'table netdev behind {\n chain passed {\n  type filter hook ingress device "%s" priority 10; policy accept;\n' "$2"
	printf '  counter\n }\n}\n'
}

# A file of addresses becomes a set and a rule: ipset_rule TYPE DEVICE LIST ENTRIES
ipset_rule()
{
	{
		echo "create block $1 hashsize $4 maxelem $4"
		sed 's/^/add block /' "$3"
	} | ipset restore
	iptables -t raw -A PREROUTING -i "$2" -p tcp --dport 25 --syn -m set --match-set block src -j DROP
}

# The first calls of its tool are timed, and stand for all: xdp-filter takes one
# address for each process.
xdpfilter_calls()
{
	local address

	head -n $XDPFILTER_CALLS "$1" | while read -r address; do
		xdp-filter ip -m src "$address" > /dev/null
	done
}

# From the file to enforced: load CONTENDER DEVICE LIST ENTRIES
load()
{
	case $1 in
	floor | headers) $PEER load "$1" "$2" ;;
	mxwall)
		build/xdpctl attach "$2" --xdp native --mode enforce > /dev/null &&
			build/xdpctl block --file "$3" > /dev/null
		;;
	mxwall-feed)
		build/xdpctl attach "$2" --xdp native --mode enforce > /dev/null &&
			build/xdpctl feed add bench "$3" > /dev/null
		;;
	xdp-hash | xdp-lpm) $PEER load "${1#xdp-}" "$2" "$3" ;;
	nft-hash) nft_ruleset "size $4;" "$2" "$3" | nft -f - ;;
	nft-interval) nft_ruleset "flags interval;" "$2" "$3" | nft -f - ;;
	ipset-ip) ipset_rule hash:ip "$2" "$3" "$4" ;;
	ipset-net) ipset_rule hash:net "$2" "$3" "$4" ;;
	xdp-filter) xdp-filter load -m native -f ipv4 "$2" && xdpfilter_calls "$3" ;;
	esac
}

# What is left to do after the timed part: complete CONTENDER LIST
complete()
{
	[ "$1" != xdp-filter ] || $PEER fill-xdp-filter "$2"
}

# Packets that a veth has received, or that its XDP program has dropped:
# device_count DEVICE packets|drops
device_count()
{
	ethtool -S "$1" | awk -v name="_xdp_$2:" '$1 ~ "^rx_queue_[0-9]+" name { sum += $2 } END { print sum + 0 }'
}

# Packets that it dropped, as it counts: dropped CONTENDER DEVICE
dropped()
{
	local passed

	case $1 in
	floor) device_count "$2" drops ;;
	mxwall) build/xdpctl stats -j | jq .reasons.drop_block.packets ;;
	mxwall-feed) build/xdpctl stats -j | jq .reasons.drop_feed.packets ;;
	headers | xdp-hash | xdp-lpm) $PEER count "$2" | jq .dropped ;;
	nft-*)
		passed=$(nft -j list table netdev behind | jq '[.nftables[].rule.expr[]?.counter.packets] | add')
		echo $(($(device_count "$2" packets) - passed))
		;;
	ipset-*) iptables -t raw -vnxL PREROUTING | awk '/match-set block/ { print $1 }' ;;
	xdp-filter) $PEER count /sys/fs/bpf/xdp-filter/xdp_stats_map | jq .dropped ;;
	esac
}

# Whether it drops SYNs of every source, listed or not.
drops_all()
{
	[ "$1" = floor ] || [ "$1" = headers ]
}

# Whether it drops packets of a listed source that are not SYNs to port 25.
drops_other()
{
	[ "$1" = floor ] || [ "$1" = xdp-filter ]
}
