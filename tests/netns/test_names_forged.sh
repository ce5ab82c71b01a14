# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets them
#
# Forged SYNs from listed space whose name servers never answer: what they take from the lists,
# and from a sender for whom a name speaks. With a real resolver in its usual size.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
FORGED_SYNS=600 # a second

# Name servers that never answer.
mute_servers()
{
	lab_in mx python3 - <<-'EOF_MUTE' &
	import socket
	sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	sock.bind(("0.0.0.0", 5303))
	while True:
	    sock.recv(2000)
	EOF_MUTE
}

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
	mute_servers
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

# A host with an IPv6 /48, whose reverse names are with servers that never answer: 256 sources.
net_lab()
{
	local net

	zone one 198.51.100.0/24
	zone two 198.51.100.0/24
	{
		dns_unbound_conf 5302 $ONE $TWO
		printf '  %s\n' "num-queries-per-thread: 1024" "outgoing-range: 2048" | sed '1i server:'
		for net in {0..255}; do # servers enough: one that is silent is soon known to be dead
			printf 'stub-zone:\n  name: "%x.%x.8.7.6.5.4.3.2.1.0.0.a.2.ip6.arpa"\n' $((net % 16)) $((net / 16))
			printf '  stub-addr: 127.0.2.%s@5303\n' $net
		done
		printf 'server:\n  local-zone: "100.51.198.in-addr.arpa." static\n'
	} > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two
	mute_servers
	ip -n sender route add local 2a00:1234:5678::/48 dev lo
}

# Connections from each of them, again and again.
net_connects()
{
	lab_in sender python3 - <<-'EOF_NET' &
	import socket, time
	end = time.monotonic() + 120
	while time.monotonic() < end:
	    for i in range(256):
	        sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
	        sock.settimeout(1)
	        sock.setsockopt(socket.IPPROTO_IPV6, 78, 1) # IPV6_FREEBIND
	        try:
	            sock.bind((f"2a00:1234:5678:{i:02x}00::1", 0))
	            sock.connect(("2001:db8:25::25", 25))
	        except OSError:
	            pass
	        sock.close()
	        time.sleep(0.03)
	EOF_NET
}

# It had all 250 look-ups. Then no bot was dropped: its name, which nobody asked for, might have
# spoken for it.
test_names_of_one_net_starve_nobody()
{
	local host taken

	net_lab
	attach --mode enforce --ports 25
	conf
	sed -i 's/^sites = .*/sites = bl.one.example*4, bl.two.example*4/' /run/etc/mxwall.conf
	printf '%s\n' "[names]" "reverse = yes" "confirmed_weight = -3" "score_min = -3" >> /run/etc/mxwall.conf
	controller
	net_connects
	for _ in {1..300}; do
		[ "$(metric 'names_skipped_total\{why="room"\}')" -le 100 ] || break
		sleep 0.2
	done
	taken=$(($(metric names_in_flight) + $(metric names_resting)))
	[ $taken -gt 0 ] && [ $taken -le 8 ] || die "$taken reverse look-ups of one net"
	for host in {2..6}; do
		expect connected "$(reach 198.51.100.$host 25 10)" "the first connection of the bot .$host"
		decision_of 198.51.100.$host 'rung=drop'
		expect timeout "$(reach 198.51.100.$host)" "the second one of the bot .$host"
	done
}

# The same if there is no room because of nets enough: a bot is dropped a moment later.
test_names_without_room_are_not_waited_for()
{
	net_lab
	attach --mode enforce --ports 25
	conf
	sed -i 's/^sites = .*/sites = bl.one.example*4, bl.two.example*4/' /run/etc/mxwall.conf
	sed -i 's/^deadline = .*/&\nin_flight = 32/' /run/etc/mxwall.conf # 8 look-ups
	printf '%s\n' "[names]" "reverse = yes" "confirmed_weight = -3" "score_min = -3" >> /run/etc/mxwall.conf
	controller
	net_connects
	for _ in {1..300}; do
		[ "$(metric 'names_skipped_total\{why="room"\}')" -le 100 ] || break
		sleep 0.2
	done
	expect connected "$(reach 198.51.100.2 25 10)" "the first connection of the bot"
	decision_of 198.51.100.2 'held back from drop: a list that might speak for it is silent'
	for _ in {1..20}; do
		[ "$(reach 198.51.100.2)" != timeout ] || break
		sleep 2
	done
	decision_of 198.51.100.2 'rung=drop'
}
