# SPDX-License-Identifier: GPL-2.0-or-later
# This kernel as the judge, as in tests/netns/test_judge.sh: SYNs in frames of every kind go to
# a mail host that takes every destination. What the kernel answers of a blocked source is a way
# around the filter; what it answers without the filter only is mail lost.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

need_xdpctl "Linux answers nothing of a blocked source" "Linux answers all of others"

syns=${MXW_JUDGE_SYNS:-2000}
seed=$(date +%s)
mac=$(cat /sys/class/net/eth0/address)

# A host without SYN queue, and with little patience for fragments that stay alone.
open_host() {
	local setting

	ip route add local 10.0.0.0/8 dev lo
	ip route add local 2001:db8:fffe::/48 dev lo
	ip route add 11.9.0.0/16 via 192.0.2.1
	ip route add 2001:db8:dead::/48 via 2001:db8:25::1
	for setting in ipv4/tcp_syncookies=2 ipv4/ipfrag_time=1 ipv6/ip6frag_time=1 \
		ipv4/conf/all/rp_filter=0 ipv4/conf/eth0/rp_filter=0; do
		echo "${setting#*=}" > "/proc/sys/net/${setting%=*}"
	done
}

# judge NAME: one byte a SYN in /tmp/NAME, 1 for an answer; what it says is in /tmp/said.
judge() {
	senders judge eth1 "$mac" "$seed" "$syns" "/tmp/$1" > /tmp/said 2>&1 || { cat /tmp/said; return 1; }
	note "$1, seed $seed: $(cat /tmp/said)"
}

each_kind_was_answered() {
	! grep -oE '[0-9]+ of [0-9]+ in (one|IPv)' /tmp/said | awk '$1 * 20 < $3' | grep .
}

# The numbers of the SYNs that are answered in the first file and not in the second.
more_in() { cmp -l "/tmp/$1" "/tmp/$2" | awk '$2 > $3 { print $1 - 1 }'; }

# none NUMBERS: that there are none; else shows the frames of the first.
none() {
	[ -n "$1" ] || return 0
	echo "$(wc -l <<< "$1") SYNs of seed $seed"
	judge --show "$seed" "$(head -n 1 <<< "$1")"
	return 1
}

# A busy machine loses frames, so what is not answered is asked again.
all_of_others() {
	for _ in 1 2 3; do
		judge with || return 1
		[ -n "$(more_in without with)" ] || return 0
	done
	none "$(more_in without with)"
}
nothing_of_blocked() {
	head -c "$syns" /dev/zero > /tmp/none
	judge blocked && none "$(more_in blocked none)"
}

open_host
check "a kernel as judge: it gets SYNs in frames of every kind" judge without
check "it answers some of each kind" each_kind_was_answered
check "attach" xdpctl attach eth0 --xdp native --mode enforce
check "no limits" xdpctl limits set rates=off flood=off
check "Linux answers all of others" all_of_others
check "block" xdpctl block 11.9.0.0/16 2001:db8:dead::/48
check "Linux answers nothing of a blocked source" nothing_of_blocked
