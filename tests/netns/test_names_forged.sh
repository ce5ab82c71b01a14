# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets them
#
# Forged SYNs from listed space whose name servers never answer: what they take from the lists,
# and from a sender for whom a name speaks. With a real resolver in its usual size.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
FORGED_SYNS=600 # a second

# Both lists have the bots, the sender and the forged sources. The sender's name leads back.
forged_lab()
{
	local net

	zone one 198.51.100.0/24 20.0.0.0/8
	zone two 198.51.100.0/24 20.0.0.0/8
	{
		dns_unbound_conf 5302 $ONE $TWO
		printf '  %s\n' "num-queries-per-thread: 1024" "outgoing-range: 2048" | sed '1i server:'
		for net in {0..255}; do # servers enough: one that is silent is soon known to be dead
			printf 'stub-zone:\n  name: "%s.20.in-addr.arpa"\n  stub-addr: 127.0.1.%s@5303\n' $net $net
		done
		cat <<-'EOF_DATA'
		server:
		  local-zone: "100.51.198.in-addr.arpa." static
		  local-data-ptr: "198.51.100.200 mx.good.test"
		  local-data-ptr: "198.51.100.201 mx.good.test"
		  local-data: "mx.good.test. 60 A 198.51.100.200"
		  local-data: "mx.good.test. 60 A 198.51.100.201"
		EOF_DATA
	} > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two
	lab_in mx python3 - <<-'EOF_MUTE' &
	import socket
	sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	sock.bind(("0.0.0.0", 5303))
	while True:
	    sock.recv(2000)
	EOF_MUTE
}

# The forged sources have all that they get: an eighth of 1 000.
share_is_full()
{
	local taken i

	for ((i = 0; i < 300; i++)); do
		[ "$(metric 'names_skipped_total\{why="room"\}')" -le 100 ] || break
		sleep 0.2
	done
	taken=$(($(metric names_in_flight) + $(metric names_resting)))
	[ $taken -gt 0 ] && [ $taken -le 125 ] || die "$taken reverse look-ups of forged sources"
}

# Before there were shares, no list answered about the first bot, and none was blocked.
test_names_forged_slow_zones_starve_nobody()
{
	local host

	forged_lab
	attach --mode enforce --ports 25
	conf
	sed -i 's/^sites = .*/sites = bl.one.example*4, bl.two.example*4/' /run/etc/mxwall.conf
	printf '%s\n' "[names]" "reverse = yes" "confirmed_weight = -3" "score_min = -3" >> /run/etc/mxwall.conf
	controller
	x limits set rates=off flood=off
	expect connected "$(reach 198.51.100.1 25 3)" "a bot before the attack, which shows that connections are seen"
	decision_of 198.51.100.1 'rung=drop'
	wire sender storm $MX4 25 300 $FORGED_SYNS 0 > /run/storm &
	share_is_full
	for host in {2..21}; do
		expect connected "$(reach 198.51.100.$host 25 10)" "the first connection of the bot .$host"
		decision_of 198.51.100.$host 'rung=drop'
		expect timeout "$(reach 198.51.100.$host)" "the second one of the bot .$host"
	done
	expect connected "$(reach 198.51.100.200 25 10)" "the sender's first connection"
	decision_of 198.51.100.200 'rung=reject .*names -3: confirmed mx.good.test'
	wire sender syns $MX4 25 2 5 198.51.100.201 > /run/syns
	decision_of 198.51.100.201 'held back from drop|confirmed mx.good.test'
	expect 0 "$(grep -cE 'event=blocked source=198.51.100.20[01] ' /run/mxwalld.log || true)" "blocks of senders with a name"
	! grep 'event=list .*state=' /run/mxwalld.log | grep -v 'state=online' || die "a list was silenced"
}
