# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Linux as the judge. The MX host takes every destination and answers what it can make a SYN of,
# however it is wrapped: tags, options, extension headers, fragments. What it answers of a
# blocked source is a way around the filter; what it does not answer of one that nothing blocks,
# and would without the filter, is mail lost.
#
# MXW_JUDGE_SYNS and MXW_JUDGE_SEED choose other SYNs.

SYNS=${MXW_JUDGE_SYNS:-20000}
SEED=${MXW_JUDGE_SEED:-$(date +%s)}

# A host without SYN queue, and with little patience for fragments that stay alone.
open_host()
{
	local name

	echo "seed $SEED, $SYNS SYNs"
	ip -n mx route add local 10.0.0.0/8 dev lo
	ip -n mx route add local 2001:db8:fffe::/48 dev lo
	# Not every kernel has VLAN devices; priority tags are taken off by all.
	if ip -n mx link add link eth0 name eth0.7 type vlan id 7; then
		ip -n mx link set eth0.7 up
	fi
	for name in ipv4.tcp_syncookies=2 ipv4.ipfrag_time=1 ipv6.ip6frag_time=1 \
		ipv4.ipfrag_high_thresh=67108864 ipv6.ip6frag_high_thresh=67108864 \
		ipv4.conf.all.rp_filter=0 ipv4.conf.eth0.rp_filter=0; do
		lab_in mx sysctl -q -w "net.$name"
	done
	MAC=$(ip -n mx -j link show eth0 | jq -r '.[0].address')
}

# judge OUT: the answers of this moment.
judge()
{
	rm -f "$1"
	lab_in sender "$ROOT/build/netns/judge" eth0 "$MAC" "$SEED" "$SYNS" "$1" > /run/judge.txt
	cat /run/judge.txt
}

# The numbers of the SYNs at which the two files differ.
differing()
{
	cmp -l "$1" "$2" | awk '{ print $1 - 1 }'
}

# shown NUMBER...: the frames of the first few.
shown()
{
	local number

	for number in $(head -n 3 <<< "$1"); do
		echo "SYN $number of seed $SEED:"
		"$ROOT/build/netns/judge" --show "$SEED" "$number"
	done
}

# What is counted of each kind, so that no kind falls silent.
each_kind_was_answered()
{
	local few

	few=$(grep -oE '[0-9]+ of [0-9]+ in (one|IPv)' /run/judge.txt | awk '$1 * 20 < $3')
	[ -z "$few" ] || die "Linux hardly answers a kind of SYN, so that nothing is tried with it: $few"
}

# From /run/without on, to what passes of blocked sources.
nothing_of_blocked()
{
	local around

	attach --mode enforce
	x block 11.9.0.0/16 2001:db8:dead::/48
	judge /run/blocked
	head -c "$SYNS" /dev/zero > /run/none
	around=$(differing /run/none /run/blocked)
	[ -z "$around" ] || { shown "$around"; die "$(wc -l <<< "$around") SYNs of blocked sources were answered"; }
}

all_of_others()
{
	local lost

	attach --mode enforce
	x limits set rates=off flood=off
	judge /run/with
	lost=$(differing /run/without /run/with)
	[ -z "$lost" ] || { shown "$lost"; die "$(wc -l <<< "$lost") SYNs were answered without the filter or with it only"; }
}

test_each_linux_answers_nothing_of_a_blocked_source()
{
	open_host
	judge /run/without
	each_kind_was_answered
	nothing_of_blocked
}

test_each_linux_answers_all_of_others()
{
	open_host
	judge /run/without
	all_of_others
}
