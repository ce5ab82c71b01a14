# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh and ctllab.sh set and read them
#
# What is printed with -j has the keys that the manual pages of xdpctl name, and no others.
# shellcheck source=tests/netns/ctllab.sh
. "$ROOT/tests/netns/ctllab.sh"

# prints VERB [ARGUMENT]...: what it prints with -j is kept for the comparison.
prints()
{
	local verb=$1

	shift
	# shellcheck disable=SC2086 # a verb may have two words
	x $verb "$@" -j >> "/run/json/$verb" 2> /run/err || true
	[ -s "/run/json/$verb" ] || die "nothing from $verb $*: $(cat /run/err)"
}

prints_of_entries()
{
	prints block $BAD6 203.0.113.77 --for 1h --reason "a test"
	prints allow $GOOD6
	prints unallow $GOOD6 203.0.113.200
	prints unnever 203.0.113.200
	prints list
	prints explain $BAD6
	# One that is stored is missing in the kernel.
	bpftool -j map dump pinned $PINS/mxw_block > /run/dump
	# shellcheck disable=SC2046 # a list of bytes
	bpftool map delete pinned $PINS/mxw_block key hex $(jq -r '.[0].key[] | ltrimstr("0x")' /run/dump)
	prints verify --repair
	prints unblock 203.0.113.77 203.0.113.200
	prints stats
	prints check eth0
	prints mode
}

prints_of_feeds()
{
	printf '11.1.2.0/24\n11.9.9.9\n' > /run/list
	printf '11.1.2.0/24\n11.8.8.8\nnonsense\n' > /run/list.new
	printf '11.8.8.8\n' > /run/good
	prints "feed add" world /run/list --mode enforce
	prints "feed add" broken /run/list.new -n
	cp /run/list.new /run/list
	x allow 11.8.8.8
	prints "feed diff" world /run/list.new
	prints "feed refresh" world
	prints "feed list"
	prints "feed show" world
	prints "feed mode" world limit
	prints explain 11.1.2.3
	prints "feed export" world --format plain
	prints "feed import" ours 11.3.0.0/16
	prints "feed remove" world
}

prints_of_limits()
{
	prints "limits set" rates=enforce unknown.source=1/min:2
	(sleep 30 | wire sender hold $MX4 25 $GOOD) > /run/held &
	until grep -q 220 /run/held; do sleep 0.02; done
	wire sender syns $MX4 25 0.5 200 198.18.0.1 > /run/sent
	prints explain $GOOD
	prints "limits show"
	prints "limits top"
	prints top --for 1
	prints "limits suggest" --for 1s
}

prints_of_lists()
{
	prints "dnsbl list"
	prints "dnsbl test"
	prints "dnsbl query" $LISTED
	prints spf $LISTED joe@sender.example || true
	prints "dnsbl stats"
	printf '[dnsbl]\nsites = nonsense..*0\n' > /run/wrong.conf
	prints "config check" /run/wrong.conf
	prints "config show"
	prints "config example"
	prints completion bash
	prints version
}

# A packet for `watch`, which waits for it.
prints_of_packets()
{
	prints watch --count 1 &
	for _ in $(seq 20); do
		[ ! -s /run/json/watch ] || break
		reach $LISTED > /dev/null
	done
	wait $!
}

test_json_has_the_keys_that_the_manual_names()
{
	mkdir /run/json
	prints status
	lists
	conf
	prints attach eth0 --xdp "$XDP" --mode enforce --confirm 60
	prints confirm eth0
	controller
	prints_of_packets
	logged "event=blocked source=$LISTED"
	prints explain $LISTED
	prints status
	prints_of_entries
	prints_of_lists
	prints_of_feeds
	prints_of_limits
	kill "$(pgrep -x mxwalld)"
	prints flush --yes
	prints detach eth0
	python3 "$ROOT/tests/netns/json_keys.py" "$XDPCTL" /run/json "$ROOT"/docs/xdpctl*.8.scd ||
		die "manual and JSON differ"
}
