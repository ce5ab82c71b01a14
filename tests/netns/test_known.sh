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

# With hold_unknown, who has only sent SYNs is known for some seconds, so that forged ones do not take
# all places; who has completed a connection, as long as what the lists said of it holds.
test_known_forged_sources_are_forgotten_soon()
{
	local most=0 now

	ip -n sender route add local 20.0.0.0/8 dev lo
	all_up "hold_unknown = yes"
	x limits set flood=off > /dev/null
	expect connected "$(reach $GOOD 25 3)" "a clean sender, held at first"
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
	lab_in mx bpftool map lookup pinned $PINS/mxw_known key hex 09 71 00 cb 00 00 00 00 > /run/sender ||
		die "the sender that connected is forgotten"
	expect pass_unknown "$(explained $GOOD .reason)" "the sender that connected"
}
