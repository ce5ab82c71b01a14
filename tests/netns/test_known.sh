# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and mxwalldlab.sh set the rest
#
# What the controller tells the filter of sources that it does not block, and how long that lasts.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

# Sources that are known now.
known()
{
	lab_in mx bpftool -j map dump pinned $PINS/mxw_known | jq length
}

# A thousand and more are known in a storm of SYNs, all of them forged, and none a while later.
storm_is_forgotten()
{
	local most=0 now

	wire sender storm $MX4 25 4 400 0 > /run/sent &
	for _ in {1..40}; do
		now=$(known)
		[ "$now" -le $most ] || most=$now
		sleep 0.2
	done
	echo "known after $(cat /run/sent): $most"
	[ "$most" -gt 1000 ] || die "only $most were ever known"
	sleep 15
	now=$(known)
	[ "$now" -lt 100 ] || die "$now are known still"
}

# With hold_unknown, who has only sent SYNs is known for some seconds, so that forged ones do not take
# all places; who has completed a connection, as long as what the lists said of it holds.
test_known_forged_sources_are_forgotten_soon()
{
	ip -n sender route add local 20.0.0.0/8 dev lo
	all_up "hold_unknown = yes"
	x limits set flood=off > /dev/null
	expect connected "$(reach $GOOD 25 3)" "a clean sender, held at first"
	storm_is_forgotten
	lab_in mx bpftool map lookup pinned $PINS/mxw_known key hex 09 71 00 cb 00 00 00 00 > /run/sender ||
		die "the sender that connected is forgotten"
	expect pass_unknown "$(explained $GOOD .reason)" "the sender that connected"
}

# The same of sources that a list is against, without hold_unknown: they were known for up to an hour.
test_known_forged_sources_with_a_class_are_forgotten_soon()
{
	ip -n sender route add local 20.0.0.0/8 dev lo
	zone one 20.0.0.0/8
	zone two $LISTED
	dns_unbound_conf 5302 $ONE $TWO > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two
	attach --mode enforce
	conf
	controller
	x limits set flood=off > /dev/null
	expect connected "$(reach 20.255.255.1 25 3)" "a listed sender"
	decision_of 20.255.255.1 'rung=reject'
	storm_is_forgotten
	lab_in mx bpftool map lookup pinned $PINS/mxw_known key hex 01 ff ff 14 00 00 00 00 > /run/sender ||
		die "the sender that connected is forgotten"
	expect sanctioned "$(explained 20.255.255.1 .limits.class)" "the class of the sender that connected"
}
